"""What no log may hold: tokens, keys, passwords, signatures."""

import re
from typing import Final
from urllib.parse import unquote_plus

# Names that stand before a secret: in queries and forms (name=…), in headers and their dumps
# (Name: …, 'HTTP_NAME': '…'). The value of a header may hold blanks, as "Basic …" does.
_NAMES: Final = (
    r"(?:[a-z0-9]+[-_])*(?:token|pass|password|passwd|secret|key|key-2|sig|signature"
    r"|authorization|cookie|csrfmiddlewaretoken)"
)
_NAME: Final = re.compile(_NAMES, re.IGNORECASE)
_PARAMETER: Final = re.compile(rf"(?i)\b({_NAMES})=[^&\s\"'<>;,)]*")
_FIELD: Final = re.compile(rf"(?i)\b({_NAMES})([\"']?: ?)(?:[\"'][^\"'\n]*[\"']|[^\s,}}][^\n,}}]*)")
_HIDDEN: Final = "…"


def without_secrets(text: str) -> str:
    """Return ``text`` with the values of what is named like a secret left out."""
    if "=" in text:
        text = _PARAMETER.sub(rf"\1={_HIDDEN}", text)
    return _FIELD.sub(rf"\1\2{_HIDDEN}", text) if ":" in text else text


def target_without_secrets(target: str) -> str:
    """Return a request target with the secrets among its parameters left out.

    However their names are encoded: ``X%2DAuth%2DToken`` is a token's too.
    """
    path, mark, query = target.partition("?")
    if not mark:
        return target
    return f"{path}?{'&'.join(map(_shown, query.split('&')))}"


def _shown(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    return f"{name}={_HIDDEN}" if equals and _NAME.fullmatch(unquote_plus(name)) else parameter
