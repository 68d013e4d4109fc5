import pytest

from web.errors import UnknownEndpointError
from web.protocols import installed


@pytest.mark.parametrize(
    ("path", "label", "account"),
    [
        ("/v1", "top", ""),
        ("/v1/", "top", ""),
        ("/v1/a", "account", "a"),
        ("/v1.0/a/", "account", "a"),
        ("/v1/AUTH_a", "account", "a"),
        ("/v1/a/c", "container", "a"),
        ("/v1/a/c/", "container", "a"),
        ("/v1/a/c/o", "object", "a"),
        ("/v1/AUTH_a/c/o/p/", "object", "a"),
        ("/public/key", "public", ""),
        ("/info", "top", ""),
        ("/metrics", "watching", ""),
    ],
)
def test_where_a_path_leads(path: str, label: str, account: str) -> None:
    found = installed().find(path)
    assert (found.route.label, found.account) == (label, account)


@pytest.mark.parametrize(
    "path", ["", "/", "/v2", "/v1x", "/public", "/info/x", "/healthz/x", "v1/a"]
)
def test_a_path_that_leads_nowhere(path: str) -> None:
    with pytest.raises(UnknownEndpointError):
        installed().find(path)


@pytest.mark.parametrize(
    ("raw_path", "ours"),
    [
        ("/v1", True),
        ("/v1?format=json", True),
        ("/v1.0/a", True),
        ("/healthz", True),
        ("/v1%2Fa", False),
        ("/%761/a", False),
        ("/v11", False),
        ("/admin/v1", False),
        ("v1", False),
        ("", False),
    ],
)
def test_the_path_as_it_was_sent_tells_whose_it_is(raw_path: str, ours: bool) -> None:
    assert installed().serves(raw_path) is ours
