#!/usr/bin/python3
"""SQLite files that can't be written: full disks, limits, rights. What fails leaves nothing, and says why."""
import os
import pathlib
import resource
import subprocess
import unittest

import program
from program import on_each

BIG = ("INSERT INTO one VALUES (1, 'before');\nCREATE TABLE two (id INT);\n"
       "INSERT INTO one SELECT i + 1, hex(randomblob(1000)) FROM "
       "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n);")


@on_each("sqlite")
class File:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT, text VARCHAR(2000));")
        self.succeeds("migrate")

    def assert_nothing_left(self):
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT count(*) FROM one"), [["0"]])
        self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name = 'two'"), [])
        self.assertEqual(self.database.query("PRAGMA integrity_check"), [["ok"]])

    def assert_told(self, run, pattern):
        self.assertIn("Migration V2__big.sql failed", run.err)
        self.assertIn("Changes successfully rolled back.", run.err)
        self.assertRegex(run.err, pattern)
        self.assertRegex(run.err, "Line       : 3")

    def test_a_full_database(self):
        self.scripts(V2__big=BIG)
        self.assert_told(self.fails("-initSql=PRAGMA max_page_count=100", "migrate"), "Error Code : 13\n.*database or disk is full")
        self.assert_nothing_left()
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])

    def test_a_file_as_large_as_it_may_get(self):
        self.scripts(V2__big=BIG)
        limit = 200 * 1024
        run = self.fails("migrate", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assert_told(run, "Error Code : 10\n.*File too large")
        self.assert_nothing_left()
        self.succeeds("migrate")

    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)], capture_output=True, text=True, check=False)
        if done.returncode:
            self.skipTest(f"no file system of a given size here: {done.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=True)
        self.database.file = disk / "test.db"
        self.database.url = f"jdbc:sqlite:{self.database.file}"
        self.succeeds("migrate")
        self.scripts(V2__big=BIG)
        self.assert_told(self.fails("migrate"), "Error Code : 13\n.*database or disk is full")
        self.assert_nothing_left()
        # So full that not even the journal of a history row has room: nothing of the row stays.
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file, unittest.TestCase().assertRaises(OSError):
            while True:
                file.write(b"x" * 4096)
        self.scripts(V2__big="SELECT 1;")
        self.assertRegex(self.fails("migrate").err, "database or disk is full|disk I/O error")
        self.assert_nothing_left()
        self.assertIn("Pending", self.succeeds("info").out)
        filler.unlink()
        self.succeeds("migrate")
        self.assertEqual(self.applied(), ["1", "2"])


@unittest.skipIf(os.geteuid() != 0, "needs root, to run the tool as an account with fewer rights")
@on_each("sqlite")
class Rights:
    def setUp(self):
        super().setUp()
        self.scripts(V1__one="CREATE TABLE one (id INT);")
        self.succeeds("migrate")
        self.scripts(V2__two="INSERT INTO one VALUES (2);")
        self.folder.chmod(0o755)

    def assert_only_reading(self, pattern):
        nobody = self.as_nobody()
        for command in ("migrate", "clean"):
            self.assertRegex(self.fails(command, **nobody).err, pattern)
        self.assertIn("Pending", self.succeeds("info", **nobody).out)
        self.succeeds("validate", "-ignorePendingMigrations=true", **nobody)
        self.succeeds("repair", **nobody)    # which has nothing to do
        self.assertEqual(self.applied(), ["1"])
        self.assertEqual(self.database.query("SELECT * FROM one"), [])

    def test_a_file_that_may_only_be_read(self):
        self.database.file.chmod(0o444)
        self.assert_only_reading("(?i)attempt to write a readonly database")

    def test_a_folder_that_may_only_be_read(self):
        """The file itself may be written, but its journal can't be made."""
        self.database.file.chmod(0o666)
        self.assert_only_reading("(?i)unable to open (the )?database file|attempt to write a readonly database")

    def test_a_file_that_may_not_be_read(self):
        self.database.file.chmod(0o000)
        self.assertIn("Unable to obtain connection from database", self.fails("info", **self.as_nobody()).err)

    def test_a_file_that_can_not_be_made(self):
        self.database.file = pathlib.Path(self.folder / "none.db")
        self.database.url = f"jdbc:sqlite:{self.database.file}"
        run = self.fails("migrate", **self.as_nobody())
        self.assertRegex(run.err, "(?i)unable to open (the )?database file")
        self.assertFalse(self.database.file.exists())

    def test_a_file_system_that_is_mounted_read_only(self):
        done = subprocess.run(["mount", "--bind", str(self.folder), str(self.folder)], capture_output=True, text=True, check=False)
        if done.returncode:
            self.skipTest(f"no file system that is mounted for a test here: {done.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.folder)], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(self.folder)], check=True)
        self.assertRegex(self.fails("migrate", cwd="/").err, "(?i)attempt to write a readonly database|Read-only file system")
        self.assertIn("Pending", self.succeeds("info", cwd="/").out)


if __name__ == "__main__":
    program.main()
