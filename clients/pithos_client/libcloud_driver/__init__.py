"""Pithos for Apache Libcloud.

from libcloud.storage.providers import get_driver
from pithos_client.libcloud_driver import register

register()
driver = get_driver("pithos")("alice", token, host="store.example")
"""

from libcloud.storage.providers import DRIVERS, set_driver

from pithos_client.libcloud_driver.storage_driver import PithosStorageDriver

__all__ = ["PROVIDER", "PithosStorageDriver", "register"]

PROVIDER = "pithos"


def register() -> type[PithosStorageDriver]:
    """Let ``get_driver("pithos")`` find the driver; return it. A second call changes nothing."""
    if PROVIDER not in DRIVERS:
        set_driver(PROVIDER, __name__, PithosStorageDriver.__name__)  # type: ignore[arg-type]
    return PithosStorageDriver
