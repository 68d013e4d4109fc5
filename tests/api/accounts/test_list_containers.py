"""GET of the account: the containers it has (contract §2.2, §3.6, §3.9)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.client import Client


def fill(api: Client, names: list[str]) -> Client:
    for name in names:
        assert api.put(name).status == 201
    return api


@pytest.mark.requirement("R17")
def test_text_has_a_name_a_line_in_codepoint_order(api: Client) -> None:
    names = ["-", "A", "Z", "a", "z", "é", "\ue000", "\U0001f600"]
    answer = fill(api, names[::-1]).get()
    assert answer.status == 200
    assert answer.body.decode() == "".join(f"{name}\n" for name in names)


@pytest.mark.requirement("R17")
def test_without_containers_text_is_204_and_the_others_are_empty(api: Client) -> None:
    text, json, xml = (api.get(format=form) for form in ("text", "json", "xml"))
    assert (text.status, text.body) == (204, b"")
    assert (json.status, json.json) == (200, [])
    assert (xml.status, xml.xml.tag, list(xml.xml)) == (200, "account", [])


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": 2}, ["a", "b"]),
        ({"marker": "a"}, ["b", "d"]),
        ({"marker": "c"}, ["d"]),
        ({"marker": "a", "limit": 1}, ["b"]),
        ({"marker": "d"}, []),
        ({"limit": 0}, ["a", "b", "d"]),
        ({"limit": -1}, ["a", "b", "d"]),
        ({"limit": "junk"}, ["a", "b", "d"]),
        ({"limit": 10**30}, ["a", "b", "d"]),
    ],
)
def test_marker_and_limit(api: Client, query: dict[str, Any], expected: list[str]) -> None:
    answer = fill(api, ["a", "b", "d"]).get(**query)
    assert answer.body.decode().split() == expected
    assert answer.status == (200 if expected else 204)
    assert answer["X-Account-Container-Count"] == "3"


@pytest.mark.requirement("R18")
@pytest.mark.parametrize("dialect", ["", "AUTH_"])
def test_the_database_and_the_server_write_the_same(api: Client, dialect: str) -> None:
    """The present comes from the database as text; the past is put together here."""
    said = {"Meta-Shoe-size": "<7> & %CF%89", "Policy-Keep-Days": "9", "Policy-Quota": "77"}
    api.put("none")
    api.put('"ü\\ 日本', headers={f"X-Container-{name}": value for name, value in said.items()})
    api.put('"ü\\ 日本/o', b"abc")
    there = Client(api.address, f"{dialect}{api.account}", api.token)

    def listed(**query: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = there.get("", None, format="json", **query).json
        return [{key: each[key] for key in each if "until" not in key} for each in found]

    now = listed()
    assert [(each["name"], each["count"], each["bytes"]) for each in now] == [
        ('"ü\\ 日本', 1, 3),
        ("none", 0, 0),
    ]
    assert now == listed(until="2099-01-01T00:00:00Z")
    assert listed(marker="none") == []
    if dialect:
        assert listed(reverse="on") == now[::-1]
        assert listed(prefix="none", delimiter="/") == now[1:]
    there.connection.close()


HEADERS = {
    "X-Container-Meta-Shoe-size": "<7> & %CF%89",
    "X-Container-Policy-Quota": "99",
    "X-Container-Policy-Versioning": "none",
}


@pytest.fixture
def described(api: Client) -> Client:
    """A user with a container of two objects that has all that can be said of one."""
    api.put("c&<d>", headers=HEADERS)
    api.put("c&<d>/a", b"1234")
    api.put("c&<d>/b", b"12345")
    return api


@pytest.mark.requirement("R17")
def test_json_tells_exactly_this(described: Client) -> None:
    [entry] = described.get(format="json").json
    modified = entry.pop("last_modified")
    assert entry == {
        "name": "c&<d>",
        "count": 2,
        "bytes": 9,
        "x_container_policy": {"quota": "99", "versioning": "none"},
        "x_container_meta": {"shoe_size": "<7> & ω"},
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", modified)
    assert abs((datetime.fromisoformat(modified) - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.requirement("R17")
def test_xml_tells_the_same(described: Client) -> None:
    [entry] = described.get(format="json").json
    root = described.get(format="xml").xml
    assert (root.tag, root.attrib) == ("account", {"name": described.account})
    [element] = root
    told = {part.tag: [e.text for e in part] or part.text for part in element}
    assert element.tag == "container"
    assert told == {
        "name": "c&<d>",
        "count": "2",
        "bytes": "9",
        "last_modified": entry["last_modified"],
        "x_container_policy": ["quota", "99", "versioning", "none"],
        "x_container_meta": ["shoe_size", "<7> & ω"],
    }
    assert [part.tag for part in element.findall("./x_container_policy/*")] == ["key", "value"] * 2


def test_how_much_history_is_kept_is_told_where_it_is_limited(described: Client) -> None:
    limits = {"X-Container-Policy-Keep-Days": "7", "X-Container-Policy-Keep-Versions": "0"}
    described.put("c&<d>", headers=limits)
    usual = {"quota": "99", "versioning": "none"}
    [entry] = described.get(format="json").json
    assert entry["x_container_policy"] == {**usual, "keep_days": "7", "keep_versions": "0"}
    keys = described.get(format="xml").xml.findall("./container/x_container_policy/key")
    assert [key.text for key in keys] == [*usual, "keep_days", "keep_versions"]


@pytest.mark.requirement("R17")
def test_a_container_without_metadata_has_no_such_field(box: Client) -> None:
    [entry] = box.get(format="json").json
    assert entry.keys() == {"name", "count", "bytes", "last_modified", "x_container_policy"}


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    "change",
    [
        lambda box: box.put("c/new", b"1"),
        lambda box: box.put("c/o", b"12"),
        lambda box: box.delete("c/o"),
        lambda box: box.post("c", headers={"X-Container-Meta-Mood": "gay"}),
        lambda box: box.post("c", headers={"X-Container-Policy-Quota": "7"}, update=""),
    ],
    ids=["create", "overwrite", "delete", "metadata", "policy"],
)
def test_every_change_of_a_container_or_below_it_is_its_last(
    box: Client, change: Callable[[Client], object]
) -> None:
    box.put("c/o", b"1")
    [before] = box.get(format="json").json
    change(box)
    [after] = box.get(format="json").json
    assert after["last_modified"] > before["last_modified"]


@pytest.mark.requirement("R17")
def test_only_ones_own_containers_are_listed(new_user: Callable[[], Client]) -> None:
    one, other = fill(new_user(), ["a"]), fill(new_user(), ["b"])
    assert (one.get().lines, other.get().lines) == (["a"], ["b"])
