"""Folders of others: who may copy, move and delete them whole (contract §1, §7)."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from pithos_api.models import Version
from tests.api.client import Client
from tests.api.copies.test_folders import SLASH, contents
from tests.api.state import unchanged
from tests.swift.client import in_swift


@pytest.fixture
def full(box: Client) -> Client:
    """A user with the folder ``f`` in ``c`` and the empty container ``d``."""
    for name in ("f", "f/a"):
        assert box.put(f"c/{name}", b"data").status == 201
    assert box.put("d").status == 201
    return box


@pytest.mark.requirement("R103", "R123")
@pytest.mark.parametrize("verb", ["MOVE", "DELETE", "DELETE container"])
def test_only_the_owner_moves_or_deletes_folders(
    full: Client, new_user: Callable[[], Client], verb: str
) -> None:
    guest = new_user()
    guest.put("c")
    full.post("c/f", headers={"X-Object-Sharing": f"write={guest.account}"}, update="")
    headers = {"X-Auth-Token": guest.token, "Destination": "/c/f"}
    path = "c" if verb.endswith("container") else "c/f"
    with unchanged(full), unchanged(guest):
        url = full.url(path, **SLASH)
        assert guest.raw(verb.split(maxsplit=1)[0], url, None, headers).status == 403


@pytest.mark.requirement("R103", "R124")
@pytest.mark.parametrize(("delimiter", "status"), [("/", 201), ("ument", 403), ("-", 403)])
def test_a_writer_puts_folders_only_where_the_grant_reaches(
    full: Client, new_user: Callable[[], Client], delimiter: str, status: int
) -> None:
    """A grant on ``doc`` covers ``doc/x``, but neither ``document`` nor ``doc-x``."""
    guest = new_user()
    guest.put("c")
    for name in ("doc", f"doc{delimiter}", f"doc{delimiter}x"):
        guest.put(f"c/{name}", b"guest's")
        full.put(f"d/{name}", b"owner's")
    full.post("d/doc", headers={"X-Object-Sharing": f"write={guest.account}"}, update="")
    named: dict[str, Any] = {"Destination": "/d/doc", "Destination-Account": full.account}
    answer = guest.request("COPY", "c/doc", None, named, delimiter=delimiter)
    assert answer.status == status
    expected = {b"guest's"} if status == 201 else {b"owner's"}
    assert set(contents(full, "d").values()) == expected


@pytest.mark.requirement("R103", "R90a")
def test_who_copies_their_folder_to_others_charges_them(
    full: Client, new_user: Callable[[], Client]
) -> None:
    guest = new_user()
    guest.put("c")
    for name in ("f", "f/a"):
        guest.put(f"c/{name}", b"guest's")
    full.put("d/in", b"", {"X-Object-Sharing": f"write={guest.account}"})
    named = {"Destination": "/d/in/f", "Destination-Account": full.account}
    assert guest.request("COPY", "c/f", None, named, **SLASH).status == 201
    assert full.names("d") == ["in", "in/f", "in/f/a"]
    assert full.head("d/in/f/a")["X-Object-Modified-By"] == guest.account
    assert full.head("d")["X-Container-Bytes-Used"] == "14"


@pytest.mark.requirement("R103")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
@pytest.mark.parametrize("may_delete", [False, True])
def test_what_expires_below_goes_only_where_the_caller_may_delete(
    full: Client, new_user: Callable[[], Client], verb: str, may_delete: bool
) -> None:
    guest = new_user()
    guest.put("c")
    guest.put("c/f", b"guest's")
    guest.put("c/f/a", b"guest's", {"X-Delete-After": "500"})
    if may_delete:
        in_swift(full).post("d", headers={"X-Container-Write": guest.account})
    full.put("d/in", b"", {"X-Object-Sharing": f"write={guest.account}"})
    named = {"Destination": "/d/in/f", "Destination-Account": full.account}
    with nullcontext() if may_delete else unchanged(full, "d"):
        status = guest.request(verb, "c/f", None, named, **SLASH).status
    assert status == (201 if may_delete else 403)
    where = full.head("d/in/f/a") if may_delete else guest.head("c/f/a")
    assert where.get("X-Delete-At") is not None


@pytest.mark.requirement("R103")
@pytest.mark.usefixtures("committed")
def test_what_has_expired_below_is_not_copied(full: Client) -> None:
    full.put("c/f", b"1")
    full.put("c/f/a", b"1", {"X-Delete-After": "500"})
    serial = full.head("c/f/a")["X-Object-Version"]
    Version.objects.filter(serial=serial).update(expires=datetime.now(UTC))
    assert full.request("COPY", "c/f", None, {"Destination": "/c/g"}, **SLASH).status == 201
    assert full.get("c/g/a", version="list", format="json").status == 404
