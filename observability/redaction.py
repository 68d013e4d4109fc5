"""What no log may hold: tokens, keys, passwords, signatures."""

import re
from typing import Final
from urllib.parse import unquote, unquote_plus

# Names that stand before a secret: in queries and forms (name=…), in headers and their dumps
# (Name: …, 'HTTP_NAME': '…'). The value of a header may hold blanks, as "Basic …" does.
_NAMES: Final = (
    r"(?:[a-z0-9]+[-_])*(?:token|pass|password|passwd|secret|key|key-2|sig|signature"
    r"|authorization|cookie|csrfmiddlewaretoken)"
)
_NAME: Final = re.compile(_NAMES, re.IGNORECASE)
_PARAMETER: Final = re.compile(rf"(?i)\b({_NAMES})=[^&\s\"'<>;,)]*")
_FIELD: Final = re.compile(rf"(?i)\b({_NAMES})([\"']?: ?)(?:[\"'][^\"'\n]*[\"']|[^\s,}}][^\n,}}]*)")
# What opens something by itself, wherever it stands: tokens and app passwords of ours (43
# characters, some of them capitals), signed ones (JWT), Keystone's, and the keys of links.
_BEARER: Final = re.compile(
    r"(?<![\w-])(?:(?:scoped-|app-)?(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*|gAAAA[\w-]{60,}=*)(?![\w-])"
)
_SHORTEST: Final = 43
_LINK: Final = re.compile(r"(/+public/+)[^/\s?#\"',]+|(/s/)[A-Za-z0-9]{22}(?![A-Za-z0-9])")
_LINK_PATH: Final = re.compile(r"^(/s/)[^/]+")  # however the key is encoded
_HIDDEN: Final = "…"


def without_secrets(text: str) -> str:
    """Return ``text`` without what is named like a secret, looks like one, or is a public link."""
    if "=" in text:
        text = _PARAMETER.sub(rf"\1={_HIDDEN}", text)
    if ":" in text:
        text = _FIELD.sub(rf"\1\2{_HIDDEN}", text)
    return _LINK.sub(rf"\1\2{_HIDDEN}", _BEARER.sub(_HIDDEN, text))


def target_without_secrets(target: str) -> str:
    """Return a request target with the secrets in its path and its parameters left out.

    However they are encoded: ``X%2DAuth%2DToken`` is the name of a token, too.
    """
    path, mark, query = target.partition("?")
    if "public/" in path:
        path = _LINK.sub(rf"\1\2{_HIDDEN}", path)
    if path.startswith("/s/"):
        path = _LINK_PATH.sub(rf"\1{_HIDDEN}", path)
    path = "/".join(map(_segment, path.split("/")))
    return f"{path}?{'&'.join(map(_parameter, query.split('&')))}" if mark else path


def _segment(segment: str) -> str:
    text = unquote(segment) if "%" in segment else segment
    if len(text) < _SHORTEST and "=" not in text and ":" not in text:
        return segment  # as most are
    shown = without_secrets(text)
    if shown == text:
        return segment
    return shown if text == segment else _HIDDEN


def _parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if _is_bearer(name):
        return _HIDDEN
    hidden = equals and (_NAME.fullmatch(unquote_plus(name)) or _is_bearer(value))
    return f"{name}={_HIDDEN}" if hidden else parameter


def _is_bearer(text: str) -> bool:
    return len(text) >= _SHORTEST and _BEARER.search(unquote(text)) is not None
