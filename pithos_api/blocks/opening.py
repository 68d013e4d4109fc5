"""Opening the block store that a URL names."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pithos_api.blocks.base import BlockStore, Verify
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.errors import BlockStoreURLError
from web.numbers import whole_number

_S3_OPTIONS: Final = {"endpoint", "region", "prefix", "timeout"}
MOST_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class S3Access:
    """What a store in a bucket needs besides its URL.

    requests_at_once: how many this process makes at most at a time; the others wait.
    """

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    requests_at_once: int = 32


def open_store(
    url: str,
    verify: Verify = "always",
    s3_access: S3Access = S3Access(),
    checksum_key: bytes | None = None,
) -> BlockStore:
    """Return the store at ``file:///absolute/path`` or ``s3://bucket?endpoint=…``.

    A directory is made if it is absent; S3 is asked nothing yet. checksum_key: of a directory, see
    ``Checksums``.

    Raises: BlockStoreURLError: the URL is not one of these, or obstore is not installed.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return _open_s3(parts, verify, s3_access)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise BlockStoreURLError(url, "is neither file:///absolute/path nor s3://bucket")
    return LocalBlockStore(Path(unquote(parts.path)), verify, checksum_key)


def _open_s3(parts: SplitResult, verify: Verify, access: S3Access) -> BlockStore:
    try:
        from pithos_api.blocks.s3.bucket import S3Location
        from pithos_api.blocks.s3.store import S3BlockStore
    except ModuleNotFoundError as error:
        raise BlockStoreURLError(
            parts.geturl(),
            f"needs {error.name}, which is not installed: "
            "run .venv/bin/python -m pip install -r requirements-s3.lock",
        ) from error

    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    timeout_seconds = whole_number(options.get("timeout", "10"), digits=2)
    if (
        not parts.netloc
        or parts.path.strip("/")
        or not options.keys() <= _S3_OPTIONS
        or not timeout_seconds
        or timeout_seconds > MOST_SECONDS
    ):
        raise BlockStoreURLError(
            parts.geturl(),
            "is not s3://bucket?endpoint=URL&region=NAME&prefix=PATH&timeout=SECONDS",
        )
    location = S3Location(
        bucket=parts.netloc,
        prefix=options.get("prefix", "").strip("/"),
        endpoint=options.get("endpoint", "").rstrip("/"),
        region=options.get("region", "us-east-1"),
        access_key=access.access_key,
        secret_key=access.secret_key,
        timeout_seconds=timeout_seconds,
        requests_at_once=access.requests_at_once,
    )
    return S3BlockStore(location, verify)
