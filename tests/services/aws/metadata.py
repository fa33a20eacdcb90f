"""The two services that hand out credentials without being asked for any: instance metadata (IMDSv2) and the container's."""
import base64
import json
import os
import time

from message import Answer, Refusal

ROLE = "whimbrel-role"
CONTAINER_TOKEN = "standin-token"
LONGEST_TOKEN_LIFE = 21600


class InstanceMetadata:
    ROLES = "/latest/meta-data/iam/security-credentials/"

    def __init__(self, options, keyring):
        self.region, self.keyring = options.region, keyring
        self.version_1, self.has_role = options.imds_v1, not options.imds_no_role
        self.tokens = {}    # token -> when it ends

    def takes(self, request):
        return request.path.startswith("/latest/")

    def names(self, _request):
        return ("IMDS",)

    def answer(self, request):
        if request.path == "/latest/api/token":
            return self.new_token(request)
        if request.method != "GET":
            raise Refusal(405, "", "")
        valid = self.tokens.get(request.header("X-aws-ec2-metadata-token"), 0) > time.monotonic()
        if not valid and not self.version_1:
            raise Refusal(401, "", "")
        document = self.documents().get(request.path)
        if document is None:
            raise Refusal(404, "", "")
        return Answer(200, document.encode(), "text/plain")

    def new_token(self, request):
        life = request.header("X-aws-ec2-metadata-token-ttl-seconds")
        if request.method != "PUT" or not life.isdigit() or not 1 <= int(life) <= LONGEST_TOKEN_LIFE:
            raise Refusal(400, "", "")
        if request.header("X-Forwarded-For"):    # never through a proxy
            raise Refusal(403, "", "")
        token = base64.b64encode(os.urandom(24)).decode()
        self.tokens[token] = time.monotonic() + int(life)
        return Answer(200, token.encode(), "text/plain",
                      {"X-aws-ec2-metadata-token-ttl-seconds": life})

    def documents(self):
        placement = {
            "/latest/meta-data/placement/region": self.region,
            "/latest/meta-data/placement/availability-zone": self.region + "a",
            "/latest/dynamic/instance-identity/document": json.dumps({"region": self.region}),
        }
        if not self.has_role:
            return placement
        credentials = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2024-01-01T00:00:00Z"}
        return {**placement, self.ROLES: ROLE,
                self.ROLES + ROLE: json.dumps({**credentials, **self.keyring.issue()})}

    def refuse(self, refusal, _request):
        return Answer(refusal.status, b"", "text/plain")


class ContainerCredentials:
    """Below /creds/auth only with the token of the container."""

    def __init__(self, keyring):
        self.keyring = keyring

    def takes(self, request):
        return request.path.startswith("/creds")

    def names(self, _request):
        return ("CREDS",)

    def answer(self, request):
        if request.path.startswith("/creds/auth") and request.header("Authorization") != CONTAINER_TOKEN:
            raise Refusal(401, "AccessDenied", "no token")
        reply = {**self.keyring.issue(), "RoleArn": "arn:aws:iam::123456789012:role/whimbrel"}
        return Answer(200, json.dumps(reply).encode(), "application/json")

    def refuse(self, refusal, _request):
        document = {"code": refusal.code, "message": refusal.message}
        return Answer(refusal.status, json.dumps(document).encode(), "application/json")
