"""Forms as a browser sends them, signed as the holder of a key would."""

import hmac
import time
from dataclasses import dataclass, field
from typing import Any

from tests.api.client import Answer
from tests.swift.client import SwiftClient

KEY = "account key"
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
KIND = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def sign(path: str, fields: dict[str, Any], key: str = KEY, digest: str = "sha256") -> str:
    """The signature of what the fields say, for a path below the server's root."""
    names = ("redirect", "max_file_size", "max_file_count", "expires")
    text = "\n".join([path, *(str(fields.get(name, "")) for name in names)])
    return hmac.new(key.encode(), text.encode(), digest).hexdigest()


def field_part(name: str, value: object) -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    )


def file_part(name: str, content: bytes, kind: str = "text/plain") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file1"; filename="{name}"'
    return f"{head}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"


@dataclass
class Form:
    """A form for ``place`` below the account. terms: what is signed; more: what is not."""

    client: SwiftClient
    place: str = "c/up/"
    terms: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    key: str = KEY
    digest: str = "sha256"

    def body(self, *files: bytes) -> bytes:
        usual = {"redirect": "", "max_file_size": 1000, "max_file_count": 2}
        terms = {**usual, "expires": int(time.time()) + 600, **self.terms}
        signature = sign(self.client.url(self.place), terms, self.key, self.digest)
        fields = {**terms, "signature": signature, **self.more}
        parts = [field_part(name, value) for name, value in fields.items()]
        return b"".join([*parts, *files, f"--{BOUNDARY}--\r\n".encode()])

    def send(self, *files: bytes) -> Answer:
        return self.post(self.body(*files))

    def post(self, body: Any) -> Answer:
        return self.client.raw("POST", self.client.url(self.place), body, KIND)
