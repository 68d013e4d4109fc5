"""POST of an object's metadata (contract §2.4)."""

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged

META = "X-Object-Meta-"
FIELDS = ("Content-Encoding", "Content-Disposition", "X-Object-Manifest")
FULL = {
    f"{META}Color": "red",
    f"{META}Size": "10",
    "Content-Encoding": "gzip",
    "Content-Disposition": "inline",
    "X-Object-Manifest": "c/parts/",
}


def described(client: Client) -> dict[str, str]:
    """All of ``c/o`` that a metadata POST can change."""
    answer = client.get("c/o", hashmap="", format="json")
    assert answer.status == 200
    kept = {name: answer.get(name) for name in FIELDS}
    return {**answer.meta(META), **{name: text for name, text in kept.items() if text}}


def version(client: Client) -> int:
    return int(client.get("c/o", hashmap="", format="json")["X-Object-Version"])


@pytest.fixture
def stored(box: Client) -> Client:
    """``c/o`` with everything that can be said of an object."""
    assert box.put("c/o", b"data", {**FULL, "Content-Type": "text/x-own"}).status == 201
    assert described(box) == FULL
    return box


def check_silent(answer: Answer) -> None:
    """202 says nothing more (Δ7)."""
    assert (answer.status, answer.body) == (202, b"")
    assert answer.meta("X-Object-") == {}
    assert answer.get("ETag") is answer.get("Last-Modified") is None


@pytest.mark.requirement("R107")
def test_without_update_it_replaces_everything(stored: Client) -> None:
    check_silent(stored.post("c/o", headers={f"{META}Color": "blue"}))
    assert described(stored) == {f"{META}Color": "blue"}
    check_silent(stored.post("c/o"))
    assert described(stored) == {}


@pytest.mark.requirement("R107")
@pytest.mark.parametrize("name", FIELDS)
def test_each_field_may_be_the_only_one_kept(stored: Client, name: str) -> None:
    check_silent(stored.post("c/o", headers={name: "c/new"}))
    assert described(stored) == {name: "c/new"}


@pytest.mark.requirement("R107")
def test_with_update_it_merges(stored: Client) -> None:
    headers = {f"{META}Color": "blue", f"{META}New": "1", "Content-Encoding": "br"}
    check_silent(stored.post("c/o", headers=headers, update=""))
    assert described(stored) == {**FULL, **headers}


@pytest.mark.requirement("R107")
@pytest.mark.parametrize("name", FULL)
def test_with_update_an_empty_value_deletes(stored: Client, name: str) -> None:
    check_silent(stored.post("c/o", headers={name: ""}, update=""))
    assert described(stored) == {key: value for key, value in FULL.items() if key != name}


@pytest.mark.requirement("R107")
def test_it_makes_a_version_that_keeps_bytes_and_uuid(stored: Client) -> None:
    before = stored.head("c/o", version=version(stored))
    assert stored.post("c/o", headers={f"{META}Color": "blue"}).status == 202
    after = stored.get("c/o")
    assert after.body == b"data"
    for same in ("X-Object-UUID", "X-Object-Hash", "Content-Type"):
        assert after[same] == before[same]
    assert after["ETag"] == "8d777f385d3dfec8815d20f7496026dc"
    assert int(after["X-Object-Version"]) > int(before["X-Object-Version"])
    old = stored.get("c/o", hashmap="", format="json", version=before["X-Object-Version"])
    assert old.meta(META) == {f"{META}Color": "red", f"{META}Size": "10"}


@pytest.mark.requirement("R107")
def test_update_that_says_nothing_makes_no_version(stored: Client) -> None:
    with unchanged(stored):
        check_silent(stored.post("c/o", update=""))


@pytest.mark.requirement("R107")
def test_sharing_and_publishing_make_no_version_and_replace_nothing_else(stored: Client) -> None:
    before = version(stored)
    headers = {"X-Object-Sharing": "read=al", "X-Object-Public": "true"}
    check_silent(stored.post("c/o", headers=headers, update=""))
    assert version(stored) == before
    answer = stored.head("c/o")
    assert answer["X-Object-Sharing"] == "read=al"
    assert answer["X-Object-Public"]
    assert described(stored) == FULL


@pytest.mark.requirement("R107")
def test_replacing_keeps_sharing_and_publication(stored: Client) -> None:
    headers = {"X-Object-Sharing": "read=al", "X-Object-Public": "true"}
    stored.post("c/o", headers=headers, update="")
    public = stored.head("c/o")["X-Object-Public"]
    check_silent(stored.post("c/o", headers={f"{META}Color": "blue"}))
    answer = stored.head("c/o")
    assert (answer["X-Object-Sharing"], answer["X-Object-Public"]) == ("read=al", public)


@pytest.mark.requirement("R108")
@pytest.mark.parametrize("query", [{}, {"update": ""}])
@pytest.mark.parametrize("kind", ["text/html", "application/json", "x/y; z=1", "", "junk"])
def test_the_content_type_never_changes(stored: Client, kind: str, query: dict[str, str]) -> None:
    headers = {"Content-Type": kind, f"{META}Color": "blue"}
    check_silent(stored.post("c/o", headers=headers, **query))
    assert stored.head("c/o")["Content-Type"] == "text/x-own"
    assert described(stored)[f"{META}Color"] == "blue"


@pytest.mark.requirement("R107")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": "8d777f385d3dfec8815d20f7496026dc"}, 202),
        ({"If-Match": "*"}, 202),
        ({"If-Match": "0" * 32}, 412),
        ({"If-None-Match": "0" * 32}, 202),
        ({"If-None-Match": '"8d777f385d3dfec8815d20f7496026dc"'}, 412),
        ({"If-None-Match": "*"}, 412),
    ],
)
def test_conditions_are_on_the_object(stored: Client, headers: dict[str, str], status: int) -> None:
    answer = stored.post("c/o", headers={**headers, f"{META}Color": "blue"}, update="")
    assert answer.status == status
    assert described(stored)[f"{META}Color"] == ("blue" if status == 202 else "red")


@pytest.mark.requirement("R107")
@pytest.mark.parametrize("path", ["c/none", "none/o"])
@pytest.mark.parametrize("query", [{}, {"update": ""}])
def test_what_is_not_there_is_404(stored: Client, path: str, query: dict[str, str]) -> None:
    with unchanged(stored):
        assert stored.post(path, headers={f"{META}Color": "blue"}, **query).status == 404


@pytest.mark.requirement("R107")
@pytest.mark.parametrize(
    "headers",
    [
        {f"{META}Bad": "%FF"},
        {f"{META}{'n' * 115}": "v"},
        {f"{META}Long": "v" * 257},
        {f"{META}N{n}": "v" for n in range(33)},
        {"X-Object-Public": "maybe"},
        {"X-Object-Sharing": "own=al"},
    ],
)
def test_a_bad_header_changes_nothing(stored: Client, headers: dict[str, str]) -> None:
    with unchanged(stored):
        answer = stored.post("c/o", headers={f"{META}Good": "v", **headers}, update="")
        assert answer.status == 400
