"""201: what was created, and in which form answers are asked for (contract §2.4, §3.1)."""

from typing import Any

import pytest

from tests.api.client import Client
from tests.api.transfers import transfer
from tests.swift.client import in_swift

TEXT, JSON, XML = (
    f"{kind}; charset=UTF-8" for kind in ("text/plain", "application/json", "application/xml")
)
FORMS = [
    ({}, {}, TEXT),
    ({"format": "json"}, {}, JSON),
    ({"format": "xml"}, {}, XML),
    ({}, {"Accept": "application/json"}, JSON),
    ({"format": ""}, {}, TEXT),
]


@pytest.mark.requirement("R59", "R98", "R100")
@pytest.mark.parametrize(("query", "headers", "kind"), FORMS, ids=str)
@pytest.mark.parametrize("verb", ["PUT", "COPY", "MOVE", "PUT-MOVE"])
def test_copies_and_moves_tell_the_form(
    box: Client, verb: str, query: dict[str, Any], headers: dict[str, str], kind: str
) -> None:
    box.put("c/o", b"data", {"Content-Type": "image/png"})
    answer = transfer(box, verb, "c/o", "c/p", headers, **query)
    assert (answer.status, answer["Content-Type"], answer.body) == (201, kind, b"")
    assert box.head("c/p")["Content-Type"] == "image/png"


@pytest.mark.requirement("R59", "R84", "R27")
@pytest.mark.parametrize(("query", "headers", "kind"), FORMS, ids=str)
def test_what_is_stored_tells_the_form(
    box: Client, query: dict[str, Any], headers: dict[str, str], kind: str
) -> None:
    sent = {"Content-Type": "image/png", **headers}
    made = [box.put("c/o", b"data", sent, **query), box.put("d", headers=headers, **query)]
    empty = b'<object bytes="0"/>' if kind == XML else b'{"bytes":0,"hashes":[]}'
    made.append(box.put("c/m", empty, sent, hashmap="", **query))
    for answer in made:
        assert (answer.status, answer["Content-Type"], answer.body) == (201, kind, b"")
    assert box.head("c/o")["Content-Type"] == "image/png"


def test_the_tag_that_answers_a_form_is_text(box: Client) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n'
        b"\r\nform\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = box.post("c/o", body, headers, format="json")
    assert (answer.status, answer.lines) == (201, [answer["ETag"]])


def test_what_is_created_in_swifts_dialect_has_no_form(box: Client) -> None:
    assert in_swift(box).put("c/o", b"x", format="json").get("Content-Type") is None
