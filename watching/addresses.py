"""Network addresses: whether one is within a list, and whose request came through proxies."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Return whether ``address`` is in one of ``networks``; what is no address is in none."""
    found = _parsed(address)
    return found is not None and any(found in network for network in networks)


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the address of the client behind trusted proxies.

    peer: who has the connection. forwarded: X-Forwarded-For, to which each proxy appends who
    it was asked by; what stands before the last proxy that we trust, anybody may have written.
    """
    address = peer
    for hop in reversed(forwarded.split(",")):
        if not is_within(address, proxies) or _parsed(hop.strip()) is None:
            break
        address = hop.strip()
    return address


def all_within(peer: str, forwarded: str, networks: Sequence[Network]) -> bool:
    """Return whether everybody whom a request is said to have passed is in ``networks``.

    A request that came through a proxy is not the proxy's own, whether the proxy is known or not.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    return all(is_within(each, networks) for each in (peer, *hops))


@lru_cache(maxsize=1024)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
