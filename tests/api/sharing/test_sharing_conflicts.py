"""What may be said of an object's sharing, and what conflicts (contract §1, §2.4)."""

from secrets import token_hex

import pytest

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.visitors import share
from tests.swift.client import in_swift

BINARY = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}


@pytest.fixture
def doc(box: Client) -> Client:
    """``c/doc``, ``c/doc/x`` and ``c/document`` are there; nothing is shared."""
    for name in ("doc", "doc/x", "document"):
        assert box.put(f"c/{name}", b"data").status == 201
    return box


@pytest.mark.requirement("R124")
@pytest.mark.parametrize("sharing", ["read=al; write=bo", "write=BO;read= al ,al"])
def test_what_is_inherited_already_may_be_said_again(doc: Client, sharing: str) -> None:
    share(doc, "c/doc", "read=al; write=bo")
    with unchanged(doc):
        share(doc, "c/doc/x", sharing)
    assert doc.head("c/doc/x")["X-Object-Shared-By"] == f"{doc.account}/c/doc"
    share(doc, "c/doc", "")
    assert doc.head("c/doc/x").get("X-Object-Sharing") is None


@pytest.mark.requirement("R125")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["doc"], "doc/x"),
        (["doc"], "doc/a/b"),
        (["doc/x"], "doc"),
        (["doc/a", "doc/x"], "doc"),
        (["a/b/c"], "a"),
        (["a/b"], "a/b/c/d"),
    ],
)
def test_sharing_above_or_below_what_is_shared_is_a_conflict(
    doc: Client, first: list[str], second: str
) -> None:
    for name in (*first, second):
        doc.put(f"c/{name}", b"data")
    for name in first:
        share(doc, f"c/{name}", "read=al")
    paths = [f"{doc.account}/c/{name}" for name in first]
    wanted = {"X-Object-Sharing": "read=bo"}
    with unchanged(doc):
        text = doc.post(f"c/{second}", headers=wanted, update="")
        json = doc.post(f"c/{second}", headers=wanted, update="", format="json")
        xml = doc.post(f"c/{second}", headers=wanted, update="", format="xml")
    assert [text.status, json.status, xml.status] == [409] * 3
    assert (text.lines, json.json) == (paths, paths)
    assert (xml.xml.tag, [each.tag for each in xml.xml]) == ("conflicts", ["conflict"] * len(paths))
    assert [each.text for each in xml.xml] == paths


@pytest.mark.requirement("R125")
def test_neighbours_are_no_conflict(doc: Client) -> None:
    doc.put("c/doc-x", b"data")
    for name in ("document", "doc-x", "doc"):
        share(doc, f"c/{name}", f"read={name[-1]}")
        assert doc.head(f"c/{name}")["X-Object-Sharing"] == f"read={name[-1]}"


@pytest.mark.requirement("R125")
def test_taking_sharing_back_never_conflicts(doc: Client) -> None:
    share(doc, "c/doc", "read=al")
    for path in ("c/doc/x", "c/document", "c/doc", "c/doc"):
        share(doc, path, "")
    assert doc.head("c/doc").get("X-Object-Sharing") is None


@pytest.mark.requirement("R125", "R140")
@pytest.mark.parametrize("name", ["doc/new", "doc/x"])
def test_a_put_whose_sharing_conflicts_stores_nothing(doc: Client, name: str) -> None:
    share(doc, "c/doc", "read=al")
    headers = {"X-Object-Sharing": "read=bo", "X-Object-Public": "true", "X-Object-Meta-A": "1"}
    with unchanged(doc):
        answer = doc.put(f"c/{name}", b"new data", headers)
        assert (answer.status, answer.lines) == (409, [f"{doc.account}/c/doc"])
    assert doc.get(f"c/{name}").status == (200 if name == "doc/x" else 404)


@pytest.mark.requirement("R125", "R140")
def test_other_writes_whose_sharing_conflicts_change_nothing(doc: Client) -> None:
    share(doc, "c/doc", "read=al")
    sharing = {"X-Object-Sharing": "read=bo"}
    hashmap = doc.get("c/doc", hashmap="", format="json").body
    with unchanged(doc):
        for act in (
            lambda: doc.post("c/doc/x", b"more", {**BINARY, **sharing}),
            lambda: doc.post("c/doc/x", None, {**sharing, "X-Object-Meta-A": "1"}),
            lambda: doc.put("c/doc/y", hashmap, sharing, hashmap="", format="json"),
            lambda: doc.request("COPY", "c/doc", None, {**sharing, "Destination": "/c/doc/y"}),
            lambda: doc.request("MOVE", "c/document", None, {**sharing, "Destination": "c/doc/y"}),
            lambda: doc.put("c/doc/y", b"", {**sharing, "X-Move-From": "/c/document"}),
        ):
            assert act().status == 409


@pytest.mark.requirement("R126")
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("read=b,a", "read=a,b"),
        ("write=a", "write=a"),
        ("write=c;read=a,b", "read=a,b; write=c"),
        ("read = A , b ; write = C", "read=a,b; write=c"),
        ("read=a,a,A", "read=a"),
        ("read=a,,b,", "read=a,b"),
        ("READ=a", "read=a"),
        ("read=a,*,b", "read=*"),
        ("read=a,b; write=b", "read=a; write=b"),
        ("read=a; write=a", "write=a"),
        ("read=*; write=a", "read=*; write=a"),
        ("read=*; write=*", "read=*; write=*"),
        ("read=a; write=*", "read=a; write=*"),
        ("read=acct:grp", "read=acct:grp"),
        ("read=%CE%91A%CE%B2", "read=%CE%91a%CE%B2"),
        ("read=a;", "read=a"),
    ],
)
def test_the_header_is_tidied(doc: Client, sent: str, shown: str) -> None:
    share(doc, "c/doc", sent)
    found = doc.head("c/doc")["X-Object-Sharing"]
    share(doc, "c/doc", "")
    assert found == shown


@pytest.mark.requirement("R126")
@pytest.mark.parametrize(
    "sent",
    [
        "own=a",
        "a",
        "read",
        "read=",
        "write=",
        "read=,",
        "read=a; write=",
        "read=a; x=b",
        "=a",
        "read:a",
        "%FF",
        "read=%FF",
        "read=%00",
        "read=" + "m" * 257,
        "read=caf\xe9",
    ],
)
def test_a_header_that_says_nothing_clear_is_400(doc: Client, sent: str) -> None:
    share(doc, "c/doc", "read=al")
    with unchanged(doc):
        for path in ("c/doc", "c/document"):
            headers = {"X-Object-Sharing": sent}
            assert doc.post(path, headers=headers, update="").status == 400
            assert doc.put(path, b"new", headers).status == 400


@pytest.mark.requirement("R126")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("header", ["X-Object-Sharing", "X-Container-Read"])
def test_a_user_who_does_not_exist_may_come_later(doc: Client, header: str) -> None:
    name = f"nobody-{token_hex(4)}"
    if header == "X-Object-Sharing":
        share(doc, "c/doc", f"read={name}")
    else:
        assert in_swift(doc).post("c", headers={header: name}).status == 204
    user = create_user(name)
    answer = doc.raw("GET", doc.url("c/doc"), None, {"X-Auth-Token": create_token(user)})
    assert (answer.status, answer.body) == (200, b"data")


@pytest.mark.requirement("R126")
def test_what_is_for_nobody_is_told_how_to_end_a_sharing(doc: Client) -> None:
    answer = doc.post("c/doc", headers={"X-Object-Sharing": "read="}, update="")
    assert b"an empty header ends the sharing" in answer.body
