"""Request heads: llhttp checks the grammar, the rest of RFC 9112's framing rules are here."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from httptools import (
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserUpgrade,
    HttpRequestParser,
)

MAX_REQUEST_LINE: Final = 32768  # names of 1024 four-byte characters, %-encoded: 12 KiB and more
MAX_FIELD: Final = 16384
MAX_FIELDS: Final = 200
MAX_HEAD: Final = 65536

ENCODED_NAMES: Final = "server.encoded_names"
"""In the environ, if fields came with names beyond ASCII, which are percent-encoded there."""

_ASCII: Final = "".join(map(chr, range(0x80)))
_LOOK: Final = 4096  # bytes of a begun head after which its size is looked at again
_KNOWN_NAMES: Final = 512  # spellings of field names whose environ key is remembered
_META = re.compile(rb"x-(?:(?:account|container|object)-meta|account-group)-", re.IGNORECASE)
# Some clients send names of metadata in UTF-8. llhttp takes tokens alone (RFC 9110 §5.1).
_RAW_NAME = re.compile(
    rb"(?:(?<=\n)|\A)x-(?:remove-)?(?:account|container|object)-meta-[^:\r\n]*[\x80-\xff][^:\r\n]*(?=:)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(rb"https?://[^/?#]+", re.IGNORECASE)
# llhttp bears more blanks, no version, other protocols, and what a browser keeps to itself (#).
_LINE = re.compile(rb"[^ ]+ [^ #]+ HTTP/[0-9]\.[0-9]\r\n")
_CODING = re.compile(rb"\r\ntransfer-encoding:[ \t]*+([^\r\n]*+)(?=\r\n)", re.IGNORECASE)
_TOKEN = re.compile(rb"[\w!#$%&'*+.^`|~-]+", re.ASCII)


class BadRequestError(Exception):
    """The head cannot be served: answer ``status`` and close, the framing is not to be trusted."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Request:
    """One parsed head; ``environ`` lacks only wsgi.input.

    length: bytes of a body with Content-Length, else 0; keep_alive: what the client wants.
    """

    __slots__ = ("chunked", "complete", "environ", "expects", "http11", "keep_alive", "length")

    def __init__(self, head: bytes, base: WSGIEnvironment) -> None:
        """Parse ``head``, from the request line to the empty line; ``base`` is copied.

        Raises: BadRequestError.
        """
        self.environ = base.copy()
        self.complete = False
        if not head.isascii():
            head = self._in_ascii(head)
        parser = HttpRequestParser(self)
        _feed(parser, head, head)
        if not self.complete:
            raise BadRequestError(400, "an incomplete head")
        if _LINE.match(head) is None:
            raise BadRequestError(400, "a request line that is not: method target HTTP/1.1")
        self.environ["REQUEST_METHOD"] = parser.get_method().decode()
        self._set_version(parser.get_http_version())
        self._set_framing(head)

    # httptools calls these three.
    def on_url(self, target: bytes) -> None:
        """Take the request target."""
        environ = self.environ
        if target[0] != 47:
            target = _origin_form(target)
        path, _, query = target.partition(b"?")
        environ["RAW_URI"] = target.decode("latin-1")
        environ["QUERY_STRING"] = query.decode("latin-1")
        if b"%" in path:
            path = unquote_to_bytes(path)
        environ["PATH_INFO"] = path.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one field; llhttp has checked its characters."""
        key = _environ_key(name)
        if key is None:
            return
        text = value.rstrip(b" \t").decode("latin-1")
        environ = self.environ
        if key not in environ:
            environ[key] = text
        elif key == "HTTP_HOST":
            raise BadRequestError(400, "two Host fields")
        else:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + text

    def on_headers_complete(self) -> None:
        """Note that llhttp saw the end of the head."""
        self.complete = True

    def _in_ascii(self, head: bytes) -> bytes:
        """Percent-encode what is beyond ASCII in the target and in names; note it of the names."""
        line, end, fields = head.partition(b"\r\n")
        fields, count = _RAW_NAME.subn(lambda name: _encoded(name[0]), fields)
        if count:
            self.environ[ENCODED_NAMES] = True
        return _encoded(line) + end + fields

    def _set_version(self, version: str) -> None:
        environ = self.environ
        self.http11 = version == "1.1"
        if not self.http11 and version != "1.0":
            raise BadRequestError(505, "only HTTP/1.0 and HTTP/1.1")
        if self.http11 and "HTTP_HOST" not in environ:
            raise BadRequestError(400, "no Host field")
        environ["SERVER_PROTOCOL"] = "HTTP/1.1" if self.http11 else "HTTP/1.0"
        wish = environ.get("HTTP_CONNECTION")
        if wish is None:
            self.keep_alive = self.http11
        else:
            tokens = [token.strip() for token in wish.lower().split(",")]
            self.keep_alive = "close" not in tokens and (self.http11 or "keep-alive" in tokens)

    def _set_framing(self, head: bytes) -> None:
        """Settle how the body is framed (RFC 9112 §6); llhttp has refused most wrong ways."""
        environ = self.environ
        coding = environ.get("HTTP_TRANSFER_ENCODING")
        self.chunked = coding is not None
        # llhttp has made sure that it is one decimal number of at most 64 bits.
        self.length = int(environ.get("CONTENT_LENGTH", 0))
        if coding is not None and (not self.http11 or coding.lower() != "chunked"):
            reason = "a Transfer-Encoding other than chunked in HTTP/1.1"
            raise BadRequestError(_status_of_framing(head), reason)
        expectation = environ.get("HTTP_EXPECT")
        if expectation is not None and expectation.lower() != "100-continue":
            raise BadRequestError(417, "an Expect other than 100-continue")
        self.expects = expectation is not None and self.http11


def check_size(head: bytes) -> None:
    """Refuse a head, whole or begun, that breaks a limit.

    Raises: BadRequestError 414 or 431.
    """
    if head.count(b"\r\n") > MAX_FIELDS + 2:
        raise BadRequestError(431, "too many fields")
    if len(head) <= MAX_FIELD:
        return
    lines = head.split(b"\r\n")
    if len(lines[0]) > MAX_REQUEST_LINE:
        raise BadRequestError(414, "a request line too long")
    if len(head) > MAX_HEAD or max(map(len, lines[1:]), default=0) > MAX_FIELD:
        raise BadRequestError(431, "fields too large")


class Beginning:
    """The beginning of a head, which is refused as soon as it is known to be wrong."""

    def __init__(self) -> None:
        self._parser: HttpRequestParser | None = HttpRequestParser(_Nothing())
        self._seen = 0

    def check(self, part: bytes | bytearray) -> None:
        """Look at what ``part`` has more than at the last call; at its size now and then.

        What has bytes beyond ASCII is judged when it is whole.

        Raises: BadRequestError.
        """
        if len(part) // _LOOK != self._seen // _LOOK or not self._seen:
            check_size(bytes(part))
        more = bytes(part[self._seen :])
        if not more.isascii():
            self._parser = None
        if self._parser is not None:
            _feed(self._parser, more, part)
        self._seen = len(part)


class _Nothing:
    """For llhttp, when only the grammar matters."""

    def on_headers_complete(self) -> None:
        """Accept whatever llhttp does."""


def _feed(parser: HttpRequestParser, more: bytes, head: bytes | bytearray) -> None:
    """Let llhttp read ``more``, the end of what there is of ``head``. Raises: BadRequestError."""
    try:
        parser.feed_data(more)
    except HttpParserUpgrade:
        return  # RFC 9110 §7.8: a server may ignore Upgrade
    except HttpParserInvalidMethodError as error:
        raise BadRequestError(501, str(error)) from error
    except HttpParserError as error:
        if isinstance(error.__context__, BadRequestError):
            raise error.__context__ from None
        raise BadRequestError(_status_of_framing(head), str(error)) from error


def _status_of_framing(head: bytes | bytearray) -> int:
    """Return the status of a head that is refused: 501 of a coding that is not known.

    RFC 9112 §6.1; a length beside it makes no difference.
    """
    codings = [each.strip(b" \t") for line in _CODING.findall(head) for each in line.split(b",")]
    known = all(each.lower() == b"chunked" for each in codings)
    return 400 if known or not all(map(_TOKEN.fullmatch, codings)) else 501


def _encoded(text: bytes) -> bytes:
    return quote(text, safe=_ASCII).encode()


def _origin_form(target: bytes) -> bytes:
    """Return the path and query of an absolute-form target (RFC 9112 §3.2.2)."""
    match = _ABSOLUTE.match(target)
    if match is None:
        if target == b"*":
            return target
        raise BadRequestError(400, "a target that is no path")
    rest = target[match.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest


@lru_cache(_KNOWN_NAMES)
def _environ_key(name: bytes) -> str | None:
    """Return the environ key of a field name, None for names to be dropped.

    A name with ``_`` would take the same key as one with ``-``, past any proxy's checks. User
    metadata and groups are checked by no proxy: the one may have it, the others are refused
    for it (API contract §1, §3.2).
    """
    key = None
    if b"_" not in name or _META.match(name):
        key = name.decode("ascii").upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = "HTTP_" + key
    return key
