"""Which block store this process uses."""

from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pithos_api.blocks.base import BlockStore, Verify
from pithos_api.blocks.local import LocalBlockStore


@cache
def current() -> BlockStore:
    """Return the store that PITHOS_BLOCK_STORE names, opened once a process.

    Raises: ImproperlyConfigured: the URL has a scheme that no store has.
    """
    url = urlsplit(settings.PITHOS_BLOCK_STORE)
    if url.scheme != "file" or url.netloc or not url.path.startswith("/"):
        raise ImproperlyConfigured(
            f"PITHOS_BLOCK_STORE={settings.PITHOS_BLOCK_STORE!r} is not file:///absolute/path"
        )
    return LocalBlockStore(
        Path(unquote(url.path)), verify=cast(Verify, settings.PITHOS_VERIFY_READS)
    )
