"""Network addresses: whether one is within a list, and whose request came through proxies."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Return whether ``address`` is in one of ``networks``; what is no address is in none."""
    return _is_within(parse_address(address), networks)


def find_client(peer: str, forwarded: str, proxies: Sequence[Network]) -> Address | None:
    """Return the client behind trusted proxies; None if no address of theirs is known.

    peer: who has the connection. forwarded: X-Forwarded-For, to which each proxy appends who
    it was asked by; what stands before the last proxy that we trust, anybody may have written.
    """
    client = parse_address(peer)
    hops = forwarded.split(",") if forwarded else []
    while hops and _is_within(client, proxies):
        client = parse_address(hops.pop().strip())
    return client


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the address of ``find_client`` as text; where there is none, the peer's."""
    client = find_client(peer, forwarded, proxies)
    return str(parse_address(peer) or peer) if client is None else str(client)


def all_within(peer: str, forwarded: str, networks: Sequence[Network]) -> bool:
    """Return whether everybody whom a request is said to have passed is in ``networks``.

    A request that came through a proxy is not the proxy's own, whether the proxy is known or not.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    return all(is_within(each, networks) for each in (peer, *hops))


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address | None:
    """Return the address, None for what is none.

    A socket for both kinds of addresses shows those of IPv4 inside of IPv6: ``::ffff:10.0.0.1``.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_within(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
