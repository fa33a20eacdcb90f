"""What goes wrong on demand. A fault is "[SERVICE:]KINDxTIMES", e.g. "GET:cutx1": the first TIMES calls that it matches suffer it.

SERVICE is GET or LIST (of S3), S3 (both, and what counts when none is said), STS, SECRETS, SSM, IMDS or CREDS.
"""
import re
import threading

from message import Refusal

# What a service answers instead of doing what it was asked to.
REFUSALS = {
    "503": (503, "SlowDown", "Please reduce your request rate."),
    "500": (500, "InternalError", "We encountered an internal error. Please try again."),
    "400timeout": (400, "RequestTimeout", "Your socket connection to the server was not read from or written to "
                                          "within the timeout period."),
    "expired": (400, "ExpiredToken", "The provided token has expired."),
    "throttled": (400, "ThrottlingException", "Rate exceeded"),
    "skewed": (403, "RequestTimeTooSkewed",
               "The difference between the request time and the current time is too large."),
}
# What happens to the connection; standin.py does it.
CUT = "cut"        # half a body, then the end of the connection
HANG = "hang"      # no answer for 30 seconds
RESET = "reset"    # the end of the connection without a byte
HTML = "html"      # a 502 page of some proxy
EMPTY = "empty"    # a 503 without a body
STALL = "stall"    # half a body, then nothing for 30 seconds
# What happens to the temporary key that signed the call: it has expired, for this call and all others that it signed.
REVOKE = "revoke"
# What happens to the objects of a bucket when the answer has been made.
CHANGE = "change"
DELETE = "delete"
SERVICES = ("GET", "LIST", "S3", "STS", "SECRETS", "SSM", "IMDS", "CREDS")
SPELLING = re.compile(rf"(?:({'|'.join(SERVICES)}):)?"
                      rf"({'|'.join([*REFUSALS, CUT, HANG, RESET, HTML, EMPTY, STALL, REVOKE, CHANGE, DELETE])})x(\d+)")


class Faults:
    def __init__(self, specifications):
        self.lock = threading.Lock()
        self.left = []    # [service, kind, times]
        for text in specifications:
            match = SPELLING.fullmatch(text)
            if not match:
                raise SystemExit(f"bad --fault {text}")
            self.left.append([match[1] or "S3", match[2], int(match[3])])

    def next(self, names):
        """The fault of a call that goes by these names, if one is left; raises those that are refusals."""
        with self.lock:
            fault = next((fault for fault in self.left if fault[0] in names and fault[2] > 0), None)
            if not fault:
                return None
            fault[2] -= 1
        if fault[1] in REFUSALS:
            raise Refusal(*REFUSALS[fault[1]])
        return fault[1]
