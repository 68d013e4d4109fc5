"""Who may copy from whom and to whom (contract §1, Permissions)."""

from collections.abc import Callable

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.transfers import DATA, fill

VERBS = ("COPY", "PUT")


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    return fill(box)


@pytest.mark.requirement("R103")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("sharing", "status"),
    [
        ("", 403),
        ("read=other", 403),
        ("read={guest}", 201),
        ("write={guest}", 201),
        ("read=*", 201),
    ],
)
def test_who_may_copy_from_others(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str, status: int
) -> None:
    guest = new_user()
    guest.put("c")
    shared = {"X-Object-Sharing": sharing.format(guest=guest.account)}
    assert full.post("c/o", headers=shared, update="").status == 202
    token = {"X-Auth-Token": guest.token}
    if verb == "COPY":
        answer = guest.raw("COPY", full.url("c/o"), None, {**token, "Destination": "/c/x"})
    else:
        named = {"X-Copy-From": "/c/o", "X-Source-Account": full.account.upper()}
        answer = guest.put("c/x", headers=named)
    assert answer.status == status
    assert guest.get("c/x").status == (200 if status == 201 else 404)
    if status == 201:
        assert guest.head("c/x")["X-Object-Modified-By"] == guest.account


@pytest.mark.requirement("R103", "R128")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("sharing", "status"), [("", 403), ("read={guest}", 403), ("write={guest}", 201)]
)
def test_who_may_copy_to_others(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str, status: int
) -> None:
    guest = new_user()
    guest.put("c")
    guest.put("c/mine", b"mine")
    full.put("d/x", b"old", {"X-Object-Sharing": sharing.format(guest=guest.account)})
    token = {"X-Auth-Token": guest.token}
    if verb == "COPY":
        named = {"Destination": "/d/x/new", "Destination-Account": full.account}
        answer = guest.request("COPY", "c/mine", None, named)
    else:
        headers = {**token, "X-Copy-From": "/c/mine"}
        answer = guest.raw("PUT", full.url("d/x/new"), None, headers)
    assert answer.status == status
    assert full.names("d") == (["x", "x/new"] if status == 201 else ["x"])
    assert full.head("d")["X-Container-Bytes-Used"] == ("7" if status == 201 else "3")


@pytest.mark.requirement("R103")
@pytest.mark.parametrize("given", [{"X-Object-Sharing": "read=*"}, {"X-Object-Public": "true"}])
def test_a_writer_shares_and_publishes_nothing(
    full: Client, new_user: Callable[[], Client], given: dict[str, str]
) -> None:
    guest = new_user()
    guest.put("c")
    guest.put("c/mine", b"mine")
    full.put("d/x", b"old", {"X-Object-Sharing": f"write={guest.account}"})
    named = {"Destination": "/d/x", "Destination-Account": full.account, **given}
    with unchanged(full, "d"):
        assert guest.request("COPY", "c/mine", None, named).status == 403


@pytest.mark.requirement("R103", "R145")
@pytest.mark.parametrize("path", ["c/none", "none/o", "c/o"])
def test_what_may_not_be_read_is_forbidden_whether_there_or_not(
    full: Client, new_user: Callable[[], Client], path: str
) -> None:
    guest = new_user()
    guest.put("c")
    named = {"X-Copy-From": f"/{path}", "X-Source-Account": full.account}
    assert guest.put("c/x", headers=named).status == 403
    named = {"Destination": f"/{path}", "Destination-Account": full.account}
    guest.put("c/x", b"1")
    assert guest.request("COPY", "c/x", None, named).status == 403
    assert full.get("c/o").body == DATA
