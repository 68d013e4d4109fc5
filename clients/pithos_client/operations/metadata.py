"""What is said of objects and containers."""

from collections.abc import Mapping

from pithos_client.connection import Request
from pithos_client.driver import Driver
from pithos_client.resources import meta_headers

_POLICY = "X-Container-Policy-"


def set_meta(driver: Driver, path: tuple[str, str], changes: Mapping[str, str]) -> None:
    """Set metadata of an object; "" removes a key. Other keys stay."""
    _update(driver, path, meta_headers(changes))


def policies(driver: Driver, container: str) -> dict[str, str]:
    """Return what is decided for a container: quota, versioning, how long history is kept."""
    headers = driver.get_container(container).extra
    return {
        key[len(_POLICY) :].lower(): value
        for key, value in headers.items()
        if key.startswith(_POLICY)
    }


def set_policies(driver: Driver, container: str, changes: Mapping[str, str]) -> None:
    """Decide something for a container. changes: by names such as ``keep-days``."""
    _update(driver, (container,), {f"{_POLICY}{key}": value for key, value in changes.items()})


def _update(driver: Driver, path: tuple[str, ...], headers: Mapping[str, str]) -> None:
    driver.connection.send(Request("POST", path, {"update": ""}, headers, repeatable=True), {202})
