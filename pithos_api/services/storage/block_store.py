"""Which block store this process uses."""

import logging
import multiprocessing
import time
from collections.abc import Collection, Sequence
from functools import cache
from multiprocessing.connection import Connection
from typing import Final, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from accounts.logins.signing_key import shared_signing_key
from pithos_api.blocks import opening
from pithos_api.blocks.base import BlockStore, Verify
from pithos_api.blocks.fallback import FallbackBlockStore
from pithos_api.blocks.opening import S3Access
from pithos_api.errors import BlockStoreUnavailableError, BlockStoreURLError

log = logging.getLogger(__name__)

RECALL_AFTER_SECONDS: Final = 1.0
"""How long ago blocks may have been put without asking whether they are still there, before the
rows that name them are sent to the database. See ``collector.leaving``."""

_CHECK_SECONDS: Final = 60


@cache
def current() -> BlockStore:
    """Return the store that PITHOS_BLOCK_STORE names, opened once a process.

    Blocks that it lacks are read from PITHOS_BLOCK_STORE_FALLBACK, if that is set.

    Raises: ImproperlyConfigured: as ``open_store``.
    """
    return configured(cast(Verify, settings.PITHOS_VERIFY_READS))


def opened() -> BlockStore | None:
    """Return the store of ``current`` if it is open: for who must not wait until it is."""
    return current() if current.cache_info().currsize else None


def configured(verify: Verify, secret: str = "") -> BlockStore:
    """Return the store of ``current``, opened once more with another ``Verify`` or secret.

    secret, Raises: as ``open_store``.
    """
    store = open_store(settings.PITHOS_BLOCK_STORE, verify, secret)
    if not settings.PITHOS_BLOCK_STORE_FALLBACK:
        return store
    fallback = open_store(settings.PITHOS_BLOCK_STORE_FALLBACK, verify, secret)
    return FallbackBlockStore(store, fallback)


def recall(digests: Collection[bytes], begun: float) -> None:
    """Make sure that blocks put since ``begun`` (monotonic time) are there, right before commit.

    Raises: BlockNotFoundError: garbage collection came in between; the upload must be repeated.
    """
    if digests and time.monotonic() - begun > RECALL_AFTER_SECONDS:
        current().recall(digests)


def open_store(url: str, verify: Verify = "always", secret: str = "") -> BlockStore:
    """Return the store at a URL, as ``opening.open_store``, with the keys that are configured.

    secret: what checksums beside blocks are made with; without it the key that all nodes share.

    Raises: ImproperlyConfigured: there is no store at such a URL.
    """
    access = S3Access(
        access_key=settings.PITHOS_S3_ACCESS_KEY,
        secret_key=settings.PITHOS_S3_SECRET_KEY,
        # Half of what a worker's threads may grow to: the others serve what needs no block.
        requests_at_once=4 * settings.PITHOS_THREADS,
    )
    try:
        return opening.open_store(url, verify, access, _checksum_key(secret))
    except BlockStoreURLError as error:
        raise ImproperlyConfigured(str(error)) from error


def _checksum_key(secret: str) -> bytes | None:
    """Return the key of checksums beside blocks; None before a first node has made what all share.

    Another PITHOS_SECRET_KEY makes checksums that were kept before useless, not wrong.
    """
    secret = secret or shared_signing_key()
    if not secret:
        return None
    return salted_hmac("pithos.blocks.checksums", "", secret, algorithm="sha256").digest()


def check(named: Sequence[bytes]) -> None:
    """Make sure that the configured stores can be used, in a process that will fork.

    named: some blocks that the database names. If the stores have none of them, they are probably
        not those that the other nodes use, which is logged as an error.
    S3 is asked by a child, since a process that has used obstore must not fork any more. Other
    stores are opened here, so that the workers share what each of them has verified.

    Raises: ImproperlyConfigured: names the setting, with the reason that the store gives.
    """
    remote = any(url.startswith("s3:") for url in _configured().values())
    reason = _ask_a_child(named) if remote else _trouble(named)
    if reason:
        raise ImproperlyConfigured(reason)
    if not remote:
        current()


def _configured() -> dict[str, str]:
    """Return the settings that name a store, with their URLs."""
    names = ("PITHOS_BLOCK_STORE", "PITHOS_BLOCK_STORE_FALLBACK")
    return {name: url for name in names if (url := getattr(settings, name))}


def _trouble(named: Sequence[bytes]) -> str:
    """Return why the configured stores cannot be used; nothing if they can."""
    for name, url in _configured().items():
        try:
            next(open_store(url).scan(), None)
        except ImproperlyConfigured as error:
            return f"{name}: {error}"
        except BlockStoreUnavailableError as error:
            return f"{name}: the block store {url!r} cannot be used: {error.reason}"
    if named and not current().exists(named):
        log.error(
            "the block store %r has none of the blocks that the database names: is it the one "
            "that all nodes use?",
            settings.PITHOS_BLOCK_STORE,
        )
    return ""


def _ask_a_child(named: Sequence[bytes]) -> str:
    context = multiprocessing.get_context("fork")
    answer, told = context.Pipe(duplex=False)
    child = context.Process(target=lambda: told.send(_trouble(named)))
    child.start()
    told.close()
    reason = _word(answer)
    child.kill()
    child.join()
    return reason


def _word(answer: Connection) -> str:
    """Return what the child has sent, or that there is no answer if it dies or hangs."""
    silence = "PITHOS_BLOCK_STORE: the block store does not answer"
    try:
        return str(answer.recv()) if answer.poll(_CHECK_SECONDS) else silence
    except EOFError:
        return silence
