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


def encoded_name(text: str) -> str:
    """Percent-encode what the name of a reply's header cannot have, and ``%`` itself."""
    if text.isascii() and text.replace("-", "").isalnum():
        return text
    return quote(text, safe=_SAFE_IN_NAME)
