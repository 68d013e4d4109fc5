"""Who set a manifest stays with it: with their rights it is read where nobody's own apply."""

from collections.abc import Callable

import pytest

from accounts.models import User
from pithos_api.models import Version
from tests.api.client import Client
from tests.api.visitors import share, visit
from tests.swift.client import in_swift

SECRET, KNOWN = b"what only the owner may read", b"what the writer may read, too"
PLANTED = {"X-Object-Manifest": "private/"}
TEXT = {"Content-Type": "text/plain"}


@pytest.fixture
def writer(new_user: Callable[[], Client]) -> Client:
    return new_user()


@pytest.fixture
def owner(box: Client, writer: Client) -> Client:
    """Lets the writer change ``c/o`` and below, and read one of two objects in ``private``."""
    for name in ("private", "d"):
        box.put(name)
    box.put("private/1", SECRET)
    box.put("private/2", KNOWN)
    share(box, "private/2", f"read={writer.account}")
    box.put("c/o", b"")
    share(box, "c/o", f"write={writer.account}")
    return box


@pytest.fixture
def there(owner: Client, writer: Client) -> Client:
    """The writer, who has planted a manifest of what they may not read."""
    seen = visit(writer, owner)
    assert seen.put("c/o", b"", PLANTED).status == 201
    return seen


def anybody_reads(owner: Client, path: str) -> bytes:
    """What a public link to ``path`` shows."""
    assert owner.post(path, headers={"X-Object-Public": "true"}, update="").status == 202
    answer = owner.raw("GET", owner.head(path)["X-Object-Public"])
    assert answer.status == 200
    return answer.body


def copy(owner: Client, verb: str, source: str, to: str, **headers: str) -> None:
    answer = owner.request(verb, source, None, {"Destination": f"/{to}", **headers})
    assert answer.status == 201


def copy_in_swift(owner: Client) -> str:
    headers = {"Destination": "d/o"}
    answer = in_swift(owner).request("COPY", "c/o", None, headers, **{"multipart-manifest": "get"})
    assert answer.status == 201
    return "d/o"


def change_metadata(owner: Client) -> str:
    assert owner.post("c/o", headers={"X-Object-Meta-A": "1"}, update="").status == 202
    return "c/o"


def change_bytes(owner: Client) -> str:
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    assert owner.post("c/o", b"more", headers, update="").status == 204
    return "c/o"


def copy_there_and_back(owner: Client) -> str:
    copy(owner, "COPY", "c/o", "d/between")
    copy(owner, "COPY", "d/between", "c/o", **{"X-Object-Meta-A": "1"})
    return "c/o"


def copy_onto_itself(owner: Client) -> str:
    copy(owner, "COPY", "c/o", "c/o", **{"X-Object-Meta-A": "1"})
    return "c/o"


def move(owner: Client) -> str:
    copy(owner, "MOVE", "c/o", "d/o")
    return "d/o"


def restore(owner: Client) -> str:
    serial = owner.head("c/o")["X-Object-Version"]
    owner.put("c/o", b"plain")
    copy(owner, "COPY", "c/o", "c/o", **{"X-Source-Version": serial})
    return "c/o"


def restore_the_deleted(owner: Client) -> str:
    serial = owner.head("c/o")["X-Object-Version"]
    owner.delete("c/o")
    copy(owner, "COPY", "c/o", "d/o", **{"X-Source-Version": serial})
    return "d/o"


def copy_folder(owner: Client) -> str:
    copy(owner, "COPY", "c/o", "c/o/in")
    owner.put("c/top", b"")
    headers = {"Destination": "/d/top"}
    copy(owner, "MOVE", "c/o/in", "c/top/in")
    assert owner.request("COPY", "c/top", None, headers, delimiter="/").status == 201
    return "d/top/in"


def move_folder(owner: Client) -> str:
    path = copy_folder(owner).replace("d/top", "c/top")
    headers = {"Destination": "/d/moved"}
    assert owner.request("MOVE", "c/top", None, headers, delimiter="/").status == 201
    return path.replace("c/top", "d/moved")


def share_it(owner: Client) -> str:
    share(owner, "c/o", "read=*")
    return "c/o"


CHANGES = [
    *(change_metadata, change_bytes, copy_onto_itself, copy_there_and_back, move, restore),
    *(restore_the_deleted, copy_folder, move_folder, copy_in_swift, share_it),
]


@pytest.mark.requirement("R135")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_the_owner_does_makes_it_nobody_elses(
    owner: Client, there: Client, change: Callable[[Client], str]
) -> None:
    path = change(owner)
    assert owner.get(path).body == SECRET + KNOWN
    assert anybody_reads(owner, path) == KNOWN


@pytest.mark.requirement("R135")
def test_an_old_version_has_its_own_setter(owner: Client, there: Client) -> None:
    serial = owner.head("c/o")["X-Object-Version"]
    assert owner.put("c/o", b"", PLANTED).status == 201
    assert anybody_reads(owner, "c/o") == SECRET + KNOWN
    copy(owner, "COPY", "c/o", "c/o", **{"X-Source-Version": serial})
    assert anybody_reads(owner, "c/o") == KNOWN


@pytest.mark.requirement("R135")
def test_who_sets_it_anew_has_set_it(owner: Client, there: Client) -> None:
    assert owner.post("c/o", headers=PLANTED, update="").status == 202
    assert anybody_reads(owner, "c/o") == SECRET + KNOWN
    assert there.post("c/o", headers={"X-Object-Meta-A": "1"}, update="").status == 202
    assert anybody_reads(owner, "c/o") == SECRET + KNOWN
    assert there.post("c/o", headers=PLANTED, update="").status == 202
    assert anybody_reads(owner, "c/o") == KNOWN


@pytest.mark.requirement("R135")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_who_sets_it_on_a_copy_has_set_it(owner: Client, there: Client, verb: str) -> None:
    copy(owner, verb, "c/o", "d/o", **PLANTED)
    assert anybody_reads(owner, "d/o") == SECRET + KNOWN


@pytest.mark.requirement("R135")
def test_a_share_that_is_withdrawn_takes_the_parts_along(owner: Client, there: Client) -> None:
    assert anybody_reads(owner, "c/o") == KNOWN
    share(owner, "private/2", "")
    assert anybody_reads(owner, "c/o") == b""


@pytest.mark.requirement("R135")
@pytest.mark.usefixtures("committed")
def test_what_a_disabled_user_set_shows_nothing(
    owner: Client, there: Client, writer: Client
) -> None:
    assert anybody_reads(owner, "c/o") == KNOWN
    User.objects.filter(account=writer.account).update(is_active=False)
    assert anybody_reads(owner, "c/o") == b""
    assert owner.get("c/o").body == SECRET + KNOWN


@pytest.mark.requirement("R135")
@pytest.mark.usefixtures("committed")
def test_of_old_rows_whoever_wrote_the_version_set_it(owner: Client, there: Client) -> None:
    change_metadata(owner)
    assert anybody_reads(owner, "c/o") == KNOWN
    serial = owner.head("c/o")["X-Object-Version"]
    assert Version.objects.filter(serial=serial).update(manifest_by=None) == 1
    assert anybody_reads(owner, "c/o") == SECRET + KNOWN


@pytest.mark.requirement("R135")
def test_a_manifest_of_anothers_account_is_still_theirs(owner: Client, writer: Client) -> None:
    writer.put("w")
    writer.put("w/o", b"", {**PLANTED, "X-Object-Sharing": "read=*"})
    headers = {"Destination": "/d/o", "Destination-Account": owner.account}
    copied = visit(owner, writer).request("COPY", "w/o", None, headers)
    assert copied.status == 201
    assert owner.get("d/o").body == SECRET + KNOWN
    assert anybody_reads(owner, "d/o") == KNOWN


@pytest.mark.requirement("R135")
def test_the_owner_makes_no_object_of_what_another_planted(owner: Client, there: Client) -> None:
    swift = in_swift(owner)
    joined = swift.request("COPY", "c/o", None, {"Destination": "c/o"})
    put = swift.put("d/o", [], {"X-Copy-From": "c/o"})
    assert (joined.status, put.status) == (409, 409)
    assert (anybody_reads(owner, "c/o"), owner.names("d")) == (KNOWN, [])
    share(owner, "private/1", "read=*")
    assert swift.request("COPY", "c/o", None, {"Destination": "d/o"}).status == 201
    assert swift.get("d/o").body == SECRET + KNOWN


@pytest.mark.requirement("R135")
def test_joined_is_what_the_reader_may_read(owner: Client, writer: Client) -> None:
    owner.put("c/o", b"", PLANTED)
    writer.put("mine")
    headers = {"Destination": "mine/o", "Destination-Account": f"AUTH_{writer.account}"}
    there = in_swift(visit(writer, owner))
    assert there.request("COPY", "c/o", None, headers).status == 201
    assert writer.get("mine/o").body == KNOWN


@pytest.fixture
def published(owner: Client, writer: Client) -> str:
    """A public link to ``c/o``; ``c/own`` is the owner's manifest, which the writer may read."""
    owner.put("c/own", b"", PLANTED)
    share(owner, "c/own", f"read={writer.account}")
    assert anybody_reads(owner, "c/o") == b""
    return owner.head("c/o")["X-Object-Public"]


def put_copy(writer: Client, owner: Client) -> None:
    headers = {"X-Copy-From": "/c/own", "X-Source-Account": owner.account}
    assert visit(writer, owner).put("c/o", b"", headers).status == 201


def put_copy_in_swift(writer: Client, owner: Client) -> None:
    there = in_swift(visit(writer, owner))
    headers = {"X-Copy-From": "c/own", "X-Copy-From-Account": owner.account}
    answer = there.put("c/o", [], headers, **{"multipart-manifest": "get"})
    assert answer.status == 201


def through_an_own_account(writer: Client, owner: Client, verb: str, **query: str) -> None:
    writer.put("mine")
    there = visit(writer, owner)
    headers = {"Destination": "/mine/o/x", "Destination-Account": writer.account}
    assert there.request("COPY", "c/own", None, headers).status == 201
    writer.put("mine/o", b"")
    back = {"Destination": "/c/o", "Destination-Account": owner.account}
    source = "mine/o" if query else "mine/o/x"
    assert writer.request(verb, source, None, back, **query).status == 201


def copy_back(writer: Client, owner: Client) -> None:
    through_an_own_account(writer, owner, "COPY")


def move_back(writer: Client, owner: Client) -> None:
    through_an_own_account(writer, owner, "MOVE")


def copy_a_folder_back(writer: Client, owner: Client) -> None:
    through_an_own_account(writer, owner, "COPY", delimiter="/")


def restore_what_was(writer: Client, owner: Client) -> None:
    assert owner.put("c/o", b"", PLANTED).status == 201
    serial = owner.head("c/o")["X-Object-Version"]
    owner.put("c/o", b"")
    headers = {"Destination": "/c/o", "Destination-Account": owner.account}
    headers["X-Source-Version"] = serial
    assert visit(writer, owner).request("COPY", "c/o", None, headers).status == 201


LOANS = [put_copy, put_copy_in_swift, copy_back, move_back, copy_a_folder_back, restore_what_was]


@pytest.mark.requirement("R135")
@pytest.mark.parametrize("lend", LOANS, ids=lambda lend: lend.__name__)
def test_a_writer_borrows_no_rights_by_a_copy(
    owner: Client, writer: Client, published: str, lend: Callable[[Client, Client], None]
) -> None:
    lend(writer, owner)
    names = [name for name in ("o", "o/x") if owner.head(f"c/{name}").get("X-Object-Manifest")]
    assert len(names) == 1
    assert anybody_reads(owner, f"c/{names[0]}") == b""
    assert owner.get(f"c/{names[0]}").body == SECRET + KNOWN
    seen = visit(writer, owner)
    assert seen.post(f"c/{names[0]}", headers=PLANTED, update="").status == 202
    assert anybody_reads(owner, f"c/{names[0]}") == KNOWN
