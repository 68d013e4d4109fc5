"""GET of a container: the names it holds and what is told of each (contract §2.3, §3.6, §3.9)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.client import Client
from tests.factories import find_container, insert_objects

MOST = 10_000


def fill(box: Client, names: Sequence[str]) -> Client:
    for name in names:
        assert box.put(f"c/{name}").status == 201
    return box


@pytest.mark.requirement("R42")
def test_names_come_in_codepoint_order(box: Client) -> None:
    # By bytes of UTF-8, which is not the order of UTF-16 nor of any language.
    names = ["!", "-", "/", "B", "Z", "a", "b", "b!", "z", "é", "ω", "\ue000", "\U0001f600"]
    fill(box, names[::-1])
    assert box.names("c") == sorted(names) == names


@pytest.mark.requirement("R42")
def test_names_that_look_alike_stay_apart(box: Client) -> None:
    names = ["a", "a ", "A", "\u00e9", "e\u0301", "a//b", "a/b", "a%2Fb", "a\u200b"]
    fill(box, names)
    assert box.names("c") == sorted(names)


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["a", "ab", "abc", "b", "é"]),
        ("a", ["a", "ab", "abc"]),
        ("ab", ["ab", "abc"]),
        ("/ab", ["ab", "abc"]),
        ("//ab", ["ab", "abc"]),
        ("/", ["a", "ab", "abc", "b", "é"]),
        ("é", ["é"]),
        ("A", []),
        ("abcd", []),
        ("%", []),
        ("_", []),
        ("a\0", []),
    ],
)
def test_prefix(box: Client, prefix: str, expected: list[str]) -> None:
    assert fill(box, ["a", "ab", "abc", "b", "é"]).names("c", prefix=prefix) == expected


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("", ["a", "c", "e"]),
        ("a", ["c", "e"]),
        ("b", ["c", "e"]),
        ("e", []),
        ("c\0", ["e"]),
        ("\U0010ffff", []),
    ],
)
def test_a_page_begins_behind_its_marker_there_or_not(
    box: Client, marker: str, expected: list[str]
) -> None:
    assert fill(box, ["a", "c", "e"]).names("c", marker=marker) == expected


@pytest.mark.requirement("R47")
def test_pages_join_to_the_whole(box: Client) -> None:
    names = [f"{n:02}" for n in range(7)]
    fill(box, names)
    marker, pages = "", []
    while page := box.names("c", limit=3, marker=marker):
        pages.append(page)
        marker = page[-1]
    assert pages == [names[:3], names[3:6], names[6:]]


@pytest.fixture
def crowded(box: Client, committed: None) -> Client:
    """A user with more objects in ``c`` than a page may have."""
    container = find_container(box.account, "c")
    insert_objects(container, [f"{n:05}" for n in range(MOST + 1)])
    return box


@pytest.mark.requirement("R47")
def test_a_page_has_ten_thousand_entries_at_most(crowded: Client) -> None:
    limits = ["", "0", "-1", "junk", "1.5", "1e1", "+1", " 1", "٣", str(MOST + 1), "9" * 40]
    for limit in limits:
        assert len(crowded.names("c", limit=limit)) == MOST, limit
    assert len(crowded.names("c")) == MOST
    assert len(crowded.names("c", limit=MOST - 1)) == MOST - 1
    assert crowded.names("c", marker=f"{MOST - 1:05}") == [f"{MOST:05}"]


@pytest.mark.requirement("R48")
def test_names_that_begin_with_a_slash(box: Client) -> None:
    names = ["/", "//", "/a", "/a/b", "a"]
    fill(box, names)
    assert box.names("c") == names
    assert box.names("c", delimiter="/") == ["/", "a"]
    assert [each["name"] for each in box.get("c", format="json").json] == names


@pytest.mark.parametrize(("form", "status", "body"), [("json", 200, b"[]"), ("", 204, b"")])
@pytest.mark.requirement("R17")
def test_an_empty_listing(box: Client, form: str, status: int, body: bytes) -> None:
    answer = box.get("c", format=form)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.requirement("R50")
def test_an_empty_listing_in_xml(box: Client) -> None:
    root = box.get("c", format="xml").xml
    assert (root.tag, root.attrib, list(root)) == ("container", {"name": "c"}, [])


HEADERS = {
    "Content-Type": "text/x-a; b=c",
    "Content-Encoding": "gzip",
    "Content-Disposition": 'attachment; filename="a<b>.txt"',
    "X-Object-Manifest": "c/parts%C3%A9",
    "X-Object-Meta-Hue": "<red> & %22blue%22",
    "X-Object-Meta-Shoe-size": "%CF%89",
}


def described(box: Client) -> dict[str, Any]:
    """Put ``c/a<b>&"c`` with all that can be said of it; return what its listing must say."""
    stored = box.put('c/a<b>&"c', b"hello", HEADERS)
    head = box.head('c/a<b>&"c')
    return {
        "name": 'a<b>&"c',
        "bytes": 5,
        "hash": stored["ETag"],
        "content_type": HEADERS["Content-Type"],
        "content_encoding": "gzip",
        "content_disposition": HEADERS["Content-Disposition"],
        "x_object_hash": hashlib.sha256(b"hello").hexdigest(),
        "x_object_uuid": head["X-Object-UUID"],
        "x_object_version": int(stored["X-Object-Version"]),
        "x_object_modified_by": box.account,
        "x_object_manifest": "c/parts\u00e9",
        "x_object_meta": {"hue": '<red> & "blue"', "shoe_size": "ω"},
    }


@pytest.mark.requirement("R49", "R51")
def test_json_tells_exactly_this(box: Client) -> None:
    expected = described(box)
    [entry] = box.get("c", format="json").json
    modified, stamp = entry.pop("last_modified"), entry.pop("x_object_version_timestamp")
    assert entry == expected
    assert type(entry["bytes"]) is type(entry["x_object_version"]) is int
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", modified)
    assert re.fullmatch(r"\d+\.\d{6}", stamp)
    assert stamp == f"{datetime.fromisoformat(modified).timestamp():.6f}"
    assert abs(float(stamp) - datetime.now(UTC).timestamp()) < 60


@pytest.mark.requirement("R49")
def test_json_leaves_out_what_an_object_does_not_have(box: Client) -> None:
    box.put("c/o")
    [entry] = box.get("c", format="json").json
    optional = ("content_encoding", "content_disposition", "x_object_manifest", "x_object_meta")
    assert entry.keys().isdisjoint(optional)
    assert len(entry) == 10


def as_text(value: object) -> object:
    """How XML tells a value: maps as pairs of key and value, all else as text."""
    if isinstance(value, dict):
        return [part for pair in value.items() for part in zip(("key", "value"), pair, strict=True)]
    return str(value)


@pytest.mark.requirement("R50", "R51")
def test_xml_tells_the_same_as_json(box: Client) -> None:
    described(box)
    [entry] = box.get("c", format="json").json
    [element] = box.get("c", format="xml").xml
    assert element.tag == "object"
    told = {part.tag: [(e.tag, e.text) for e in part] or part.text for part in element}
    assert told == {key: as_text(value) for key, value in entry.items()}


@pytest.mark.requirement("R50")
def test_xml_has_a_line_break_behind_the_start_of_its_root(api: Client) -> None:
    api.put('c&"')
    api.put('c&"/o')
    body = api.get('c&"', format="xml").body.decode()
    assert re.search(r'<container name="c&amp;&quot;">\n<object>', body)


@pytest.mark.requirement("R51")
def test_only_metadata_is_grouped_and_by_canonical_key(box: Client) -> None:
    box.put("c/o", b"", {"X-Object-Meta-a%5FB-cD": "1", "X-Object-Meta-%CE%A9": "2"})
    [entry] = box.get("c", format="json").json
    assert entry["x_object_meta"] == {"a_b_cd": "1", "Ω": "2"}


@pytest.mark.requirement("R57")
def test_what_was_deleted_or_overwritten_is_not_listed(box: Client) -> None:
    fill(box, ["a", "b", "b", "c"])
    box.delete("c/a")
    assert box.names("c") == ["b", "c"]
    assert [each["bytes"] for each in box.get("c", format="json").json] == [0, 0]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("text/xml", "application/xml"),
        ("image/png, application/xml;q=0.1, application/json", "application/xml"),
        ("image/png", "text/plain"),
        ("*/*", "text/plain"),
    ],
)
@pytest.mark.requirement("R17")
def test_the_form_follows_accept_in_its_order(box: Client, accept: str, kind: str) -> None:
    fill(box, ["a"])
    for path in ("", "c"):
        answer = box.get(path, {"Accept": accept})
        assert answer["Content-Type"] == f"{kind}; charset=UTF-8"
