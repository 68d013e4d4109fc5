"""Who may do what with an object that is shared (contract §1, Permissions)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged
from tests.api.visitors import share, visit

NewUser = Callable[[], Client]
BINARY = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
RIGHTS = ("none", "read", "write", "own")


@dataclass(frozen=True)
class Act:
    """Something to do with ``c/doc``. right: the least that allows it."""

    method: str
    right: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def by(self, client: Client) -> Answer:
        body = b"new" if self.method == "PUT" or self.headers == BINARY else None
        return client.request(self.method, "c/doc", body, self.headers, **self.query)


UPDATE = {"update": ""}
ACTS = {
    "HEAD": Act("HEAD", "read"),
    "GET": Act("GET", "read"),
    "GET hashmap": Act("GET", "read", {}, {"hashmap": "", "format": "json"}),
    "version list": Act("GET", "read", {}, {"version": "list", "format": "json"}),
    "PUT": Act("PUT", "write"),
    "POST": Act("POST", "write", {"X-Object-Meta-Mood": "gay"}),
    "POST data": Act("POST", "write", BINARY, UPDATE),
    "DELETE": Act("DELETE", "own"),
    "purge": Act("DELETE", "own", {}, {"until": "9999999999"}),
    "MOVE": Act("MOVE", "own", {"Destination": "/c/moved"}),
    "share": Act("POST", "own", {"X-Object-Sharing": "read=al"}, UPDATE),
    "unshare": Act("POST", "own", {"X-Object-Sharing": ""}, UPDATE),
    "PUT shared": Act("PUT", "own", {"X-Object-Sharing": "read=al"}),
    "publish": Act("POST", "own", {"X-Object-Public": "true"}, UPDATE),
    "unpublish": Act("POST", "own", {"X-Object-Public": "false"}, UPDATE),
    "PUT public": Act("PUT", "own", {"X-Object-Public": "true"}),
}


@pytest.fixture
def friend(new_user: NewUser) -> Client:
    return new_user()


@pytest.fixture
def doc(box: Client) -> Client:
    """``c/doc``, ``c/doc/x`` and ``c/document`` are there; nothing is shared."""
    for name in ("doc", "doc/x", "document"):
        assert box.put(f"c/{name}", b"data").status == 201
    return box


@pytest.fixture
def guest(doc: Client, friend: Client) -> Client:
    """``friend`` at ``doc``'s account."""
    assert friend.put("c").status == 201  # where a copy or move of theirs would go
    return visit(friend, doc)


@pytest.mark.requirement("R122", "R123")
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("right", ["none", "read", "write"])
def test_a_right_allows_what_it_should_and_no_more(
    doc: Client, friend: Client, guest: Client, right: str, act: Act
) -> None:
    share(doc, "c/doc", f"{right}={friend.account}" if right != "none" else "write=somebody")
    before = doc.get("c", format="json").json
    answer = act.by(guest)
    if RIGHTS.index(right) >= RIGHTS.index(act.right):
        assert 200 <= answer.status < 300
    else:
        assert answer.status == 403
        assert doc.get("c", format="json").json == before


@pytest.mark.requirement("R123")
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_owner_may_do_all(doc: Client, act: Act) -> None:
    assert 200 <= act.by(doc).status < 300


@pytest.mark.requirement("R122")
@pytest.mark.parametrize("verb", ["read", "write"])
@pytest.mark.parametrize("member", ["user", "upper", "group", "everybody", "second"])
def test_users_groups_and_everybody_are_members(
    doc: Client, friend: Client, guest: Client, verb: str, member: str
) -> None:
    doc.post(headers={"X-Account-Group-Kin": friend.account})
    members = {
        "user": friend.account,
        "upper": friend.account.upper(),
        "group": f"{doc.account}:kin",
        "everybody": "*",
        "second": f"al,{friend.account}",
    }
    assert guest.get("c/doc").status == guest.put("c/doc", b"new").status == 403
    share(doc, "c/doc", f"{verb}={members[member]}")
    assert guest.get("c/doc").status == 200
    assert guest.put("c/doc", b"new").status == (201 if verb == "write" else 403)
    share(doc, "c/doc", "")
    assert guest.get("c/doc").status == 403


@pytest.mark.requirement("R122")
@pytest.mark.parametrize("member", ["kin", "{friend}:kin", "{owner}:other", "{owner}", "{owner}:"])
def test_other_names_open_nothing(doc: Client, friend: Client, guest: Client, member: str) -> None:
    doc.post(headers={"X-Account-Group-Kin": friend.account})
    named = member.format(owner=doc.account, friend=friend.account)
    share(doc, "c/doc", f"write={named}")
    assert [guest.request(method, "c/doc").status for method in ("GET", "HEAD", "POST")] == [
        403
    ] * 3


@pytest.mark.requirement("R122")
def test_a_group_of_another_account_may_be_named(
    doc: Client, friend: Client, guest: Client, new_user: NewUser
) -> None:
    leader = new_user()
    leader.post(headers={"X-Account-Group-Kin": friend.account})
    share(doc, "c/doc", f"read={leader.account}:kin")
    assert guest.get("c/doc").status == 200


@pytest.mark.requirement("R124")
@pytest.mark.parametrize(
    ("name", "status"),
    [("doc", 200), ("doc/x", 200), ("document", 403), ("doc/none", 404), ("none", 403)],
)
def test_a_path_covers_what_is_below_it(
    doc: Client, friend: Client, guest: Client, name: str, status: int
) -> None:
    for kind in ("text/plain", "application/directory"):
        headers = {"Content-Type": kind, "X-Object-Sharing": f"read={friend.account}"}
        assert doc.put("c/doc", b"data", headers).status == 201
        assert guest.get(f"c/{name}").status == guest.head(f"c/{name}").status == status


@pytest.mark.requirement("R123", "R124")
@pytest.mark.parametrize(
    ("name", "status"), [("doc/new", 201), ("doc/a/b", 201), ("docs", 403), ("new", 403)]
)
def test_a_writer_makes_new_names_below_the_path(
    doc: Client, friend: Client, guest: Client, name: str, status: int
) -> None:
    share(doc, "c/doc", f"write={friend.account}")
    assert guest.put(f"c/{name}", b"new").status == status
    assert doc.get(f"c/{name}").status == (200 if status == 201 else 404)


@pytest.mark.requirement("R124")
@pytest.mark.parametrize("verb", ["read", "write"])
def test_headers_tell_whence_and_what(
    doc: Client, friend: Client, guest: Client, verb: str
) -> None:
    share(doc, "c/doc", f"{verb}={friend.account}")
    told = ("X-Object-Sharing", "X-Object-Shared-By", "X-Object-Allowed-To")
    sharing, source = f"{verb}={friend.account}", f"{doc.account}/c/doc"
    for method in ("HEAD", "GET"):
        for path, shared_by in (("c/doc", None), ("c/doc/x", source)):
            theirs, own = guest.request(method, path), doc.request(method, path)
            assert [theirs.get(each) for each in told] == [sharing, shared_by, verb]
            assert [own.get(each) for each in told] == [sharing, shared_by, None]
        plain = doc.request(method, "c/document")
        assert [plain.get(each) for each in told] == [None] * 3


@pytest.mark.requirement("R123", "R124")
def test_who_is_in_both_lists_may_write(doc: Client, friend: Client, guest: Client) -> None:
    share(doc, "c/doc", "read=*; write=" + friend.account)
    assert guest.head("c/doc")["X-Object-Allowed-To"] == "write"
    assert guest.head("c/doc")["X-Object-Sharing"] == f"read=*; write={friend.account}"
    share(doc, "c/doc", "")


@pytest.mark.requirement("R121")
def test_deletion_forgets_sharing(doc: Client, friend: Client, guest: Client) -> None:
    share(doc, "c/doc", f"write={friend.account}")
    assert doc.delete("c/doc").status == 204
    assert [guest.get(path).status for path in ("c/doc", "c/doc/x", "c")] == [403] * 3
    assert guest.put("c/doc", b"new").status == 403
    doc.put("c/doc", b"again")
    assert guest.get("c/doc").status == 403
    assert doc.head("c/doc").get("X-Object-Sharing") is None


@pytest.mark.requirement("R128")
def test_the_writer_is_told_and_the_owner_charged(
    doc: Client, friend: Client, guest: Client
) -> None:
    share(doc, "c/doc", f"write={friend.account}")
    assert guest.put("c/doc", b"0123456789").status == 201
    assert guest.put("c/doc/new", b"01234").status == 201
    for path in ("c/doc", "c/doc/new"):
        assert doc.head(path)["X-Object-Modified-By"] == friend.account
    writers = {
        each["name"]: each["x_object_modified_by"] for each in doc.get("c", format="json").json
    }
    assert writers == {
        "doc": friend.account,
        "doc/new": friend.account,
        "doc/x": doc.account,
        "document": doc.account,
    }
    assert doc.head()["X-Account-Bytes-Used"] == "23"
    assert friend.head()["X-Account-Bytes-Used"] == "0"
    assert doc.post("c/doc", headers={"X-Object-Meta-A": "1"}).status == 202
    assert doc.head("c/doc")["X-Object-Modified-By"] == doc.account


@pytest.mark.requirement("R122", "R128")
def test_a_copy_belongs_to_who_owns_the_place(doc: Client, friend: Client, guest: Client) -> None:
    share(doc, "c/doc", f"read={friend.account}")
    friend.put("own")
    to = {"Destination": "/own/doc", "Destination-Account": friend.account}
    assert guest.request("COPY", "c/doc", None, to).status == 201
    assert friend.get("own/doc").body == b"data"
    assert friend.head()["X-Account-Bytes-Used"] == "4"
    assert friend.head("own/doc").get("X-Object-Sharing") is None
    assert guest.request("COPY", "c/document", None, to).status == 403
    assert guest.request("MOVE", "c/doc", None, to).status == 403


@pytest.mark.requirement("R123")
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_writer_does_nothing_to_the_container(
    doc: Client, friend: Client, guest: Client, method: str
) -> None:
    share(doc, "c/doc", f"write={friend.account}")
    with unchanged(doc):
        headers = {"X-Container-Meta-A": "1"}
        assert guest.request(method, "c", None, headers).status == 403
        assert guest.request(method, "c", None, headers, update="").status == 403
    assert guest.put("new").status == 403


@pytest.mark.requirement("R123", "R145")
@pytest.mark.parametrize("path", ["none", "none/o", "c/none", "c/doc"])
def test_a_stranger_does_not_learn_what_is_there(guest: Client, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        assert guest.request(method, path, b"" if method == "PUT" else None).status == 403
