"""Archives as programs make them, and some that none would make."""

import io
import tarfile
from collections.abc import Mapping
from typing import Any

from tests.swift.client import SwiftClient

JSON = {"Accept": "application/json"}


def archive(
    files: Mapping[str, bytes] | list[tuple[str, bytes]],
    mode: str = "w",
    said: Mapping[str, str] | None = None,
    **more: Any,
) -> bytes:
    """A tar archive. mode: of ``tarfile``; said: in a PAX header of each file."""
    out = io.BytesIO()
    pairs = files if isinstance(files, list) else list(files.items())
    with tarfile.open(mode=mode, fileobj=out, **more) as made:  # type: ignore[call-overload]
        for name, content in pairs:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.pax_headers = dict(said or {})
            made.addfile(info, io.BytesIO(content))
    return out.getvalue()


def of_infos(*infos: tarfile.TarInfo, **more: Any) -> bytes:
    """A tar archive of entries without content."""
    out = io.BytesIO()
    with tarfile.open(mode="w", fileobj=out, **more) as made:
        for info in infos:
            made.addfile(info, io.BytesIO(bytes(info.size)) if info.isreg() else None)
    return out.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, **more: str) -> tarfile.TarInfo:
    """The head of an entry."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    for key, value in more.items():
        setattr(info, key, value)
    return info


def unpack(
    client: SwiftClient,
    body: Any,
    path: str = "",
    kind: str = "tar",
    headers: Mapping[str, str] | None = None,
) -> Any:
    """What the report says, in JSON."""
    query: dict[str, Any] = {"extract-archive": kind}
    answer = client.request("PUT", path, body, {**JSON, **(headers or {})}, **query)
    assert answer.status == 200, answer
    return answer.json
