from ipaddress import ip_network

import pytest

from observability.addresses import all_within, client_address, find_client, is_within

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1")]


@pytest.mark.parametrize(
    ("address", "within"),
    [
        ("10.9.9.9", True),
        ("::ffff:10.1.1.1", True),
        ("::1", True),
        ("11.0.0.1", False),
        ("", False),
    ],
)
def test_an_address_is_within_networks(address, within):
    assert is_within(address, PROXIES) is within


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),  # no proxy of ours: anybody can say so
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),  # the client's own invention
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:DB8::0", "", "2001:db8::"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_client_is_who_asked_the_first_trusted_proxy(peer, forwarded, client):
    assert client_address(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [("", ""), ("/run/socket", ""), ("10.0.0.1", "unknown"), ("10.0.0.1", "1.1.1.1, unix:")],
)
def test_whom_no_address_is_known_of_is_not_taken_for_the_proxy(peer, forwarded):
    assert find_client(peer, forwarded, PROXIES) is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "allowed"),
    [
        ("10.0.0.1", "", True),
        ("10.0.0.1", "10.0.0.2", True),
        ("10.0.0.1", "198.51.100.7", False),
        ("10.0.0.1", "10.0.0.2, nonsense", False),
        ("198.51.100.7", "10.0.0.2", False),
    ],
)
def test_everybody_on_the_way_must_be_allowed(peer, forwarded, allowed):
    assert all_within(peer, forwarded, PROXIES) is allowed
