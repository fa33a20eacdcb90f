#!/usr/bin/env python3
"""s3.checksumCache: what has not changed is not fetched again, and a bad cache changes nothing."""
import os
import stat

from program import main
from s3_bucket import S3Test


class ChecksumCache(S3Test):
    def setUp(self):
        super().setUp()
        self.objects("a", "b")
        self.aws.put("mig", "app/R__plain.sql", "SELECT 1;")
        self.cache = self.folder / "checksums"
        self.option = f"-s3.checksumCache={self.cache}"

    def again(self):
        """The stand-in forgets what was asked so far."""
        self.aws.restart()

    def test_a_run_with_nothing_to_do_is_one_listing(self):
        self.succeeds("migrate", self.option)
        self.assertEqual(stat.S_IMODE(self.cache.stat().st_mode), 0o600)
        self.again()
        run = self.succeeds("migrate", self.option)
        self.assertIn("is up to date. No migration necessary.", run.out)
        self.assertEqual([len(self.lists()), len(self.gets())], [1, 0])

    def test_what_changes_is_read_again(self):
        self.succeeds("migrate", self.option)
        self.aws.put("mig", "app/V2__b.sql", "CREATE TABLE changed (x INT);")
        self.aws.put("mig", "app/V3__c.sql", "CREATE TABLE t3 (x INT);")
        self.again()
        self.assertIn("Migration checksum mismatch for migration version 2", self.fails("validate", self.option).err)
        self.assertEqual(len(self.gets()), 2)

    def test_placeholders_of_repeatables_are_followed(self):
        self.aws.put("mig", "app/R__with.sql", "SELECT '${who}';")
        self.succeeds("migrate", self.option, "-placeholders.who=me")
        self.again()
        run = self.succeeds("migrate", self.option, "-placeholders.who=you")
        self.assertIn('with repeatable migration "with"', run.out)
        self.assertNotIn('with repeatable migration "plain"', run.out)
        self.assertEqual(self.gets(), ["GET /mig/app/R__with.sql 200"])

    def test_another_encoding_is_another_checksum(self):
        self.aws.put("mig", "app/V3__é.sql", "SELECT 'é';")
        self.succeeds("migrate", self.option)
        self.again()
        self.fails("validate", self.option, "-encoding=ISO-8859-1")
        self.succeeds("validate", self.option)

    def test_a_broken_file_is_not_used_and_mended(self):
        self.succeeds("migrate", self.option)
        good = self.cache.read_bytes()
        for content in (b"", b"nonsense", good[:-1], good[:40], good.replace(b"\t", b" "), b"\xff" * 1000,
                        b"whimbrel checksums 1\n99999999999999\ta\tb\tc\td\n"):
            self.cache.write_bytes(content)
            self.assertRegex(self.succeeds("validate", self.option).out, "WARNING: The checksum cache .* is not used: ")
            self.assertEqual(self.cache.read_bytes(), good)

    def test_files_that_others_could_have_made_are_not_used(self):
        self.succeeds("migrate", self.option)
        self.cache.chmod(0o666)
        self.assertIn("is not used: others may write it", self.succeeds("validate", self.option).out)
        self.assertEqual(stat.S_IMODE(self.cache.stat().st_mode), 0o600)
        other = self.folder / "other"
        self.cache.rename(other)
        self.cache.symlink_to(other)
        self.assertIn("is not used: ", self.succeeds("validate", self.option).out)
        self.cache.unlink()
        os.mkfifo(self.cache)
        self.assertIn("is not used: it is no file", self.succeeds("validate", self.option).out)

    def test_a_wrong_checksum_runs_nothing_that_was_not_checked(self):
        self.succeeds("info", self.option)
        lines = self.cache.read_text().splitlines()
        lines[1:] = ["1" + line[line.index("\t"):] for line in lines[1:]]
        self.cache.write_text("\n".join(lines) + "\n")
        run = self.fails("migrate", self.option)
        self.assertIn("V1__a.sql", run.err)
        self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name = 't1'"), [])

    def test_a_folder_that_is_not_there_costs_a_warning(self):
        run = self.succeeds("migrate", f"-s3.checksumCache={self.folder}/no/folder")
        self.assertRegex(run.out, "WARNING: The checksum cache .* can't be written: ")

    def test_several_runs_at_once(self):
        for process in [self.start("info", self.option) for _ in range(4)]:
            self.assertEqual(self.finish(process).code, 0)
        self.assertEqual([path.name for path in self.folder.glob("checksums*")], ["checksums"])
        self.again()
        self.succeeds("info", self.option)
        self.assertEqual(self.gets(), [])


if __name__ == "__main__":
    main()
