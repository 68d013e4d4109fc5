"""A user of encrypted blobs over HTTP, who shows their token as LEAP's clients do."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.api.client import Answer, Client


def named(name: str, token: str) -> dict[str, str]:
    """The header that shows a token with a name."""
    return {"Authorization": f"Token {urlsafe_b64encode(f'{name}:{token}'.encode()).decode()}"}


def tag_of(data: bytes) -> str:
    return urlsafe_b64encode(data[-16:]).decode()


@dataclass
class BlobClient:
    """``path`` is below the user: "" is all blobs, "ID" one."""

    user: Client

    def ask(
        self,
        method: str,
        path: str = "",
        body: bytes | Iterable[bytes] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: str = "",
        room: str = "blobs",
    ) -> Answer:
        url = f"/{room}/{self.user.account}" + (f"/{path}" if path else "")
        shown = named(self.user.account, self.user.token)
        url += f"?{query}" if query else ""
        return self.user.raw(method, url, body, {**shown, **(headers or {})})

    def put(self, blob: str, data: bytes | Iterable[bytes], query: str = "") -> Answer:
        return self.ask("PUT", blob, data, query=query)

    def get(self, blob: str, query: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", blob, query=query, headers=headers)

    def delete(self, blob: str, query: str = "") -> Answer:
        return self.ask("DELETE", blob, query=query)

    def ids(self, query: str = "") -> Any:
        answer = self.ask("GET", query=query)
        assert answer.status == 200, answer.body
        return answer.json

    def flags(self, blob: str, query: str = "") -> Any:
        return self.get(blob, "&".join(filter(None, ("only_flags=1", query)))).json

    def set_flags(self, blob: str, *flags: str, query: str = "") -> Answer:
        return self.ask("POST", blob, json.dumps(flags).encode(), query=query)

    def download(self, *ids: str, query: str = "") -> Answer:
        asked = "&".join(filter(None, ("direction=download", query)))
        return self.ask("POST", "", json.dumps(ids).encode(), query=asked, room="stream")

    def upload(self, blobs: list[tuple[str, bytes]], query: str = "") -> Answer:
        first = json.dumps([[blob, len(data)] for blob, data in blobs]).encode()
        body = first + b"\n" + b"".join(data for _, data in blobs)
        asked = "&".join(filter(None, ("direction=upload", query)))
        return self.ask("POST", "", body, query=asked, room="stream")


def split_stream(body: bytes) -> list[tuple[str, bytes]]:
    """The tags and blobs of a download stream."""
    found = []
    while body:
        size = int(body[:8], 16)
        tag, _, rest = body[8:].partition(b" ")
        assert urlsafe_b64decode(tag) == rest[:size][-16:]
        found.append((tag.decode(), rest[:size]))
        body = rest[size:]
    return found
