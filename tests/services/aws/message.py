"""A request as a service sees it, and what it answers: either an Answer or a Refusal."""
import dataclasses
import urllib.parse


@dataclasses.dataclass
class Request:
    method: str
    target: str    # as it was sent: path and query, encoded
    headers: object    # email.message.Message: names in any letter case
    body: bytes

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query_items(self):
        """The names and values of the query; a '+' in them is a plus here, as the signature has it."""
        query = self.target.partition("?")[2]
        pairs = [parameter.partition("=") for parameter in query.split("&") if parameter]
        return [(urllib.parse.unquote(name), urllib.parse.unquote(value)) for name, _, value in pairs]

    def header(self, name):
        return self.headers.get(name, "")


@dataclasses.dataclass
class Piece:
    """The bytes of a file from `start`, as a body that is too large to be held."""
    file: object    # pathlib.Path
    start: int
    length: int


@dataclasses.dataclass
class Answer:
    status: int = 200
    body: object = b""    # bytes or a Piece
    content_type: str = "application/xml"
    headers: dict = dataclasses.field(default_factory=dict)


class Refusal(Exception):
    """An error answer. `details` are further elements of it: Region, Key and so on."""

    def __init__(self, status, code, message, **details):
        super().__init__(code)
        self.status, self.code, self.message, self.details = status, code, message, details
