#!/usr/bin/env python3
"""s3: locations that refuse, can't be reached, fail or change in the middle: clear errors, attempts, and nothing skipped."""
import signal
import time

from program import HISTORY, main, passwords
from s3_bucket import S3Test

WRONG_SECRET = "this-is-not-the-secret-access-key-of-it"


class Refusals(S3Test):
    def setUp(self):
        super().setUp()
        self.objects("a")

    def refused(self, *texts, **variables):
        run = self.fails("info", environment=self.aws.environment(**variables))
        for text in texts:
            self.assertIn(text, run.err)
        return run

    def test_wrong_secret(self):
        passwords.add(WRONG_SECRET)
        self.refused("Unable to list s3:mig/app: The request signature we calculated does not match",
                     "Status Code: 403, Error Code: SignatureDoesNotMatch",
                     "The secret access key of the credentials (environment variables) is wrong.",
                     AWS_SECRET_ACCESS_KEY=WRONG_SECRET)

    def test_unknown_key(self):
        self.refused("Error Code: InvalidAccessKeyId", AWS_ACCESS_KEY_ID="AKIDNOBODY")

    def test_wrong_session_token(self):
        self.refused("Error Code: InvalidToken", AWS_SESSION_TOKEN="bogus")

    def test_no_such_bucket(self):
        self.location = "s3:nope/app"
        self.refused("Unable to list s3:nope/app: The specified bucket does not exist (Service: S3, Status Code: 404, "
                     "Error Code: NoSuchBucket, Request ID: STANDIN000000001)", "No bucket has the name nope.")

    def test_impossible_bucket(self):
        self.location = "s3:No_Bucket/app"
        self.refused("Error Code: InvalidBucketName")

    def test_no_right_to_list(self):
        self.aws.restart("--deny", "LIST:mig")
        self.refused("Unable to list s3:mig/app: Access Denied",
                     "need the right s3:ListBucket on bucket mig.")

    def test_no_right_to_get(self):
        self.aws.restart("--deny", "GET:mig/app/V1__a.sql")
        self.refused("Failed to get object from s3: mig/app/V1__a.sql: Access Denied",
                     "need the right s3:GetObject on mig/app/V1__a.sql.")

    def test_in_json(self):
        self.aws.restart("--deny", "mig")
        run = self.run_tool("info", "-outputType=json")
        self.assertEqual(run.code, 1)
        self.assertIn("Unable to list s3:mig/app: Access Denied", run.json["error"]["message"])

    def test_a_refusal_is_never_skipped(self):
        self.aws.restart("--deny", "mig")
        for value in ("true", "false"):
            self.fails("info", f"-failOnMissingLocations={value}")

    def test_changed_between_list_and_get(self):
        self.faults("LIST:changex1")
        self.refused("Failed to get object from s3: mig/app/V1__a.sql: At least one of the pre-conditions",
                     "It was changed since the bucket was listed. Run the command again.")

    def test_deleted_between_list_and_get(self):
        self.faults("LIST:deletex1")
        self.refused("Failed to get object from s3: mig/app/V1__a.sql: The specified key does not exist.",
                     "It was deleted since the bucket was listed.")

    def test_expired_credentials(self):
        self.faults("expiredx9")
        self.refused("Error Code: ExpiredToken", "The credentials (environment variables) have expired.")

    def test_a_page_of_a_proxy(self):
        self.faults("LIST:htmlx9")
        self.refused("Unable to list s3:mig/app: HTTP status 502 (Service: S3, Status Code: 502", AWS_MAX_ATTEMPTS="2")


class Unreachable(S3Test):
    def setUp(self):
        super().setUp()
        self.objects("a")

    def skipped(self, *expected, **variables):
        """Without answer the location is passed over, unless it must not be missing."""
        environment = self.aws.environment(**variables)
        run = self.succeeds("info", environment=environment)
        strict = self.fails("info", "-failOnMissingLocations=true", environment=environment)
        for text in expected:
            self.assertIn("ERROR: Skipping s3 location:migapp due to error: " + text, run.err)
            self.assertIn("ERROR: Could not access s3 location:migapp due to error: " + text, strict.err)

    def test_no_connection(self):
        self.skipped("Unable to execute HTTP request: ", AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")

    def test_unknown_host(self):
        self.skipped("Unable to execute HTTP request: Could not resolve host: s3.invalid",
                     AWS_ENDPOINT_URL="http://s3.invalid", AWS_MAX_ATTEMPTS="1")

    def test_no_credentials(self):
        self.skipped("Unable to load credentials from any of the providers in the chain", AWS_ACCESS_KEY_ID="",
                     AWS_SECRET_ACCESS_KEY="", AWS_EC2_METADATA_DISABLED="true")

    def test_no_region(self):
        run = self.fails("info", environment=self.aws.environment(AWS_REGION="", AWS_EC2_METADATA_DISABLED="true"))
        self.assertIn("Unable to load region from any of the providers in the chain", run.err)
        self.assertIn("AWS_REGION", run.err)

    def test_no_bucket(self):
        for location in ("s3:", "s3:///"):
            self.location = location
            self.assertIn("ERROR: Skipping s3 location:null due to error: Bucket cannot be empty.",
                          self.succeeds("info").err)

    def test_other_locations_are_still_read(self):
        self.script("V5__on_disk.sql", "SELECT 1;")
        self.location = f"s3:mig/app,filesystem:{self.sql}"
        run = self.succeeds("info", "-outputType=json", environment=self.aws.environment(
            AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1"))
        self.assertEqual([row["version"] for row in run.json["migrations"]], ["5"])


class Misfortune(S3Test):
    """What is tried again, and ends well."""

    def test_busy_and_failing_servers_and_broken_connections(self):
        self.objects("a", "b")
        self.faults("LIST:503x1", "LIST:resetx1", "LIST:cutx1", "GET:500x1", "GET:400timeoutx1", "GET:emptyx1",
                    "GET:cutx1", "GET:resetx1")
        self.succeeds("migrate", environment=self.aws.environment(AWS_MAX_ATTEMPTS="8"))
        self.assertEqual(len(self.column()), 2)

    def test_the_attempts_are_used_up(self):
        self.objects("a")
        self.faults("GET:503x9")
        run = self.fails("info", environment=self.aws.environment(AWS_MAX_ATTEMPTS="2"))
        self.assertIn("Failed to get object from s3: mig/app/V1__a.sql: Please reduce your request rate.", run.err)
        self.assertEqual(len(self.gets()), 2)

    def test_a_large_object_goes_on_where_it_broke_off(self):
        # Read three times: for its checksum, to be split, to be run. Each reading is cut.
        lines = "".join(f"-- {number:08} {'x' * 80}\n" for number in range(60000))
        self.aws.put("mig", "app/V1__large.sql", f"CREATE TABLE t (x INT);\n{lines}INSERT INTO t VALUES (7);\n")
        self.faults("GET:cutx3")
        self.succeeds("migrate")
        self.assertEqual(self.database.query("SELECT x FROM t"), [["7"]])
        self.assertEqual([request.rsplit(" ", 1)[1] for request in self.gets()], ["200", "206", "206", "206", "200", "200"])
        self.succeeds("validate")

    def test_an_object_that_changes_in_the_middle_of_a_stream(self):
        self.aws.put("mig", "app/V1__large.sql", "-- x\n" * 300000)
        self.faults("GET:cutx1", "GET:changex1")
        self.aws.put("mig", "app/V0__small.sql", "SELECT 1;")
        run = self.fails("migrate")
        self.assertIn("It was changed since the bucket was listed", run.err)
        self.assertNotIn(HISTORY, [row[0] for row in self.database.query("SELECT name FROM sqlite_master")])

    def test_expired_credentials_are_fetched_anew(self):
        # The objects are fetched at once: whichever request is refused first, all that were signed with the same key are.
        self.objects("a", "b", "c")
        self.aws.restart("--fault", "LIST:revokex1", "--fault", "GET:revokex1")
        self.succeeds("migrate", environment=self.aws.environment(
            AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
            AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.url + "/creds"))
        self.assertEqual(len(self.column()), 3)

    def test_a_wrong_clock(self):
        self.objects("a", "b")
        for ahead, word in ((3600, "behind"), (-3600, "ahead of")):
            self.aws.restart("--clock", str(ahead))
            run = self.succeeds("info")
            self.assertRegex(run.out, f"(?m)^WARNING: The clock of this machine is (3599|3600|3601) seconds {word} that "
                                      "of s3; requests are signed with the time there$")
            self.assertEqual([request.rsplit(" ", 1)[1] for request in self.aws.requests], ["403", "200", "200", "200"])

    def test_a_clock_that_can_not_be_set_right(self):
        self.objects("a")
        self.faults("skewedx9")
        self.assertIn("Error Code: RequestTimeTooSkewed", self.fails("info").err)

    def test_a_run_that_waits_can_be_ended(self):
        self.objects("a")
        self.faults("LIST:hangx1")
        process = self.start("migrate")
        while not self.aws.log.exists() and process.poll() is None:
            time.sleep(0.05)    # the request is logged when it is answered; so look at the connection instead
            if self.connected():
                break
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        run = self.finish(process)
        self.assertEqual(run.code, 1, run)
        self.assertLess(time.monotonic() - began, 20)
        self.assertIn("Interrupted while waiting for AWS", run.err)

    def connected(self):
        """Whether somebody has a connection to the stand-in."""
        port = f"{int(self.aws.port_file.read_text()):04X}"
        with open("/proc/net/tcp", encoding="ascii") as lines:
            connections = [line.split() for line in list(lines)[1:]]
        established = "01"
        return any(local.endswith(f":{port}") and state == established for _, local, _, state, *_ in connections)


if __name__ == "__main__":
    main()
