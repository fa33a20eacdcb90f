"""S3: buckets are folders, and an object is one file named by its percent-encoded key, so odd keys and // survive."""
import base64
import datetime
import email.utils
import hashlib
import os
import re
from urllib.parse import quote, unquote, unquote_plus
from xml.sax.saxutils import escape

import faults
from message import Answer, Piece, Refusal

VIRTUAL_HOST = re.compile(r"(.+?)\.s3[.-]")
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
UNFINISHED = ".tmp~"    # an upload that has not ended


class S3:
    def __init__(self, options, checker):
        self.root, self.page, self.region = options.root, options.page, options.region
        self.denied = set(options.deny)
        self.bucket_regions = dict(text.split("=", 1) for text in options.bucket_region)
        self.redirect = options.redirect
        self.checker = checker
        self.etags = {}    # (file, size, time of its last change) -> ETag

    def takes(self, request):
        return True    # whatever no other service took

    def names(self, request):
        _, key = address(request)
        return ("S3", "GET" if key else "LIST")

    def answer(self, request):
        bucket, key = address(request)
        region = self.bucket_regions.get(bucket, self.region)
        self.check_region(request, bucket, region)
        self.checker.check(request, "s3", region)
        if not BUCKET_NAME.fullmatch(bucket):
            raise Refusal(400, "InvalidBucketName", "The specified bucket is not valid.", BucketName=bucket)
        kind = "GET" if key else "LIST"
        if {bucket, f"{kind}:{bucket}", f"{kind}:{bucket}/{key}"} & self.denied:
            raise Refusal(403, "AccessDenied", "Access Denied")
        folder = self.root / bucket
        if request.method == "PUT" and not key:
            folder.mkdir(parents=True, exist_ok=True)
            return Answer(headers={"Location": "/" + bucket})
        if not folder.is_dir():
            raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket)
        if not key:
            return self.list(bucket, folder, request)
        return self.object(folder / quote(key, safe=""), key, request)

    def check_region(self, request, bucket, region):
        """A bucket in another region is refused as AWS does it: with a redirect, or by the signature's scope."""
        if bucket not in self.bucket_regions or f"/{region}/s3/" in request.header("Authorization"):
            return
        if self.redirect == 301:
            raise Refusal(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using "
                          "the specified endpoint. Please send all future requests to this endpoint.",
                          Bucket=bucket, Endpoint=f"{bucket}.s3.{region}.amazonaws.com")
        if self.redirect == 307:
            raise Refusal(307, "TemporaryRedirect", "Please re-send this request to the specified temporary endpoint. "
                          "Continue to use the original request endpoint for future requests.",
                          Bucket=bucket, Endpoint=f"{bucket}.s3.{region}.amazonaws.com")

    def refuse(self, refusal, request):
        details = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in refusal.details.items())
        headers = {}
        if refusal.code in ("AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect"):
            headers["x-amz-bucket-region"] = self.bucket_regions.get(address(request)[0], self.region)
        if refusal.code in ("PermanentRedirect", "TemporaryRedirect"):
            headers["Location"] = "http://stolen.invalid/"    # nobody may follow it with the old signature
        return Answer(refusal.status, (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>{details}"
            "<RequestId>STANDIN000000001</RequestId><HostId>standin</HostId></Error>").encode(), headers=headers)

    def tamper(self, request, fault):
        """All objects of the bucket are overwritten or deleted by somebody else."""
        for file in (self.root / address(request)[0]).iterdir():
            if fault == faults.DELETE:
                file.unlink()
            else:
                file.write_bytes(file.read_bytes() + b"-- changed\n")

    # Objects

    def object(self, file, key, request):
        if request.method == "PUT":
            unfinished = file.with_name(file.name + UNFINISHED)
            unfinished.write_bytes(request.body)
            os.replace(unfinished, file)
            return Answer(headers={"ETag": self.etag(file)})
        if request.method == "DELETE":
            file.unlink(missing_ok=True)
            return Answer(204)
        if not file.exists():
            raise Refusal(404, "NoSuchKey", "The specified key does not exist.", Key=key)
        etag, size = self.etag(file), file.stat().st_size
        if request.header("If-Match") not in ("", "*", etag):
            raise Refusal(412, "PreconditionFailed",
                          "At least one of the pre-conditions you specified did not hold", Condition="If-Match")
        headers = {"ETag": etag, "Last-Modified": email.utils.format_datetime(last_modified(file), usegmt=True),
                   "Accept-Ranges": "bytes"}
        wanted = RANGE.fullmatch(request.header("Range"))
        if not wanted:
            return Answer(200, Piece(file, 0, size), "binary/octet-stream", headers)
        start, end = int(wanted[1]), min(int(wanted[2] or size), size - 1)
        if start >= size:
            raise Refusal(416, "InvalidRange", "The requested range is not satisfiable")
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        return Answer(206, Piece(file, start, end + 1 - start), "binary/octet-stream", headers)

    def etag(self, file):
        status = file.stat()
        identity = (str(file), status.st_size, status.st_mtime_ns)
        if identity not in self.etags:
            with open(file, "rb") as stream:
                self.etags[identity] = f'"{hashlib.file_digest(stream, "md5").hexdigest()}"'
        return self.etags[identity]

    # Listing

    def list(self, bucket, folder, request):
        query = {unquote_plus(name): unquote_plus(value)
                 for name, _, value in (part.partition("=") for part in request.target.partition("?")[2].split("&"))}
        if "location" in query:
            return Answer(body=f'<?xml version="1.0"?><LocationConstraint xmlns="{NAMESPACE}"/>'.encode())
        if query.get("list-type") != "2":
            raise Refusal(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
        after = query.get("start-after", "")
        if "continuation-token" in query:
            after = read_token(query["continuation-token"])
        limit = min(int(query.get("max-keys", 1000)), 1000, self.page)
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        keys, folders, more = one_page(keys_of(folder, prefix), prefix, delimiter, after, limit)
        return Answer(body=self.page_document(bucket, folder, query, keys, folders, limit, more).encode())

    def page_document(self, bucket, folder, query, keys, folders, limit, more):
        url = query.get("encoding-type") == "url"

        def text(key):    # S3 writes a space as '+' in such a listing
            return quote(key, safe="/~*").replace("%20", "+") if url else escape(key)

        lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{NAMESPACE}">',
                 f"<Name>{bucket}</Name><Prefix>{text(query.get('prefix', ''))}</Prefix>",
                 f"<KeyCount>{len(keys) + len(folders)}</KeyCount><MaxKeys>{limit}</MaxKeys>",
                 "<EncodingType>url</EncodingType>" if url else "",
                 f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>"]
        if more:
            lines.append(f"<NextContinuationToken>{write_token(max(keys + folders, key=str.encode))}"
                         "</NextContinuationToken>")
        for key in keys:
            file = folder / quote(key, safe="")
            lines.append(f"<Contents><Key>{text(key)}</Key><LastModified>{last_modified(file).strftime('%Y-%m-%dT%H:%M:%S.000Z')}</LastModified>"
                         f"<ETag>{escape(self.etag(file), {chr(34): '&quot;'})}</ETag>"
                         f"<Size>{file.stat().st_size}</Size><StorageClass>STANDARD</StorageClass></Contents>")
        lines += [f"<CommonPrefixes><Prefix>{text(name)}</Prefix></CommonPrefixes>" for name in folders]
        return "".join(lines) + "</ListBucketResult>"


def address(request):
    """The bucket and the key of a request, in virtual-hosted or in path style."""
    host = request.header("Host").rsplit(":", 1)[0]
    path = unquote(request.path)[1:]
    match = VIRTUAL_HOST.match(host)
    if match:
        return match[1], path
    bucket, _, key = path.partition("/")
    return bucket, key


def last_modified(file):
    return datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.timezone.utc)


def keys_of(folder, prefix):
    keys = (unquote(name) for name in os.listdir(folder) if not name.endswith(UNFINISHED))
    return sorted((key for key in keys if key.startswith(prefix)), key=str.encode)


def one_page(keys, prefix, delimiter, after, limit):
    """The keys and common prefixes behind `after`, and whether there are more of them."""
    found, folders = [], []
    for key in keys:
        below = key[len(prefix):]
        name = prefix + below.split(delimiter)[0] + delimiter if delimiter and delimiter in below else None
        if (name or key).encode() <= after.encode() or name in folders:
            continue
        if len(found) + len(folders) >= limit:
            return found, folders, True
        if name:
            folders.append(name)
        else:
            found.append(key)
    return found, folders, False


def write_token(last):
    return base64.b64encode(("t+/\0" + last).encode()).decode()


def read_token(token):
    try:
        return base64.b64decode(token.encode(), validate=True).decode().split("\0", 1)[1]
    except (ValueError, IndexError):
        raise Refusal(400, "InvalidArgument", "The continuation token provided is incorrect",
                      ArgumentName="continuation-token")
