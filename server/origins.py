"""Under which URLs a server is reached, as its start prints them."""

import socket
from typing import Final

_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart, not bound
# Addresses of no machine (RFC 5737, RFC 3849): the route there shows which address we go out by.
_OUTSIDE: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def origin(host: str, port: int) -> str:
    """Return the URL that is good on this machine, also where all its addresses are served."""
    near = _EVERYWHERE.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def outer_address(host: str) -> str | None:
    """Return the address of this machine that others see, if all its addresses are served.

    No packet is sent. None where there is no network.
    """
    family, outside = _OUTSIDE[":" in host]
    if host not in _EVERYWHERE:
        return None
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((outside, 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def is_of_this_machine_alone(host: str) -> bool:
    """Return whether nobody else can connect to ``host``."""
    return host in {"localhost", "::1"} or host.startswith("127.")
