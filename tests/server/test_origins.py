"""Which URLs a start prints."""

import ipaddress

import pytest

from server import origins


@pytest.mark.parametrize(
    ("host", "printed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("store.lan", "http://store.lan:8000"),
    ],
)
def test_a_url_that_is_printed_works_on_this_machine(host, printed):
    assert origins.origin(host, 8000) == printed


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7", "::1", "store.lan"])
def test_who_listens_on_one_address_has_no_other(host):
    assert origins.outer_address(host) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_of_all_addresses_one_that_others_see_is_told(host):
    found = origins.outer_address(host)
    assert found is None or not ipaddress.ip_address(found).is_unspecified


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.0.2.7", False), ("store.lan", False)],
)  # fmt: skip
def test_who_else_can_connect(host, alone):
    assert origins.is_of_this_machine_alone(host) is alone
