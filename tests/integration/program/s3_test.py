#!/usr/bin/env python3
"""s3: locations: what is found there, by which way, and in how much memory."""
import http.server
import os
import subprocess
import threading
import urllib.request

from program import main, on_each
from s3_bucket import S3Test


class WhatIsFound(S3Test):
    def test_every_page_of_a_listing_and_only_what_is_wanted_is_fetched(self):
        wanted = 0
        for number in range(2500):
            is_script = number % 25 == 0
            wanted += is_script
            self.aws.put("mig", f"app/{number:04}/V{number}__x.sql" if is_script else f"app/{number:04}/note.txt", "")
        run = self.succeeds("info", "-outputType=json")
        self.assertEqual(len(run.json["migrations"]), wanted)
        self.assertEqual([len(self.lists()), len(self.gets())], [3, wanted])

    def test_pages_of_any_size(self):
        self.aws.restart("--page", "3")
        self.objects(*"abcdefgh")
        self.succeeds("migrate")
        self.assertEqual(len(self.lists()), 3)
        self.assertEqual(len(self.column()), 8)

    def test_script_is_bucket_and_key_and_folders_do_not_matter(self):
        self.aws.put("mig", "app/sub/deep/V2__second one.sql", "INSERT INTO t VALUES (1);")
        self.aws.put("mig", "app/V1__first.sql", "CREATE TABLE t (x INT);")
        self.aws.put("mig", "app/R__again.sql", "SELECT 1;")
        self.aws.put("mig", "app/folder.sql/", "")
        self.aws.put("mig", "other/V3__not_mine.sql", "nonsense")
        self.succeeds("migrate")
        self.assertEqual(self.column(), ["mig/app/V1__first.sql", "mig/app/sub/deep/V2__second one.sql",
                                         "mig/app/R__again.sql"])
        self.assertEqual(self.column("description"), ["first", "second one", "again"])

    def test_ways_to_write_a_location(self):
        self.objects("a")
        for location in ("s3://mig/app", "s3:mig/app/", "s3:/mig/app//", "s3:mig", "s3:mig/app/V1__", "s3:mig/ap"):
            self.location = location
            self.assertEqual(len(self.succeeds("info", "-outputType=json").json["migrations"]), 1, location)
        self.location = "s3:mig,s3://mig/app/,s3:mig"
        run = self.succeeds("info")
        self.assertIn("Discarding location 's3:mig/app' as it is a sublocation of 's3:mig'", run.out)
        self.assertIn("Discarding duplicate location 's3:mig'", run.out)

    def test_wildcards_are_characters(self):
        self.aws.put("mig", "a*b?/V1__x.sql", "SELECT 1;")
        self.location = "s3:mig/a*b?"
        self.assertEqual(len(self.succeeds("info", "-outputType=json").json["migrations"]), 1)
        self.location = "s3:mig/a*"
        self.assertEqual(len(self.succeeds("info", "-outputType=json").json["migrations"]), 1)
        self.location = "s3:mig/*"
        self.assertIn("No migrations found. Are your locations set up correctly?", self.succeeds("migrate").out)

    def test_a_sibling_that_begins_alike_is_told(self):
        self.objects("a")
        self.aws.put("mig", "app2/V2__b.sql", "CREATE TABLE other (x INT);")
        self.aws.put("mig", "app2/V3__c.sql", "SELECT 1;")
        run = self.succeeds("migrate")
        self.assertEqual(run.out.count("WARNING: Location 's3:mig/app' also holds what is in 'app2/'"), 1, run)
        self.assertEqual(len(self.column()), 3)

    def test_callbacks_configs_and_encodings_as_on_disk(self):
        self.aws.put("mig", "app/beforeMigrate.sql", "CREATE TABLE IF NOT EXISTS t (x TEXT);")
        self.aws.put("mig", "app/V1__latin.sql", "INSERT INTO t VALUES ('é${who}');".encode("latin-1"))
        self.aws.put("mig", "app/V1__latin.sql.conf", "encoding=ISO-8859-1\nplaceholderReplacement=false\n")
        self.aws.put("old", "V2__utf16.sql", "INSERT INTO t VALUES ('ü');".encode("utf-16"))
        self.aws.put("mig", "app/V3__no.sql", "nonsense")
        self.aws.put("mig", "app/V3__no.sql.conf", "shouldExecute=false")
        self.location = "s3:mig/app,s3:old;encoding=UTF-16"
        self.succeeds("migrate")
        self.assertEqual(self.database.query("SELECT x FROM t ORDER BY rowid"), [["é${who}"], ["ü"]])
        self.aws.put("mig", "app/V1__latin.sql.conf", "encodign=ISO-8859-1\n")
        self.assertIn("Unknown configuration property: encodign", self.fails("info").err)

    def test_encodings_are_detected(self):
        self.aws.put("mig", "app/V1__latin.sql", "CREATE TABLE é (x INT);".encode("latin-1"))
        self.aws.put("mig", "app/V2__utf16.sql", "CREATE TABLE ü (x INT);".encode("utf-16"))
        self.succeeds("migrate", "-detectEncoding=true")
        self.assertEqual(self.database.query("SELECT name FROM sqlite_master WHERE name IN ('é', 'ü')"), [["é"], ["ü"]])

    def test_each_object_is_fetched_once_in_a_run(self):
        self.objects("a", "b")
        self.aws.put("mig", "app/R__r.sql", "SELECT '${flyway:table}';")
        self.aws.put("mig", "app/R__r.sql.conf", "executeInTransaction=true")
        self.succeeds("migrate")
        self.assertEqual(len(self.gets()), len(set(self.gets())))
        self.assertEqual(len(self.gets()), 4)

    def test_script_migrations_are_not_run_from_there(self):
        self.aws.put("mig", "app/V1__x.sh", "echo hello")
        run = self.succeeds("info", "-scriptMigrations=true")
        self.assertIn("WARNING: Skipping app/V1__x.sh (script migrations are run from filesystem: locations only)", run.out)

    def test_a_prefix_with_nothing(self):
        self.objects("a", folder="else/")
        run = self.succeeds("migrate", "-failOnMissingLocations=true")
        self.assertIn("WARNING: No migrations found. Are your locations set up correctly?", run.out)

    def test_two_keys_with_the_same_file_name(self):
        for folder in ("x", "y"):
            self.aws.put("mig", f"app/{folder}/V1__a.sql", f"SELECT '{folder}';")
        self.assertIn("Found more than one migration with version 1\nOffenders:\n-> s3://mig/app/x/V1__a.sql (SQL)\n"
                      "-> s3://mig/app/y/V1__a.sql (SQL)", self.fails("info").err)

    def test_a_failing_script_is_named(self):
        self.aws.put("mig", "app/V1__a.sql", "SELECT 1;\nnonsense;")
        error = self.fails("migrate").err
        self.assertIn("Migration V1__a.sql failed", error)
        self.assertIn("Location   : mig/app/V1__a.sql (s3://mig/app/V1__a.sql)", error)
        self.assertIn("Line       : 2", error)


class OddKeys(S3Test):
    NAMES = ["a b", "a+b", "100%", "a%20b", "a&b=c", "q?x", "h#x", "~(x)*'!", 'say "x"', ",;:@$", "ünï-日本", "`id`",
             "$(touch hacked)", "back\\slash", "<tag>", "a;DROP TABLE t1", "| rm -rf ~", "..", "%2e%2e%2f"]

    def test_any_characters(self):
        self.objects(*self.NAMES)
        self.succeeds("migrate")
        self.assertEqual(self.column(), [f"mig/app/V{i}__{name}.sql" for i, name in enumerate(self.NAMES, 1)])
        self.succeeds("validate")
        self.assertFalse((self.folder / "hacked").exists())

    def test_any_folders(self):
        folders = ["app//", "app/../", "app/./x/", "app/../../etc/", "app/ /", "app/$(x)/"]
        for version, folder in enumerate(folders, 1):
            self.aws.put("mig", f"{folder}V{version}__x.sql", "SELECT 1;")
        self.succeeds("migrate")
        self.assertEqual(self.column(), [f"mig/{folder}V{i}__x.sql" for i, folder in enumerate(folders, 1)])

    def test_keys_that_would_play_with_a_terminal_are_refused_by_name(self):
        for name, shown in (("a\nERROR: b", r"a\x0aERROR: b"), ("\x1b[31mred", r"\x1b[31mred"),
                            ("\u009b31m", r"\xc2\x9b31m"), ("\u202egpj", r"\xe2\x80\xaegpj")):
            self.objects(name)
            run = self.fails("info")
            self.assertIn(f"The object 'app/V1__{shown}.sql' in bucket mig can't be a migration", run.err)
            self.assertNotRegex(run.out + run.err, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
            self.aws.file("mig", f"app/V1__{name}.sql").unlink()
        self.aws.put("mig", "app/\x1b[31m.txt", "no migration: nobody minds")
        self.succeeds("info")


class Regions(S3Test):
    def test_a_bucket_in_another_region_is_found_by_its_redirect(self):
        self.objects("a", "b")
        for status in (301, 307, 400):
            self.aws.restart("--bucket-region", "mig=eu-west-1", "--redirect", str(status))
            self.succeeds("info")
            answers = [request.rsplit(" ", 1)[1] for request in self.aws.requests]
            self.assertEqual(answers, [str(status), "200", "200", "200"])    # and it is remembered

    def test_buckets_in_different_regions(self):
        self.objects("a")
        self.aws.put("far", "V2__b.sql", "SELECT 1;")
        self.aws.restart("--bucket-region", "far=ap-south-1", "--redirect", "301")
        self.location = "s3:mig/app,s3:far"
        self.succeeds("migrate")
        self.assertEqual(self.column(), ["mig/app/V1__a.sql", "far/V2__b.sql"])


class Connections(S3Test):
    def certificate(self):
        key, certificate = self.folder / "key.pem", self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,DNS:*.s3.localhost,DNS:s3.localhost",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def test_tls_with_an_authority_of_our_own(self):
        self.objects("a")
        certificate, key = self.certificate()
        self.aws.restart("--tls", f"{certificate}:{key}")
        port = self.aws.port_file.read_text()
        environment = self.aws.environment(AWS_ENDPOINT_URL=f"https://s3.localhost:{port}",
                                           AWS_CA_BUNDLE=str(certificate))
        self.succeeds("migrate", environment=environment)
        self.succeeds("validate", "-s3.pathStyle=false", environment=environment)
        self.assertTrue(self.lists()[-1].startswith("GET /?"))    # the bucket was in the host name

    def test_tls_with_an_authority_that_nobody_trusts(self):
        self.objects("a")
        certificate, key = self.certificate()
        self.aws.restart("--tls", f"{certificate}:{key}")
        run = self.succeeds("info", environment=self.aws.environment(
            AWS_ENDPOINT_URL=f"https://localhost:{self.aws.port_file.read_text()}", AWS_MAX_ATTEMPTS="1"))
        self.assertRegex(run.err, "Skipping s3 location:migapp due to error: Unable to execute HTTP request: "
                                  "SSL certificate problem")

    def test_the_bucket_in_the_host_name(self):
        self.objects("a", "ü +")
        self.succeeds("migrate", "-s3.pathStyle=false", environment=self.aws.environment(
            AWS_ENDPOINT_URL_S3=f"http://s3.localhost:{self.aws.port_file.read_text()}"))
        self.assertTrue(self.aws.log.read_text().startswith("mig.s3.localhost:"))

    def test_a_proxy(self):
        self.objects("a")
        standin = self.aws.url

        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):    # "GET http://s3.invalid/…": sent on with its headers as they are
                path = self.path.removeprefix("http://s3.invalid")
                headers = {name: value for name, value in self.headers.items() if not name.startswith("Proxy-")}
                with urllib.request.urlopen(urllib.request.Request(standin + path, headers=headers)) as answer:
                    body = answer.read()
                    self.send_response(answer.status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        self.succeeds("migrate", environment=self.aws.environment(
            AWS_ENDPOINT_URL="http://s3.invalid", http_proxy=f"http://127.0.0.1:{proxy.server_port}"))
        self.assertEqual(len(self.column()), 1)

    def test_nothing_of_it_is_loaded_for_other_locations(self):
        self.script("V1__a.sql", "SELECT 1;")
        self.location = f"filesystem:{self.sql}"
        run = self.succeeds("migrate", environment={**self.aws.environment(), "LD_DEBUG": "libs"})
        self.assertIn("libsqlite3", run.err)
        self.assertNotRegex(run.err, "libcurl")


class Memory(S3Test):
    def peak(self, megabytes):
        """The largest resident size, in MB, of a run with one script of that size."""
        # Bit by bit: what this process holds counts as the peak of those that it starts.
        with open(self.aws.put("mig", "app/V1__large.sql", "CREATE TABLE t (x TEXT);\n"), "a") as script:
            for _ in range(megabytes * 64):
                script.write(f"INSERT INTO t VALUES ('{'x' * 16000}');\n")
        self.database.file.unlink(missing_ok=True)
        environment = {**self.aws.environment(), "ASAN_OPTIONS": "quarantine_size_mb=1"}
        process = self.start("migrate", environment=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss / 1024

    def test_an_object_passes_through_in_little_memory(self):
        small = self.peak(1)
        self.assertLess(self.peak(32), small + 16)


@on_each("mariadb")    # besides SQLite
class ThereAndBack(S3Test):
    SCRIPTS = {"V1__create persons.sql": "CREATE TABLE persons (name VARCHAR(20));\r\n",
               "V2__ünï.sql": "\ufeffINSERT INTO persons VALUES ('é');\n",
               "V2.1__fill.sql": "INSERT INTO persons VALUES ('${who}');\n",
               "R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT * FROM persons;\n"}

    def setUp(self):
        super().setUp()
        for name, text in self.SCRIPTS.items():
            if self.kind == "sqlite":
                text = text.replace("CREATE OR REPLACE VIEW", "CREATE VIEW")
            self.script(name, text)
            self.aws.put("mig", "app/" + name, text)

    def test_from_disk_to_s3_and_back(self):
        there, here = "s3:mig/app", f"filesystem:{self.sql}"
        for first, second in ((there, here), (here, there)):
            self.location = first
            self.succeeds("migrate", "-placeholders.who=me")
            facts = [self.column("description"), self.column("checksum")]
            self.location = second
            self.succeeds("validate", "-placeholders.who=me")
            self.assertIn("is up to date. No migration necessary.",
                          self.succeeds("migrate", "-placeholders.who=me").out)
            self.assertEqual([self.column("description"), self.column("checksum")], facts)
            self.succeeds("clean")
            self.location = there


if __name__ == "__main__":
    main()
