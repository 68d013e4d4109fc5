"""Names: what a path names, that it may be named, and which names are the same."""

from string import ascii_lowercase, ascii_uppercase
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from web.errors import InvalidPathError, NotTextError, NulInPathError

# C0, DEL and C1 break listings; U+FFFE and U+FFFF are not allowed in XML.
FORBIDDEN = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF]))

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)


def lowered(name: str) -> str:
    """Return a name whose case does not count: only letters of ASCII have one (contract §3.2)."""
    return name.lower() if name.isascii() else name.translate(_LOWER)


def capitalized(name: str) -> str:
    """Return a name of which only the first letter is a capital, if that is one of ASCII."""
    if name.isascii():
        return name.capitalize()
    return name[:1].translate(_UPPER) + name[1:].translate(_LOWER)


def decoded_path(environ: WSGIEnvironment) -> str:
    """Return the request's path, percent-decoded once as strict UTF-8.

    Raises: NotTextError, NulInPathError.
    """
    target = environ.get("RAW_URI")
    if target is None:  # a server that does not tell; PATH_INFO has the decoded bytes
        raw = environ["PATH_INFO"].encode("latin-1")
    else:
        path = target.partition("?")[0]
        if not path.startswith("/") and "://" in path:  # absolute form (RFC 9112 §3.2.2)
            path = "/" + path.partition("://")[2].partition("/")[2]
        raw = path.encode("latin-1")
        if "%" in path:
            raw = unquote_to_bytes(raw)
    try:
        path = raw.decode()
    except UnicodeDecodeError as error:
        raise NotTextError from error
    if "\0" in path:
        raise NulInPathError
    return path  # type: ignore[no-any-return]


def check_name(what: str, name: str, most: int) -> None:
    if not name:
        raise InvalidPathError(f"has an empty {what} name")
    if len(name) > most or len(name.encode()) > most:
        raise InvalidPathError(f"has a {what} name of more than {most} bytes of UTF-8")
    if not (name.isascii() and name.isprintable()) and not FORBIDDEN.isdisjoint(name):
        raise InvalidPathError(f"has a control character in the {what} name")
