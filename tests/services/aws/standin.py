#!/usr/bin/env python3
"""A small, strict stand-in for the services of AWS that whimbrel talks to: all of them on one port of loopback, by the standard library.

S3 (objects and ListObjectsV2, in path and virtual-hosted style), STS, Secrets Manager, the parameter store, instance
metadata (IMDSv2) and container credentials. Every signed call is checked: signature, key, session token, region and
service of its scope, time, payload. Buckets are folders of the root folder: see s3.py. What can go wrong on demand: see
faults.py.

The program waits for nothing: it is ready when the file of --port-file exists, which then holds the port.
"""
import argparse
import datetime
import email.utils
import http.server
import os
import pathlib
import socketserver
import ssl
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import faults
import json_services
import keyring
import metadata
import s3
import signature
import sts
from message import Piece, Refusal, Request

LONGEST_WAIT = 30    # seconds that a hanging answer hangs


class Clock:
    """The server's, which may be wrong."""

    def __init__(self, ahead):
        self.ahead = datetime.timedelta(seconds=ahead)

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.ahead


class Log:
    """One line for each request: HOST "METHOD TARGET" STATUS."""

    def __init__(self, file):
        self.file, self.lock = file, threading.Lock()

    def write(self, line):
        if self.file:
            with self.lock, open(self.file, "a", encoding="utf-8") as stream:
                stream.write(line + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, self.headers, body)
        service = next(service for service in self.server.services if service.takes(request))
        fault = None
        try:
            answer = service.answer(request)
            fault = self.server.faults.next(service.names(request))
            if fault == faults.REVOKE:
                fault = None
                self.server.keyring.revoke(signature.Claim(request).key_id)
                answer = service.answer(request)
        except Refusal as refusal:
            answer = service.refuse(refusal, request)
        if fault in (faults.CHANGE, faults.DELETE):
            service.tamper(request, fault)
            fault = None
        if fault is None:
            self.send(answer)
        else:
            self.suffer(fault, answer)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

    def suffer(self, fault, answer):
        self.close_connection = True
        if fault == faults.HANG:
            time.sleep(LONGEST_WAIT)
        elif fault in (faults.CUT, faults.STALL):
            self.send(answer, share=0.5)
            if fault == faults.STALL:
                self.wfile.flush()
                time.sleep(LONGEST_WAIT)
        elif fault in (faults.HTML, faults.EMPTY):
            answer.status = 502 if fault == faults.HTML else 503
            answer.body = b"<html><body><h1>502 Bad Gateway<hr></body></html>" if fault == faults.HTML else b""
            answer.content_type, answer.headers = "text/html", {}
            self.send(answer)

    def send(self, answer, share=1.0):
        """`share` is how much of the body is sent of what Content-Length says."""
        length = answer.body.length if isinstance(answer.body, Piece) else len(answer.body)
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, "x-amz-request-id": "STANDIN000000001",
                            **answer.headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.send_body(answer.body, int(length * share))

    def send_body(self, body, length):
        if isinstance(body, bytes):
            self.wfile.write(body[:length])
            return
        with open(body.file, "rb") as stream:
            stream.seek(body.start)
            while length > 0 and (piece := stream.read(min(length, 256 * 1024))):
                self.wfile.write(piece)
                length -= len(piece)

    def date_time_string(self, timestamp=None):
        return email.utils.format_datetime(self.server.clock.now(), usegmt=True)

    def log_request(self, code="-", size="-"):
        host = self.headers.get("Host") if hasattr(self, "headers") else ""
        self.server.log.write(f'{host} "{self.command} {self.path}" {int(code)}')

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.clock, self.log, self.faults = Clock(options.clock), Log(options.log), faults.Faults(options.fault)
        self.keyring = keys = keyring.Keyring(options.key, self.clock, options.lifetime)
        checker = signature.Checker(keys, self.clock)
        self.services = [metadata.InstanceMetadata(options, keys), metadata.ContainerCredentials(keys),
                         json_services.SecretsManager(options, checker), json_services.ParameterStore(options, checker),
                         sts.Sts(options, checker, keys), s3.S3(options, checker)]
        if options.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*options.tls.split(":"))
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):    # the client went away
            super().handle_error(request, client_address)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, type=pathlib.Path, help="the folder of buckets, secrets, parameters")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", type=pathlib.Path)
    parser.add_argument("--key", action="append", metavar="ID:SECRET[:TOKEN]")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--tls", metavar="CERTIFICATE:KEY")
    parser.add_argument("--page", type=int, default=1000, help="keys of a listing's page, at most")
    parser.add_argument("--fault", action="append", default=[], help="see faults.py")
    parser.add_argument("--deny", action="append", default=[], metavar="BUCKET",
                        help="answer AccessDenied; also LIST:BUCKET, GET:BUCKET, GET:BUCKET/KEY, or the name of a secret "
                             "or parameter")
    parser.add_argument("--bucket-region", action="append", default=[], metavar="BUCKET=REGION")
    parser.add_argument("--redirect", type=int, choices=(301, 307, 400), default=400,
                        help="what a call to a bucket in another region gets")
    parser.add_argument("--clock", type=int, default=0, metavar="SECONDS", help="how far the server's clock is ahead")
    parser.add_argument("--lifetime", type=int, default=3600, metavar="SECONDS", help="of temporary credentials")
    parser.add_argument("--imds-v1", action="store_true", help="metadata without a token also works")
    parser.add_argument("--imds-no-role", action="store_true", help="an instance without a role")
    parser.add_argument("--log", metavar="FILE", help="one line for each request")
    return parser.parse_args()


def main():
    options = arguments()
    options.root.mkdir(parents=True, exist_ok=True)
    server = Server(options)
    if options.port_file:
        unfinished = options.port_file.with_name(options.port_file.name + "~")
        unfinished.write_text(str(server.server_port), encoding="ascii")
        os.replace(unfinished, options.port_file)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
