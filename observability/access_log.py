"""The access log: a line a request, past the logging module, which costs several times as much."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

import orjson

from observability import request_context
from observability.redaction import target_without_secrets

_STANDARD_ERROR: Final = 2

ACCOUNT: Final = "web.account"
"""Whose account a request is about, as the handler has found it (an entry of the environ)."""


class AccessLog:
    """Lines on standard error. form: ``text`` or ``json``. token_of: finds a request's token."""

    def __init__(self, form: str, token_of: Callable[[WSGIEnvironment], str]) -> None:
        self._as_json = form == "json"
        self._token_of = token_of

    def write(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Write the line of a request that has been answered, in one call of the system's."""
        fields = {
            "time": _time(),
            "level": "INFO",
            "logger": "observability.access_log",
            "request_id": environ.get("server.request_id", ""),
            "address": request_context.address_of(environ),
            "method": environ.get("REQUEST_METHOD", "-"),
            "target": target_without_secrets(environ.get("RAW_URI", "-")),
            "status": status,
            "received": received,
            "sent": sent,
            "seconds": round(seconds, 6),
            "account": quote(environ.get(ACCOUNT, "")) or "-",
            "token_digest": self._token_digest(environ),
        }
        line = orjson.dumps(fields) + b"\n" if self._as_json else _text(fields)
        os.write(_STANDARD_ERROR, line)

    def _token_digest(self, environ: WSGIEnvironment) -> str:
        """Return the beginning of the token's digest, as admin pages show it; never the token."""
        token = self._token_of(environ)
        return hashlib.sha256(token.encode()).hexdigest()[:8] if token else "-"


def _text(fields: Mapping[str, object]) -> bytes:
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
