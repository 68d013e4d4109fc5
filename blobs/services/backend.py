"""The backend that this site uses."""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

from blobs.services.interface import IBlobsBackend
from blobs.services.stored import StoredObjectBlobs


@cache
def current() -> IBlobsBackend:
    """Return the backend that PITHOS_BLOBS_BACKEND names; each process has its own.

    Raises: ImportError.
    """
    backend: IBlobsBackend = import_string(settings.PITHOS_BLOBS_BACKEND)()
    return backend


def keeps_objects() -> bool:
    """Return whether blobs are objects of the store, so that its counters count them."""
    return isinstance(current(), StoredObjectBlobs)


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    if setting == "PITHOS_BLOBS_BACKEND":
        current.cache_clear()
