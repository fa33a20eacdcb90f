"""Signature Version 4 as a server checks it: in full, and saying what it computed when the client's differs."""
import datetime
import hashlib
import hmac
import re
from urllib.parse import quote, unquote

from message import Refusal

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")
TOLERANCE = datetime.timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"


class Claim:
    """What a request says of its own signature: in the Authorization header, or in the query of a presigned URL."""

    def __init__(self, request):
        query = dict(request.query_items)
        self.presigned = "X-Amz-Signature" in query
        if self.presigned:
            credential, names = query["X-Amz-Credential"], query["X-Amz-SignedHeaders"]
            self.signature = query["X-Amz-Signature"]
            self.date, self.token = query["X-Amz-Date"], query.get("X-Amz-Security-Token")
            self.lifetime = datetime.timedelta(seconds=int(query["X-Amz-Expires"]))
        else:
            if not request.header("Authorization"):
                raise Refusal(403, "AccessDenied", "Access Denied")
            match = AUTHORIZATION.fullmatch(request.header("Authorization"))
            if not match:
                raise Refusal(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.")
            credential, names, self.signature = match.groups()
            self.date, self.token = request.header("X-Amz-Date"), request.header("X-Amz-Security-Token")
        self.names = names.split(";")
        self.key_id, self.day, self.region, self.service, self.end = (credential.split("/") + [""] * 5)[:5]


class Checker:
    def __init__(self, keyring, clock):
        self.keyring, self.clock = keyring, clock

    def check(self, request, service, region):
        """Raises the Refusal that AWS answers with, if the signature is not right in every respect."""
        claim = Claim(request)
        key = self.keyring.find(claim.key_id)
        if not key:
            raise Refusal(403, "InvalidAccessKeyId",
                          "The AWS Access Key Id you provided does not exist in our records.",
                          AWSAccessKeyId=claim.key_id)
        self.check_scope(claim, service, region)
        self.check_time(claim)
        self.check_token(claim, key)
        self.check_names(claim, request)
        canonical = canonical_request(request, claim, service)
        to_sign = "\n".join(["AWS4-HMAC-SHA256", claim.date,
                             "/".join([claim.day, claim.region, claim.service, claim.end]), sha256(canonical)])
        if not hmac.compare_digest(signature(key.secret, claim, to_sign), claim.signature):
            raise Refusal(403, "SignatureDoesNotMatch",
                          "The request signature we calculated does not match the signature you provided. "
                          "Check your key and signing method.",
                          StringToSign=to_sign, CanonicalRequest=canonical)

    @staticmethod
    def check_scope(claim, service, region):
        malformed = "The authorization header is malformed; "
        if claim.region != region:
            raise Refusal(400, "AuthorizationHeaderMalformed",
                          malformed + f"the region '{claim.region}' is wrong; expecting '{region}'", Region=region)
        if claim.service != service or claim.end != "aws4_request":
            raise Refusal(400, "AuthorizationHeaderMalformed", malformed + f'incorrect service "{claim.service}".')

    def check_time(self, claim):
        try:
            time = datetime.datetime.strptime(claim.date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        except ValueError:
            raise Refusal(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
        now = self.clock.now()
        if claim.presigned and now > time + claim.lifetime:
            raise Refusal(403, "AccessDenied", "Request has expired")
        if not claim.presigned and abs(now - time) > TOLERANCE:
            raise Refusal(403, "RequestTimeTooSkewed",
                          "The difference between the request time and the current time is too large.")
        if not claim.date.startswith(claim.day):
            raise Refusal(400, "AuthorizationHeaderMalformed", "Invalid credential date")

    def check_token(self, claim, key):
        if (claim.token or None) != key.token:
            raise Refusal(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        if key.expires and self.clock.now() >= key.expires:
            raise Refusal(400, "ExpiredToken", "The provided token has expired.")

    @staticmethod
    def check_names(claim, request):
        if claim.names != sorted(claim.names) or "host" not in claim.names:
            raise Refusal(403, "SignatureDoesNotMatch", "SignedHeaders must be sorted and hold host")
        if claim.presigned:
            return
        for name in request.headers.keys():
            if name.lower().startswith("x-amz-") and name.lower() not in claim.names:
                raise Refusal(403, "AccessDenied", "There were headers present in the request which were not signed",
                              HeadersNotSigned=name.lower())


def canonical_request(request, claim, service):
    path = quote(unquote(request.path), safe="/~")
    if service == "s3":
        payload = payload_hash(request, claim)
    else:    # all but S3 encode the path twice
        path, payload = quote(path, safe="/~"), sha256(request.body)
    items = [(quote(name, safe="~"), quote(value, safe="~")) for name, value in request.query_items
             if name != "X-Amz-Signature"]
    query = "&".join(f"{name}={value}" for name, value in sorted(items))
    headers = [f"{name}:{','.join(' '.join(value.split()) for value in request.headers.get_all(name, ['']))}"
               for name in claim.names]
    return "\n".join([request.method, path, query, *headers, "", ";".join(claim.names), payload])


def payload_hash(request, claim):
    sent = UNSIGNED if claim.presigned else request.headers.get("x-amz-content-sha256")
    if sent is None:
        raise Refusal(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    if sent not in (UNSIGNED, sha256(request.body)):
        raise Refusal(400, "XAmzContentSHA256Mismatch",
                      "The provided 'x-amz-content-sha256' header does not match what was computed.")
    return sent


def signature(secret, claim, to_sign):
    key = b"AWS4" + secret.encode()
    for part in (claim.day, claim.region, claim.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def sha256(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
