"""How text goes into the fields of a message's head: percent-encoded where it must be."""

from urllib.parse import quote

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


_SAFE = _PRINTABLE.replace("%", "")


# What a header's name may have (RFC 9110 §5.6.2): anything else would end it, or split a list.
_SAFE_IN_NAME = "!#$&'*+-.^_`|~"


def encoded(text: str) -> str:
    """Percent-encode what a reply's header cannot carry, and ``%`` itself; leave all else."""
    if text.isascii() and text.isprintable() and "%" not in text:
        return text
    return quote(text, safe=_SAFE)


def visible(text: str) -> str:
    """Percent-encode what is beyond ASCII, and leave ``%``: it may be said of a file so."""
    return text if text.isascii() else quote(text, safe=_PRINTABLE)


def utf8(text: str) -> str:
    """Return the latin-1 text of a reply's header that is sent as UTF-8."""
    return text if text.isascii() else text.encode().decode("latin-1")


def encoded_name(text: str) -> str:
    """Percent-encode what the name of a reply's header cannot have, and ``%`` itself."""
    if text.isascii() and text.replace("-", "").isalnum():
        return text
    return quote(text, safe=_SAFE_IN_NAME)
