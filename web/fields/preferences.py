"""What a client would like to have (RFC 7240)."""

import re

from web.request_head import RequestHead

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def prefers(head: RequestHead, name: str) -> bool:
    """Return whether ``Prefer`` has a preference of that name, which is in small letters."""
    value: str = head.fields.get("HTTP_PREFER", "")
    bare = _QUOTED.sub("", value).lower()
    return any(re.split("[;=]", each)[0].strip() == name for each in bare.split(","))
