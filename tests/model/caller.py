"""Requests to the API in this process: what a client could send, without a socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

from pithos_api.http.handler import application


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, object] | None = None,
) -> Answer:
    """Send one request. path: decoded; headers and query as they go over the wire."""
    encoded = quote(path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "RAW_URI": encoded,
        "PATH_INFO": path.encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": urlencode(query or {}),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_TYPE") else f"HTTP_{key}"] = value
    started: list[tuple[str, list[tuple[str, str]]]] = []
    pieces = application(environ, lambda status, fields: started.append((status, fields)))
    body = b"".join(pieces)
    [(status, fields)] = started
    return Answer(int(status[:3]), dict(fields), body)
