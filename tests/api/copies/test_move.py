"""MOVE, and PUT with X-Move-From (contract §2.4)."""

from collections.abc import Callable

import pytest

from accounts.models import User
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged
from tests.api.transfers import DATA, HEADERS, fill, transfer

VERBS = ("MOVE", "PUT-MOVE")
each_verb = pytest.mark.parametrize("verb", VERBS)


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    return fill(box)


def set_quota(client: Client, quota: int) -> None:
    assert User.objects.filter(account=client.account).update(quota=quota) == 1


@pytest.mark.requirement("R100")
@each_verb
@pytest.mark.parametrize("destination", ["c/x", "d/o", "d/a/b/ç /"])
def test_what_moves_stays_the_same_elsewhere(full: Client, verb: str, destination: str) -> None:
    before = full.head("c/o")
    answer = transfer(full, verb, "c/o", destination)
    assert (answer.status, answer["ETag"]) == (201, before["ETag"])
    assert [full.get("c/o").status, full.head("c/o").status] == [404, 404]
    after = full.get(destination)
    assert after.body == DATA
    for name in (*HEADERS, "ETag", "X-Object-Hash", "X-Object-UUID", "Content-Length"):
        assert after[name] == before[name]
    assert after["X-Object-Version"] == answer["X-Object-Version"] != before["X-Object-Version"]


@pytest.mark.requirement("R100")
@each_verb
def test_counts_follow_what_moves(full: Client, verb: str) -> None:
    assert transfer(full, verb, "c/o", "d/o").status == 201
    counts = [full.head(name)["X-Container-Bytes-Used"] for name in ("c", "d")]
    assert counts == ["0", str(len(DATA))]
    assert full.head()["X-Account-Bytes-Used"] == str(len(DATA))
    assert full.head("c")["X-Container-Object-Meta"] == ""
    assert full.head("d")["X-Container-Object-Meta"] == "Hue,Size"


@pytest.mark.requirement("R100", "R94")
@each_verb
def test_the_source_leaves_its_history(full: Client, verb: str) -> None:
    serial = full.head("c/o")["X-Object-Version"]
    assert transfer(full, verb, "c/o", "d/o").status == 201
    assert full.get("c/o", version=serial).body == DATA
    versions = full.get("d/o", version="list", format="json").json["versions"]
    assert len(versions) == 1
    assert transfer(full, verb, "c/o", "d/x").status == 404


@pytest.mark.requirement("R100", "R97")
@each_verb
def test_what_it_replaces_becomes_history_but_keeps_sharing(full: Client, verb: str) -> None:
    shared = {"X-Object-Sharing": "read=*", "X-Object-Public": "true", "X-Object-Meta-Gone": "1"}
    full.put("d/o", b"old", shared)
    old, moved = full.head("d/o"), full.head("c/o")
    assert transfer(full, verb, "c/o", "d/o").status == 201
    new = full.head("d/o")
    assert new["X-Object-UUID"] == moved["X-Object-UUID"]
    assert new["X-Object-Sharing"] == "read=*"
    assert new["X-Object-Public"] == old["X-Object-Public"]
    assert new.get("X-Object-Meta-Gone") is None
    assert full.get("d/o", version=old["X-Object-Version"]).body == b"old"
    assert full.head("d")["X-Container-Object-Count"] == "1"


@pytest.mark.requirement("R101")
@each_verb
def test_a_move_onto_itself_changes_the_content_type(full: Client, verb: str) -> None:
    before = full.head("c/o")
    shared = {"X-Object-Sharing": "read=*", "X-Object-Public": "true"}
    full.post("c/o", headers=shared, update="")
    assert transfer(full, verb, "c/o", "c/o", {"Content-Type": "text/plain"}).status == 201
    after = full.get("c/o")
    assert (after.body, after["Content-Type"]) == (DATA, "text/plain")
    assert after["X-Object-UUID"] == before["X-Object-UUID"]
    assert after["X-Object-Meta-Hue"] == "red"
    assert after["X-Object-Sharing"] == "read=*"
    assert after["X-Object-Public"]
    assert full.head("c")["X-Container-Object-Count"] == "1"


@pytest.mark.requirement("R105", "R121")
@each_verb
def test_sharing_and_publication_end(full: Client, verb: str) -> None:
    shared = {"X-Object-Sharing": "read=*", "X-Object-Public": "true"}
    full.post("c/o", headers=shared, update="")
    url = full.head("c/o")["X-Object-Public"]
    assert full.raw("GET", url).status == 200
    assert transfer(full, verb, "c/o", "d/o").status == 201
    moved = full.head("d/o")
    assert (moved.get("X-Object-Sharing"), moved.get("X-Object-Public")) == (None, None)
    assert full.raw("GET", url).status == 404
    assert full.put("c/o", b"again").status == 201
    again = full.head("c/o")
    assert (again.get("X-Object-Sharing"), again.get("X-Object-Public")) == (None, None)


@pytest.mark.requirement("R103", "R123")
@pytest.mark.parametrize("sharing", ["", "read={guest}", "write={guest}", "write=*"])
@each_verb
def test_only_the_owner_moves_away(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str
) -> None:
    guest = new_user()
    guest.put("c")
    given = {"X-Object-Sharing": sharing.format(guest=guest.account), "X-Object-Public": "true"}
    full.post("c/o", headers=given, update="")
    token = {"X-Auth-Token": guest.token}
    with unchanged(full), unchanged(guest):
        if verb == "MOVE":
            answer = guest.raw("MOVE", full.url("c/o"), None, {**token, "Destination": "/c/x"})
        else:
            named = {"X-Move-From": "/c/o", "X-Source-Account": full.account}
            answer = guest.put("c/x", headers=named)
        assert answer.status == 403


@pytest.mark.requirement("R103", "R128")
@pytest.mark.parametrize(("sharing", "status"), [("read", 403), ("write", 201)])
@each_verb
def test_the_owner_moves_to_where_they_may_write(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str, status: int
) -> None:
    host = new_user()
    host.put("e")
    host.put("e/in", b"", {"X-Object-Sharing": f"{sharing}={full.account}"})
    uuid = full.head("c/o")["X-Object-UUID"]
    if verb == "MOVE":
        named = {"Destination": "/e/in/o", "Destination-Account": host.account}
        answer = full.request("MOVE", "c/o", None, named)
    else:
        token = {"X-Auth-Token": full.token}
        answer = full.raw("PUT", host.url("e/in/o"), None, {**token, "X-Move-From": "/c/o"})
    assert answer.status == status
    if status == 403:
        assert (full.names("c"), host.names("e")) == (["o"], ["in"])
        return
    assert (full.names("c"), host.names("e")) == ([], ["in", "in/o"])
    moved = host.head("e/in/o")
    assert (moved["X-Object-UUID"], moved["X-Object-Modified-By"]) == (uuid, full.account)
    assert host.head()["X-Account-Bytes-Used"] == str(len(DATA))
    assert full.head()["X-Account-Bytes-Used"] == "0"


@pytest.mark.requirement("R138", "R140")
@pytest.mark.usefixtures("committed")
@each_verb
def test_a_move_to_another_account_counts_there(
    full: Client, new_user: Callable[[], Client], verb: str
) -> None:
    host = new_user()
    host.put("e")
    host.put("e/in", b"", {"X-Object-Sharing": f"write={full.account}"})
    set_quota(host, len(DATA) - 1)
    token = {"X-Auth-Token": full.token}
    named = {"Destination": "/e/in", "Destination-Account": host.account}
    with unchanged(full), unchanged(host, "e"):
        if verb == "MOVE":
            answer = full.request("MOVE", "c/o", None, named)
        else:
            answer = full.raw("PUT", host.url("e/in"), None, {**token, "X-Move-From": "/c/o"})
        assert answer.status == 413


@pytest.mark.requirement("R106")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("quota", [len(DATA), len(DATA) + 1, len(DATA) - 1, 1])
@pytest.mark.parametrize("destination", ["c/x", "d/o", "c/o", "d/there"])
@each_verb
def test_within_an_account_its_quota_is_no_obstacle(
    full: Client, verb: str, destination: str, quota: int
) -> None:
    """Even where the quota was lowered below what is used."""
    full.put("d/there", b"")
    set_quota(full, quota)
    assert transfer(full, "PUT", "c/o", "d/copy").status == 413
    assert transfer(full, verb, "c/o", destination).status == 201
    assert full.get(destination).body == DATA


@pytest.mark.requirement("R106", "R137")
@each_verb
def test_a_containers_quota_is_one_for_what_comes_in(full: Client, verb: str) -> None:
    quota = {"X-Container-Policy-Quota": str(len(DATA) - 1)}
    assert full.post("d", headers=quota, update="").status == 202
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, "c/o", "d/o").status == 413
    assert full.post("c", headers=quota, update="").status == 202
    assert transfer(full, verb, "c/o", "c/renamed").status == 201


@pytest.mark.requirement("R96", "R100")
@each_verb
def test_without_versioning_nothing_stays_behind(full: Client, verb: str) -> None:
    full.post("c", headers={"X-Container-Policy-Versioning": "none"}, update="")
    serial = full.head("c/o")["X-Object-Version"]
    assert transfer(full, verb, "c/o", "d/o").status == 201
    assert full.get("c/o", version=serial).status == 404
    assert full.get("d/o").body == DATA


@pytest.mark.requirement("R100")
@each_verb
def test_there_and_back_again(full: Client, verb: str) -> None:
    before = full.head("c/o").meta("X-Object-")
    assert transfer(full, verb, "c/o", "d/o").status == 201
    assert transfer(full, verb, "d/o", "c/o").status == 201
    after = full.head("c/o").meta("X-Object-")
    differ = {"X-Object-Version", "X-Object-Version-Timestamp"}
    assert {k for k in before if before[k] != after[k]} <= differ
    assert full.get("c/o").body == DATA
    assert len(DATA) > BLOCK_SIZE


@pytest.mark.requirement("R100")
@each_verb
def test_a_part_cannot_move(full: Client, verb: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, "c/o", "d/o", {"Range": "bytes=0-1"}).status == 400
