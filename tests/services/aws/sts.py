"""STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity."""
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from message import Answer, Refusal

VERSION = "2011-06-15"
NAMESPACE = f"https://sts.amazonaws.com/doc/{VERSION}/"
WEB_IDENTITY_TOKEN = "standin-jwt"


class Sts:
    def __init__(self, options, checker, keyring):
        self.region, self.checker, self.keyring = options.region, checker, keyring

    def takes(self, request):
        return request.method == "POST" and b"Action=" in request.body and not request.header("X-Amz-Target")

    def names(self, _request):
        return ("STS",)

    def answer(self, request):
        form = dict(parse_qsl(request.body.decode()))
        action = form.get("Action")
        if action not in ("AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"):
            raise Refusal(400, "InvalidAction", f"Could not find operation {action}")
        if form.get("Version") != VERSION:
            raise Refusal(400, "ValidationError", f"The version must be {VERSION}")
        if action != "AssumeRoleWithWebIdentity":
            self.checker.check(request, "sts", self.region)
        elif form.get("WebIdentityToken", "").strip() != WEB_IDENTITY_TOKEN:
            raise Refusal(400, "InvalidIdentityToken", "The web identity token that was passed could not be validated")
        if action == "GetCallerIdentity":
            return reply(action, "<Arn>arn:aws:iam::123456789012:user/t</Arn><UserId>T</UserId>"
                                 "<Account>123456789012</Account>")
        return self.assume(action, form)

    def assume(self, action, form):
        for name in ("RoleArn", "RoleSessionName"):
            if not form.get(name):
                raise Refusal(400, "ValidationError", f"{name} is missing")
        if not 900 <= int(form.get("DurationSeconds", 3600)) <= 43200:
            raise Refusal(400, "ValidationError", "DurationSeconds must be between 900 and 43200")
        if form["RoleArn"].endswith("/forbidden"):
            raise Refusal(403, "AccessDenied", f"User is not authorized to perform: sts:{action} on resource: "
                                               f"{form['RoleArn']}")
        key = self.keyring.issue()
        session = escape(form["RoleSessionName"])
        return reply(action, f"<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/whimbrel/{session}</Arn>"
                             f"<AssumedRoleId>AROATEST:{session}</AssumedRoleId></AssumedRoleUser><Credentials>"
                             f"<AccessKeyId>{key['AccessKeyId']}</AccessKeyId>"
                             f"<SecretAccessKey>{key['SecretAccessKey']}</SecretAccessKey>"
                             f"<SessionToken>{key['Token']}</SessionToken>"
                             f"<Expiration>{key['Expiration']}</Expiration></Credentials>")

    def refuse(self, refusal, _request):
        return Answer(refusal.status, (
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{refusal.code}</Code>'
            f"<Message>{escape(refusal.message)}</Message></Error><RequestId>r</RequestId></ErrorResponse>").encode(),
            "text/xml")


def reply(action, result):
    return Answer(200, (f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result>'
                        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>").encode(),
                  "text/xml")
