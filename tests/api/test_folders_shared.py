"""Folders of others: who may copy, move and delete them whole (contract §1, §7)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.test_folders import SLASH, contents


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
