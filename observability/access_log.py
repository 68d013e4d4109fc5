"""The access log: a line a request, past the logging module, which costs several times as much."""

import hashlib
import os
import re
import time
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote
from wsgiref.types import WSGIEnvironment

import orjson

from observability import request_context
from observability.redaction import target_without_secrets

_STANDARD_ERROR: Final = 2
_QUERY_TOKEN: Final = re.compile(r"(?:^|&)X-Auth-Token=([^&]*)")


class AccessLog:
    """Lines on standard error. form: ``text`` or ``json``."""

    def __init__(self, form: str) -> None:
        self._as_json = form == "json"

    def write(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Write the line of a request that has been answered, in one call of the system's."""
        target = environ.get("RAW_URI", "-")
        shown = target_without_secrets(target) if "?" in target else target
        fields = {
            "time": _time(),
            "level": "INFO",
            "logger": "observability.access_log",
            "request_id": environ.get("server.request_id", ""),
            "address": request_context.address_of(environ),
            "method": environ.get("REQUEST_METHOD", "-"),
            "target": shown,
            "status": status,
            "received": received,
            "sent": sent,
            "seconds": round(seconds, 6),
            "account": _account(target),
            "token_digest": _token_digest(environ),
        }
        line = orjson.dumps(fields) + b"\n" if self._as_json else _text(fields)
        os.write(_STANDARD_ERROR, line)


def _text(fields: dict[str, Any]) -> bytes:
    return (
        "{time} {level} {logger} [{request_id}] {address} {method} {target} {status}"
        " in={received} out={sent} {seconds:.6f} account={account} token_digest={token_digest}\n"
    ).format_map(fields).encode()  # fmt: skip


def _time() -> str:
    now = time.time()
    return f"{_second(int(now))}.{int(now % 1 * 1000):03}Z"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _account(target: str) -> str:
    """Return the account that a request target is in, percent-encoded, "-" if in none."""
    parts = target.partition("?")[0].split("/", 3)
    named = len(parts) > 2 and parts[1] in {"v1", "v1.0"}
    return (parts[2] if named else "") or "-"


def _token_digest(environ: WSGIEnvironment) -> str:
    """Return the beginning of the token's digest, as the admin pages show it; never the token."""
    query = environ.get("QUERY_STRING", "")
    found = _QUERY_TOKEN.search(query) if query else None
    token = unquote(found[1]) if found else ""
    token = token or environ.get("HTTP_X_AUTH_TOKEN") or environ.get("HTTP_X_STORAGE_TOKEN", "")
    if not token:
        scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        token = value.strip() if scheme.lower() == "bearer" else ""
    return hashlib.sha256(token.encode()).hexdigest()[:8] if token else "-"
