"""X-Account-Access-Control: who else may use a whole account (contract/swift.md, b)."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.swift.client import SwiftClient, visit

pytestmark = pytest.mark.requirement("S25")
HEADER = "X-Account-Access-Control"
KEY = {"X-Account-Meta-Temp-URL-Key": "secret"}


@dataclass
class House:
    """The owner's account, with ``c/o`` in it, as each kind of visitor has it."""

    owner: SwiftClient
    reader: SwiftClient
    writer: SwiftClient
    admin: SwiftClient
    stranger: SwiftClient
    stranger_account: str


@pytest.fixture
def house(new_swift_user: Callable[[], SwiftClient]) -> House:
    owner, *others = (new_swift_user() for _ in range(5))
    reader, writer, admin, stranger = (visit(each, owner) for each in others)
    owner.put("c")
    owner.put("c/o", b"data")
    names = [each.account for each in others]
    lists = {"read-only": names[:1], "read-write": names[1:2], "admin": names[2:3]}
    assert owner.post("", headers={HEADER: json.dumps(lists), **KEY}).status == 204
    return House(owner, reader, writer, admin, stranger, others[3].account)


def test_readers_read_and_list_everything(house: House) -> None:
    for visitor in (house.reader, house.writer, house.admin):
        assert visitor.get("c/o").body == b"data"
        assert (visitor.names("c"), visitor.get("").lines) == (["o"], ["c"])
        assert [visitor.head(path).status for path in ("", "c", "c/o")] == [204, 204, 200]
    assert [house.stranger.get(path).status for path in ("", "c", "c/o")] == [403] * 3


def test_readers_change_nothing(house: House) -> None:
    for visitor in (house.reader, house.stranger):
        writes = [visitor.put("c/o", b"x"), visitor.post("c/o"), visitor.delete("c/o")]
        writes += [visitor.put("d"), visitor.post("c"), visitor.delete("c"), visitor.post("")]
        assert {answer.status for answer in writes} == {403}
    assert house.owner.get("c/o").body == b"data"


def test_writers_write_everything(house: House) -> None:
    there = house.writer
    assert [there.put("d").status, there.put("d/p", b"x").status] == [201, 201]
    assert there.post("d/p", headers={"X-Object-Meta-A": "b"}).status == 202
    assert there.put("d", headers={"X-Container-Meta-A": "b"}).status == 202
    assert there.request("COPY", "c/o", None, {"Destination": "d/q"}).status == 201
    assert [there.delete(path).status for path in ("d/p", "d/q", "d")] == [204] * 3
    assert house.owner.get("").lines == ["c"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Container-Read": ".r:*"},
        {"X-Container-Write": "igor"},
        {"X-Remove-Container-Read": "x"},
        {"X-Container-Meta-Temp-URL-Key": "mine"},
        {"X-Container-Policy-Versioning": "none"},
        {"X-Container-Policy-Quota": "0"},
    ],
)
def test_writers_give_no_rights_to_others(house: House, headers: dict[str, str]) -> None:
    for answer in (house.writer.post("c", headers=headers), house.writer.put("d", headers=headers)):
        assert answer.status == 403
    assert house.owner.head("c").get("X-Container-Read") is None
    assert house.owner.get("").lines == ["c"]
    assert house.writer.post("", headers={HEADER: "{}"}).status == 403


def test_admins_do_what_owners_do(house: House) -> None:
    assert house.admin.post("c", headers={"X-Container-Read": ".r:*"}).status == 204
    assert json.loads(house.admin.head("")[HEADER]) == json.loads(house.owner.head("")[HEADER])
    assert house.admin.post("", headers={HEADER: "{}"}).status == 204
    assert house.owner.head("").get(HEADER) is None
    assert [each.get("c").status for each in (house.admin, house.reader)] == [403, 403]


def test_only_owners_and_admins_are_told(house: House) -> None:
    for visitor in (house.reader, house.writer):
        told = [visitor.head(""), visitor.get("")]
        assert [answer.get(HEADER) for answer in told] == [None, None]
        assert [answer.get("X-Account-Meta-Temp-Url-Key") for answer in told] == [None, None]
    assert house.admin.head("")["X-Account-Meta-Temp-Url-Key"] == "secret"


def test_the_other_dialect_minds_the_same_rights(house: House) -> None:
    there = [f"/v1/{house.owner.account}{path}" for path in ("", "/c", "/c/o")]
    token = {"X-Auth-Token": house.reader.token}
    assert [house.owner.raw("GET", url, None, token).status for url in there] == [200] * 3
    assert house.owner.raw("PUT", there[2], b"x", token).status == 403
    assert (
        house.owner.raw("DELETE", there[2], b"", {"X-Auth-Token": house.writer.token}).status == 403
    )


def test_parts_of_large_objects_are_read_too(house: House) -> None:
    house.owner.put("parts")
    house.owner.put("parts/1", b"one")
    house.owner.put("c/all", b"", {"X-Object-Manifest": "parts/"})
    assert house.reader.get("c/all").body == b"one"


def test_groups_and_everybody_count(house: House) -> None:
    house.owner.post("", headers={"X-Account-Group-Pals": house.stranger_account})
    lists = {"read-only": [f"{house.owner.account}:pals"]}
    assert house.owner.post("", headers={HEADER: json.dumps(lists)}).status == 204
    assert [house.stranger.get("c").status, house.reader.get("c").status] == [200, 403]


@pytest.mark.parametrize(
    "value",
    [
        *("x", "[]", "1", '"a"', "null", '{"read-only": "olga"}', '{"read-only": [1]}'),
        *('{"readonly": []}', '{"admin": null}', '{"admin": [""]}', '{"admin": [".r:*"]}'),
        *(
            '{"admin": ["a/b"]}',
            '{"admin": {"a": 1}}',
            "[" * 9000,
            '{"admin": ["' + "a" * 300 + '"]}',
        ),
        '{"admin": [' + ",".join(f'"user-{n}"' for n in range(1200)) + "]}",
    ],
)
def test_what_is_malformed_is_400_and_changes_nothing(house: House, value: str) -> None:
    before = house.owner.head("")[HEADER]
    answer = house.owner.post("", headers={HEADER: value, "X-Account-Meta-A": "b"})
    assert answer.status == 400
    assert house.owner.head("")[HEADER] == before
    assert house.owner.head("").get("X-Account-Meta-A") is None


def test_nothing_takes_them_away_but_an_empty_one(house: House) -> None:
    house.owner.post("", headers={"X-Account-Meta-A": "b"})
    house.owner.pithos.post("", headers={"X-Account-Meta-A": "b"})
    assert house.reader.get("c/o").status == 200
    assert house.owner.post("", headers={HEADER: ""}).status == 204
    assert house.reader.get("c/o").status == 403


def test_letters_beyond_ascii(house: House) -> None:
    lists = '{"read-only":["grün"]}'
    house.owner.post("", headers={HEADER: lists.encode().decode("latin-1")})
    assert house.owner.head("")[HEADER].encode("latin-1").decode() == lists
