#!/usr/bin/python3
"""Each provider of AWS credentials, against a stand-in that speaks its protocol and checks every signature: a parameter is fetched."""
import json
import unittest

import program
from aws import KEY_ID, SECRET, Aws
from program import ProgramTest

ROLE = "arn:aws:iam::123456789012:role/migrations"
SHOW = ("-placeholders.p=${ssm:/app/text}", "migrate")


class CredentialsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.aws = Aws(self)
        self.aws.root.mkdir(exist_ok=True)
        (self.aws.root / "parameters.json").write_text(json.dumps({"/app/text": "fetched"}))
        self.scripts(V1__a="CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('${p}');")

    def environment(self, **variables):
        """Without the keys that the stand-in's own environment has."""
        kept = self.aws.environment(**variables)
        return {name: value for name, value in kept.items()
                if name in variables or name not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}

    def fetches(self, **variables):
        run = self.succeeds(*SHOW, env=self.environment(**variables))
        self.assertEqual(self.database.query("SELECT x FROM t"), [["fetched"]])
        return run

    def refuses(self, *texts, **variables):
        run = self.fails(*SHOW, env=self.environment(**variables))
        for text in texts:
            self.assertIn(text, run.err)
        return run

    def profiles(self, config, credentials=""):
        folder = self.folder / ".aws"
        folder.mkdir(exist_ok=True)
        (folder / "config").write_text(config)
        (folder / "credentials").write_text(credentials)

    def keys(self, name="default"):
        return f"[{name}]\naws_access_key_id={KEY_ID}\naws_secret_access_key={SECRET}\n"

    def test_environment(self):
        self.fetches(AWS_ACCESS_KEY_ID=KEY_ID, AWS_SECRET_ACCESS_KEY=SECRET)

    def test_half_a_pair_is_an_error_and_no_reason_to_go_on(self):
        self.refuses("AWS_SECRET_ACCESS_KEY is not", AWS_ACCESS_KEY_ID=KEY_ID)

    def test_a_wrong_secret_is_told_with_the_provider_that_gave_it(self):
        self.refuses("InvalidSignatureException", "environment variables", "/app/text", AWS_ACCESS_KEY_ID=KEY_ID,
                     AWS_SECRET_ACCESS_KEY="wrong")

    def test_profile(self):
        self.profiles("[profile ci]\nregion=us-east-1\n", self.keys("ci"))
        self.fetches(AWS_PROFILE="ci", AWS_REGION="")

    def test_a_profile_that_is_missing(self):
        self.refuses("profile nobody", "no such profile", AWS_PROFILE="nobody")

    def test_role_by_the_keys_of_another_profile(self):
        self.profiles(f"[profile ci]\nrole_arn={ROLE}\nsource_profile=base\nexternal_id=x y\nduration_seconds=900\n",
                      self.keys("base"))
        self.fetches(AWS_PROFILE="ci")

    def test_role_that_may_not_be_assumed(self):
        self.profiles("[profile ci]\nrole_arn=arn:aws:iam::123456789012:role/forbidden\nsource_profile=base\n", self.keys("base"))
        self.refuses("profile ci", "AccessDenied", "role/forbidden", AWS_PROFILE="ci")

    def test_profiles_in_a_circle(self):
        self.profiles(f"[profile a]\nrole_arn={ROLE}\nsource_profile=b\n[profile b]\nrole_arn={ROLE}\nsource_profile=a\n")
        self.refuses("circle", AWS_PROFILE="a")

    def test_role_of_the_instance(self):
        self.profiles(f"[profile ci]\nrole_arn={ROLE}\ncredential_source=Ec2InstanceMetadata\n")
        self.fetches(AWS_PROFILE="ci")

    def test_credential_process_runs_without_a_shell(self):
        answer = {"Version": 1, "AccessKeyId": KEY_ID, "SecretAccessKey": SECRET}
        (self.folder / "a $(touch x).json").write_text(json.dumps(answer))
        self.profiles(f'[default]\ncredential_process = cat "{self.folder}/a $(touch x).json"\n')
        self.fetches()
        self.assertFalse((self.folder / "x").exists())

    def test_credential_process_that_fails(self):
        self.profiles("[default]\ncredential_process = false\n")
        self.refuses("credential_process of profile default: false", "exit code 1")

    def test_single_sign_on_names_the_way_around(self):
        self.profiles("[default]\nsso_session=corp\n")
        self.refuses("aws configure export-credentials --profile default")

    def test_web_identity(self):
        token = self.folder / "token"
        token.write_text("standin-jwt\n")
        self.fetches(AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_ARN=ROLE)

    def test_web_identity_that_is_not_accepted(self):
        token = self.folder / "token"
        token.write_text("wrong")
        self.refuses("InvalidIdentityToken", str(token), AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_ARN=ROLE)

    def test_container_with_a_token(self):
        self.fetches(AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.url + "/creds/auth", AWS_CONTAINER_AUTHORIZATION_TOKEN="standin-token")

    def test_the_token_file_of_a_container_wins(self):
        token = self.folder / "token"
        token.write_text("standin-token")
        self.fetches(AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.url + "/creds/auth", AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong",
                     AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))

    def test_container_without_its_token(self):
        self.refuses("from the container", "no token", AWS_CONTAINER_CREDENTIALS_FULL_URI=self.aws.url + "/creds/auth")

    def test_no_keys_are_asked_for_in_clear_text_elsewhere(self):
        for host in ("db.example", "127.evil.example", "127.0.0.1@evil.example", "10.0.0.1"):
            with self.subTest(host):
                self.refuses("has to begin with https://", AWS_CONTAINER_CREDENTIALS_FULL_URI=f"http://{host}/creds")
        self.refuses("has to begin with https://", AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="@evil.example/creds")

    def test_instance(self):
        self.fetches()
        self.assertEqual(self.aws.requests[0], "PUT /latest/api/token 200")

    def test_region_of_the_instance(self):
        self.fetches(AWS_REGION="")

    def test_instance_without_a_role(self):
        self.aws.restart("--imds-no-role")
        self.refuses("Unable to load credentials", "the instance has no role")

    def test_instance_metadata_that_do_not_answer(self):
        self.aws.restart("--fault", "IMDS:hangx1")
        self.refuses("hop limit")

    def test_every_provider_says_why_it_has_nothing(self):
        self.refuses("AWS_ACCESS_KEY_ID is not set", "AWS_WEB_IDENTITY_TOKEN_FILE is not set", "profile default",
                     "AWS_CONTAINER_CREDENTIALS_FULL_URI is set", "AWS_EC2_METADATA_DISABLED is true", AWS_EC2_METADATA_DISABLED="TRUE")

    def test_expired_credentials_are_renewed_once(self):
        self.aws.restart("--fault", "SSM:expiredx1")
        self.fetches()
        self.assertEqual(sum("/iam/security-credentials/whimbrel-role" in request for request in self.aws.requests), 2)


if __name__ == "__main__":
    program.main()
