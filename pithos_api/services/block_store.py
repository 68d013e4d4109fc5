"""Which block store this process uses."""

import multiprocessing
import time
from collections.abc import Collection
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, cast
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pithos_api.blocks.base import BlockStore, Verify
from pithos_api.blocks.fallback import FallbackBlockStore
from pithos_api.blocks.local import LocalBlockStore
from pithos_api.errors import BlockStoreUnavailableError

RECALL_AFTER_SECONDS: Final = 1.0
"""How long ago blocks may have been put without asking whether they are still there, before the
rows that name them are sent to the database. See ``collector.leaving``."""

_S3_OPTIONS: Final = {"endpoint", "region", "prefix", "timeout"}
_CHECK_SECONDS: Final = 60


@cache
def current() -> BlockStore:
    """Return the store that PITHOS_BLOCK_STORE names, opened once a process.

    With PITHOS_BLOCK_STORE_FALLBACK what it lacks is read from there.

    Raises: ImproperlyConfigured: as ``open_store``.
    """
    return configured(cast(Verify, settings.PITHOS_VERIFY_READS))


def configured(verify: Verify) -> BlockStore:
    """Return the store of ``current``, opened once more to be read with another ``Verify``.

    Raises: ImproperlyConfigured: as ``open_store``.
    """
    store = open_store(settings.PITHOS_BLOCK_STORE, verify)
    if not settings.PITHOS_BLOCK_STORE_FALLBACK:
        return store
    return FallbackBlockStore(store, open_store(settings.PITHOS_BLOCK_STORE_FALLBACK, verify))


def recall(digests: Collection[bytes], begun: float) -> None:
    """Make sure that blocks put since ``begun`` (monotonic time) are there, right before commit.

    Raises: BlockNotFoundError: garbage collection came in between; the upload must be repeated.
    """
    if digests and time.monotonic() - begun > RECALL_AFTER_SECONDS:
        current().recall(digests)


def open_store(url: str, verify: Verify = "always") -> BlockStore:
    """Return the store at ``file:///absolute/path`` or ``s3://bucket?endpoint=…``.

    A directory is made if it is absent; S3 is asked nothing yet.

    Raises: ImproperlyConfigured: the URL is not one of these, or obstore is not installed.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return _open_s3(parts, verify)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ImproperlyConfigured(
            f"the block store {url!r} is neither file:///absolute/path nor s3://bucket"
        )
    return LocalBlockStore(Path(unquote(parts.path)), verify)


def check() -> None:
    """Make sure that the configured stores can be used, in a process that will fork.

    Raises: ImproperlyConfigured: names the setting, with the reason that the store gives.
    """
    for name in ("PITHOS_BLOCK_STORE", "PITHOS_BLOCK_STORE_FALLBACK"):
        url = getattr(settings, name)
        try:
            reason = _trouble(url) if url else ""
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(f"{name}: {error}") from error
        if reason:
            raise ImproperlyConfigured(f"{name}: the block store {url!r} cannot be used: {reason}")


def _trouble(url: str) -> str:
    """Return why the store at ``url`` cannot be used; nothing if it can.

    S3 is asked by a child, since a process that has used obstore must not fork any more.
    """
    open_store(url)
    if not url.startswith("s3:"):
        return ""
    context = multiprocessing.get_context("fork")
    answer, told = context.Pipe(duplex=False)
    child = context.Process(target=_tell_whether_it_answers, args=(url, told))
    child.start()
    told.close()
    reason = _word(answer)
    child.kill()
    child.join()
    return reason


def _tell_whether_it_answers(url: str, told: Connection) -> None:
    """Send why the S3 store at ``url`` cannot be used; nothing if it can."""
    try:
        next(open_store(url).scan(), None)
    except BlockStoreUnavailableError as error:
        told.send(error.reason)
    else:
        told.send("")


def _word(answer: Connection) -> str:
    """Return what the child has sent; of one that dies or hangs, that it does not answer."""
    try:
        return str(answer.recv()) if answer.poll(_CHECK_SECONDS) else "it does not answer"
    except EOFError:
        return "it does not answer"


def _open_s3(parts: SplitResult, verify: Verify) -> BlockStore:
    try:
        from pithos_api.blocks.bucket import S3Location
        from pithos_api.blocks.s3 import S3BlockStore
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            f"a block store at s3:// needs {error.name}, which is not installed: "
            "run .venv/bin/python -m pip install -r requirements-s3.txt"
        ) from error

    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    timeout = options.get("timeout", "10")
    if (
        not parts.netloc
        or parts.path.strip("/")
        or not options.keys() <= _S3_OPTIONS
        or not (timeout.isdecimal() and 1 <= int(timeout) <= 60)
    ):
        raise ImproperlyConfigured(
            f"the block store {parts.geturl()!r} is not "
            "s3://bucket?endpoint=URL&region=NAME&prefix=PATH&timeout=SECONDS"
        )
    location = S3Location(
        bucket=parts.netloc,
        prefix=options.get("prefix", "").strip("/"),
        endpoint=options.get("endpoint", "").rstrip("/"),
        region=options.get("region", "us-east-1"),
        access_key=settings.PITHOS_S3_ACCESS_KEY,
        secret_key=settings.PITHOS_S3_SECRET_KEY,
        timeout_seconds=int(timeout),
    )
    return S3BlockStore(location, verify)
