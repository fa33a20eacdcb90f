"""The function of examples/aws by itself: what it makes of events, of mappings, and of services that refuse."""
import json
import unittest

import pipeline
from pipeline import message, s3_event

from botocore.exceptions import ClientError

USERS, PRODUCTS = "users-20261125", "products-20261125"
MAPPING = {"schema": "users", "flywayVersion": "7.15.0", "flywayConf": "users.conf"}


class FunctionTest(unittest.TestCase):
    def setUp(self):
        self.ssm = pipeline.cloud(self)
        self.function = pipeline.new_function()
        self.map(USERS, MAPPING)
        self.map(PRODUCTS, {**MAPPING, "schema": "products", "flywayConf": "products.conf"})

    def map(self, bucket, content):
        text = content if isinstance(content, str) else json.dumps(content)
        self.ssm.put_parameter(Name=f"/flyway/s3-mapping/{bucket}", Type="String", Value=text, Overwrite=True)

    def call(self, *bodies):
        """The answer's failed messages, by their position in `bodies`."""
        answer = self.function.handler({"Records": [message(body, f"m{at}") for at, body in enumerate(bodies)]}, None)
        return [int(item["itemIdentifier"][1:]) for item in answer["batchItemFailures"]]

    @property
    def commands(self):
        return list(reversed(self.ssm.list_commands()["Commands"]))

    @property
    def sent(self):
        return [{name: values[0] for name, values in command["Parameters"].items()} for command in self.commands]


class Events(FunctionTest):
    def test_an_upload_becomes_a_command(self):
        self.assertEqual(self.call(s3_event(USERS, "V1__a.sql")), [])
        self.assertEqual(self.sent, [{"bucket": USERS, "command": "migrate", "source": "s3", "schema": "users",
                                      "flywayVersion": "7.15.0", "flywayConf": "users.conf"}])
        command, = self.commands
        self.assertEqual((command["DocumentName"], command["InstanceIds"]), (pipeline.DOCUMENT, [pipeline.INSTANCE]))

    def test_a_burst_becomes_one_command_per_bucket(self):
        bodies = [s3_event(bucket, f"V{number}__a.sql") for number in range(50) for bucket in (USERS, PRODUCTS)]
        self.assertEqual(self.call(*bodies), [])
        self.assertEqual(sorted(command["schema"] for command in self.sent), ["products", "users"])

    def test_all_records_of_a_message_count(self):
        event = {"Records": s3_event(USERS, "V1__a.sql")["Records"] + s3_event(PRODUCTS, "V1__a.sql")["Records"]}
        self.assertEqual(self.call(event), [])
        self.assertEqual(len(self.sent), 2)

    def test_what_is_no_upload_of_a_script_starts_nothing(self):
        self.assertEqual(self.call(pipeline.test_event(USERS), s3_event(USERS, "README.md", "V1__a.sql.bak", "V1__A.SQL", "sql"),
                                   s3_event(USERS, "V1__a.sql", name="ObjectRemoved:Delete"), {"Records": []}), [])
        self.assertEqual(self.sent, [])

    def test_keys_are_form_encoded(self):
        for key in ("V1__a b.sql", "V1__a+b.sql", "V1__100%.sql", "V1__Zoë.sql", "V1__%2Esql.sql"):
            with self.assertLogs("start_migration") as logs:
                self.call(s3_event(USERS, key))
            self.assertIn(f"{json.dumps(USERS)}: {json.dumps(key)}", logs.output[0])
        self.assertEqual(len(self.sent), 5)
        self.call(s3_event(USERS, "V1__a.sqlx", "V1__a.sql+"))
        self.assertEqual(len(self.sent), 5)

    def test_hostile_keys_reach_nothing_but_one_line_of_the_log_each(self):
        keys = ["$(touch pwned).sql", "`id`.sql", "a';DROP TABLE x;--.sql", 'a".sql', "a\nERROR forged line.sql", "../../etc/x.sql",
                "{{ssm:/secret}}.sql", "\0.sql", "-rf.sql", "\u202e.sql"]
        with self.assertLogs("start_migration") as logs:
            self.assertEqual(self.call(s3_event(USERS, *keys)), [])
        self.assertEqual(len(self.sent), 1)
        self.assertFalse(set(map(str, self.sent[0].values())) & set(keys))
        self.assertEqual(len(logs.output), len(keys) + 1)
        self.assertNotIn("\n", "".join(logs.output))

    def test_messages_that_are_no_events_of_s3_are_given_back(self):
        wrong = ["no JSON", "[]", "1", "null", "{}", '{"Records": 1}', '{"Records": [{}]}', '{"Records": [null]}',
                 '{"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": 1}}}]}']
        self.assertEqual(self.call(*wrong, s3_event(USERS, "V1__a.sql")), list(range(len(wrong))))
        self.assertEqual(len(self.sent), 1)


class Mappings(FunctionTest):
    def refused(self, expected, bucket=USERS):
        before = len(self.sent)
        with self.assertLogs("start_migration", "ERROR") as logs:
            self.assertEqual(self.call(s3_event(bucket, "V1__a.sql"), s3_event(bucket, "V2__a.sql")), [0, 1])
        self.assertIn(expected, "".join(logs.output))
        self.assertEqual(len(self.sent), before)

    def test_a_missing_one_is_named(self):
        self.refused("there is no parameter /flyway/s3-mapping/nobodys-bucket", "nobodys-bucket")

    def test_one_that_is_not_json(self):
        for text in ("schema=users", "{", "users,7.15.0,users.conf", "\x00"):
            self.map(USERS, text)
            self.refused(f"/flyway/s3-mapping/{USERS} is not JSON")

    def test_one_that_is_no_object(self):
        for text in ("[]", "null", '"users"', "7"):
            self.map(USERS, text)
            self.refused(f"/flyway/s3-mapping/{USERS} is not a JSON object")

    def test_fields_that_are_missing_or_no_texts(self):
        for field in MAPPING:
            for value in (None, 7, ["x"], {}, "", True):
                self.map(USERS, {**MAPPING, field: value})
                self.refused(f"has no text for {field}")
            self.map(USERS, {name: value for name, value in MAPPING.items() if name != field})
            self.refused(f"has no text for {field}")

    def test_values_that_are_no_words_are_refused_by_the_document(self):
        for field in MAPPING:
            for value in ("x;id", "$(id)", "a b", "../x", "-x", "x\ny", "`id`", "x'", 'x"', "/x", "{{ssm:/x}}", "x/../y", ".", "..", "é"):
                with self.subTest(field=field, value=value):
                    self.map(USERS, {**MAPPING, field: value})
                    self.refused(f"parameter {field} does not match")

    def test_fields_that_nobody_asked_for_go_nowhere(self):
        self.map(USERS, {**MAPPING, "command": "clean", "note": "$(id)"})
        self.call(s3_event(USERS, "V1__a.sql"))
        self.assertEqual(self.sent[0]["command"], "migrate")
        self.assertNotIn("note", self.sent[0])

    def test_a_wrong_one_does_not_stop_the_others(self):
        self.map(USERS, "{")
        self.assertEqual(self.call(s3_event(USERS, "V1__a.sql"), s3_event(PRODUCTS, "V1__a.sql")), [0])
        self.assertEqual([command["schema"] for command in self.sent], ["products"])


class Refusals(FunctionTest):
    def refuse(self, operation, code):
        def raise_error(**_):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)
        self.function.ssm.meta.events.register(f"provide-client-params.ssm.{operation}", raise_error)

    def test_messages_are_given_back_when_systems_manager_refuses(self):
        for operation, code in (("SendCommand", "InvalidInstanceId"), ("SendCommand", "ThrottlingException"),
                                ("GetParameter", "AccessDeniedException")):
            self.function = pipeline.new_function()
            self.refuse(operation, code)
            with self.assertLogs("start_migration", "ERROR") as logs:
                self.assertEqual(self.call(s3_event(USERS, "V1__a.sql")), [0])
            self.assertIn(code, logs.output[0])
        self.assertEqual(self.sent, [])


class ByHand(FunctionTest):
    def test_a_command_without_an_upload(self):
        answer = self.function.handler({"bucket": USERS, "command": "repair"}, None)
        self.assertEqual(answer, {"commandId": self.commands[0]["CommandId"]})
        self.assertEqual(self.sent[0]["command"], "repair")

    def test_migrate_unless_said_otherwise(self):
        self.function.handler({"bucket": USERS}, None)
        self.assertEqual(self.sent[0]["command"], "migrate")

    def test_what_may_not_be_run_fails_the_call(self):
        for event in ({"bucket": USERS, "command": "clean"}, {"bucket": "nobodys-bucket"}):
            with self.assertRaises(Exception):
                self.function.handler(event, None)
        self.assertEqual(self.sent, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
