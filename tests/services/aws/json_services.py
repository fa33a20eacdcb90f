"""The services that speak JSON: Secrets Manager and the Systems Manager parameter store.

What they hold stands in secrets.json and parameters.json of the root folder, {name: text}, read anew for every call. A
secret that is {"binary": text} is one of bytes.
"""
import base64
import json
import re

from message import Answer, Refusal

CONTENT_TYPE = "application/x-amz-json-1.1"
ARN = re.compile(r"arn:aws[^:]*:secretsmanager:[^:]*:\d*:secret:(.*?)(-[A-Za-z0-9]{6})?")
# How these services call what S3 calls otherwise.
CODES = {"SignatureDoesNotMatch": "InvalidSignatureException", "InvalidAccessKeyId": "UnrecognizedClientException",
         "InvalidToken": "UnrecognizedClientException", "ExpiredToken": "ExpiredTokenException",
         "AccessDenied": "AccessDeniedException", "RequestTimeTooSkewed": "InvalidSignatureException"}


class JsonService:
    target = None      # what X-Amz-Target has to be
    fault_name = None
    service = None     # in the signature's scope
    file = None

    def __init__(self, options, checker):
        self.root, self.region, self.checker = options.root, options.region, checker
        self.denied = set(options.deny)

    def takes(self, request):
        return request.header("X-Amz-Target").partition(".")[0] == self.target.partition(".")[0]

    def names(self, _request):
        return (self.fault_name,)

    def answer(self, request):
        self.checker.check(request, self.service, self.region)
        if request.header("X-Amz-Target") != self.target:
            raise Refusal(400, "UnknownOperationException", request.header("X-Amz-Target"))
        try:
            held = json.loads((self.root / self.file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            held = {}
        reply = self.look_up(json.loads(request.body or b"{}"), held)
        return Answer(200, json.dumps(reply).encode(), CONTENT_TYPE)

    def refuse(self, refusal, _request):
        document = {"__type": CODES.get(refusal.code, refusal.code), "message": refusal.message}
        return Answer(400 if refusal.status < 500 else refusal.status, json.dumps(document).encode(), CONTENT_TYPE)


class SecretsManager(JsonService):
    target, fault_name, service, file = "secretsmanager.GetSecretValue", "SECRETS", "secretsmanager", "secrets.json"

    def look_up(self, asked, held):
        name = asked.get("SecretId", "")
        match = ARN.fullmatch(name)
        if name not in held and match:
            name = match[1]
        if name in self.denied:
            raise Refusal(400, "AccessDeniedException", "User is not authorized to perform: "
                                                        f"secretsmanager:GetSecretValue on resource: {name}")
        if name not in held:
            raise Refusal(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        value = held[name]
        content = {"SecretString": value} if isinstance(value, str) else {
            "SecretBinary": base64.b64encode(value["binary"].encode()).decode()}
        return {"ARN": f"arn:aws:secretsmanager:{self.region}:123456789012:secret:{name}-AbCdEf", "Name": name,
                **content, "VersionId": "00000000-0000-4000-8000-000000000001",
                "VersionStages": ["AWSCURRENT"], "CreatedDate": 1.7e9}


class ParameterStore(JsonService):
    target, fault_name, service, file = "AmazonSSM.GetParameter", "SSM", "ssm", "parameters.json"

    def look_up(self, asked, held):
        name = asked.get("Name", "")
        if name in self.denied:
            raise Refusal(400, "AccessDeniedException",
                          f"User is not authorized to perform: ssm:GetParameter on resource: {name}")
        if name not in held:
            raise Refusal(400, "ParameterNotFound", "")
        return {"Parameter": {"Name": name, "Type": "SecureString", "Value": held[name], "Version": 1}}
