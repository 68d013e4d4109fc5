"""Text in headers comes in UTF-8 as it is, and is given back as it came (contract/swift.md, a)."""

import hmac
import socket
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged
from tests.swift.client import SwiftClient

TEXTS = [
    "grün",
    "日本 🎨",
    "100%",
    "a%20b",
    "%C3%BC",
    "%c3%bc",
    "%",
    "%FF",
    "%0d%0aX: y",
    "ü%41",
    "~",
]
KINDS = [("", "Account"), ("c", "Container"), ("c/o", "Object")]


def raw(text: str) -> str:
    """What http.client sends as UTF-8, and shows of UTF-8."""
    return text.encode().decode("latin-1")


@pytest.fixture
def one(box: SwiftClient) -> SwiftClient:
    """A user with the object ``c/o``."""
    box.put("c/o", b"data")
    return box


@pytest.mark.requirement("S14")
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_metadata(one: SwiftClient, path: str, kind: str, text: str) -> None:
    name = f"X-{kind}-Meta-Colour"
    assert one.post(path, headers={name: raw(text)}).status in {202, 204}
    assert (one.head(path)[name], one.get(path)[name]) == (raw(text), raw(text))


@pytest.mark.parametrize("text", TEXTS)
def test_metadata_of_an_upload_and_a_copy(box: SwiftClient, text: str) -> None:
    name = "X-Object-Meta-Titel"
    assert box.put("c/o", b"", {name: raw(text)}).status == 201
    assert box.request("COPY", "c/o", None, {"Destination": "c/p"}).status == 201
    more = {"Destination": "c/q", "X-Object-Meta-More": raw(text)}
    assert box.request("COPY", "c/o", None, more).status == 201
    told = [box.head("c/o")[name], box.head("c/p")[name], box.head("c/q")["X-Object-Meta-More"]]
    assert told == [raw(text)] * 3


@pytest.mark.parametrize("text", ["grün", "100%", "%C3%BC"])
def test_both_dialects_tell_the_same_text(one: SwiftClient, text: str) -> None:
    name = "X-Object-Meta-Colour"
    one.post("c/o", headers={name: raw(text)})
    told = one.pithos.head("c/o")[name]
    one.pithos.post("c/o", headers={name: told})
    assert one.head("c/o")[name] == raw(text)
    (entry,) = one.pithos.get("c", format="json").json
    assert entry["x_object_meta"] == {"colour": text}


@pytest.mark.parametrize("name", ["Content-Disposition", "Content-Encoding", "Content-Type"])
@pytest.mark.parametrize("text", ["text/plain; a=grün", "text/plain; a=gr%C3%BCn"])
def test_what_is_said_of_a_file(box: SwiftClient, name: str, text: str) -> None:
    assert box.put("c/o", b"x", {name: raw(text), "X-Object-Public": "true"}).status == 201
    assert box.head("c/o")[name] == raw(text)
    there = box.pithos.head("c/o")
    assert there[name] == "text/plain; a=gr%C3%BCn"
    assert box.raw("GET", there["X-Object-Public"])[name] == there[name]
    part = box.get("c/o", {"Range": "bytes=0-0"})
    assert (part.status, part[name]) == (206, raw(text))


def test_what_is_said_of_a_file_by_a_post(one: SwiftClient) -> None:
    said = {
        "Content-Disposition": raw('attachment; filename="grün"'),
        "Content-Type": raw("a/b; ü"),
    }
    assert one.post("c/o", headers=said).status == 202
    head = one.head("c/o")
    assert {name: head[name] for name in said} == said


def test_a_signed_url_tells_it_too(one: SwiftClient) -> None:
    said = raw('attachment; filename="grün"')
    one.post("c/o", headers={"Content-Disposition": said})
    one.post("", headers={"X-Account-Meta-Temp-URL-Key": raw("schlüssel%41")})
    text = f"GET\n4000000000\n{one.url('c/o')}".encode()
    signature = hmac.new("schlüssel%41".encode(), text, "sha256").hexdigest()
    answer = one.anonymous("GET", "c/o", temp_url_sig=signature, temp_url_expires=4000000000)
    assert (answer.status, answer["Content-Disposition"]) == (200, said)


@pytest.mark.requirement("S14")
@pytest.mark.parametrize("spelled", [raw, lambda text: "c/gr%C3%BCn/"], ids=["raw", "encoded"])
def test_a_manifest_s_prefix(box: SwiftClient, spelled: Callable[[str], str]) -> None:
    box.put("c/grün/1", b"one")
    assert box.put("c/all", b"", {"X-Object-Manifest": spelled("c/grün/")}).status == 201
    assert box.get("c/all").body == b"one"
    assert box.head("c/all")["X-Object-Manifest"] == "c/gr%C3%BCn/"


def test_paths_in_headers(box: SwiftClient) -> None:
    box.put("c/ü %41", b"x")
    assert box.put("c/o", b"", {"X-Copy-From": raw("c/ü %2541")}).status == 201
    assert box.request("COPY", "c/o", None, {"Destination": raw("c/ö")}).status == 201
    assert box.get("c/ö").body == b"x"


@pytest.mark.parametrize(
    ("spelled", "found"),
    [
        (raw("/a/ü%20b"), b"\r\n\r\nx"),
        (raw("/a/%C3ü%BC%20b"), b"412 Precondition Failed"),
        (raw("?prefix=a/ü%20"), raw("\na/ü b\n").encode("latin-1")),
        ("/\xff", b"412 Precondition Failed"),
    ],
)
def test_a_path_or_a_parameter(box: SwiftClient, spelled: str, found: bytes) -> None:
    box.put("c/a/ü b", b"x")
    line = f"GET {box.url('c')}{spelled} HTTP/1.0"
    assert found in sent(box, f"{line}\r\nX-Auth-Token: {box.token}\r\n\r\n")


@pytest.mark.requirement("S14")
@pytest.mark.parametrize("spelling", [raw, quote])
def test_lists_of_readers_and_writers_come_back_as_utf_8(
    box: SwiftClient, spelling: Callable[[str], str]
) -> None:
    lists = {"X-Container-Read": "grün,.r:*", "X-Container-Write": "müller"}
    sent = {name: spelling(value) for name, value in lists.items()}
    assert box.post("c", headers=sent).status == 204
    head = box.head("c")
    assert {name: head[name] for name in lists} == {name: raw(lists[name]) for name in lists}


@pytest.mark.requirement("S14")
@pytest.mark.parametrize(
    "name",
    [
        *("X-Object-Meta-A", "X-Object-Manifest", "Content-Disposition", "Content-Encoding"),
        *("Content-Type", "X-Copy-From", "X-Object-Sharing"),
    ],
)
@pytest.mark.parametrize("value", ["\xff", "gr\xfcn", "\xed\xa0\x80", "\xc2\x85"])
def test_what_is_no_text_is_400(box: SwiftClient, name: str, value: str) -> None:
    said = f"c/{value}x" if name == "X-Copy-From" else value
    with unchanged(box):
        assert box.put("c/o", b"data", {name: said, "Content-Length": "4"}).status == 400
    assert box.head("c/o").status == 404


def test_nobody_minds_headers_of_others(box: SwiftClient) -> None:
    assert (
        box.put("c/o", b"data", {"User-Agent": "gr\xfcn", "X-Forwarded-By": "\xff"}).status == 201
    )


def sent(client: Client, head: str) -> bytes:
    """The response to a head of latin-1 text."""
    with socket.create_connection(client.address) as wire:
        wire.sendall(head.encode("latin-1"))
        return b"".join(iter(lambda: wire.recv(65536), b""))


def change(client: Client, path: str, field: str) -> bytes:
    """The status of a POST with a field that http.client would not send."""
    fields = f"Host: a\r\nX-Auth-Token: {client.token}\r\nContent-Length: 0\r\n{raw(field)}: 5"
    line = f"POST {client.url(path)} HTTP/1.1"
    return sent(client, f"{line}\r\n{fields}\r\nConnection: close\r\n\r\n").split(b" ", 2)[1]


@pytest.mark.requirement("S14")
@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_names_of_metadata(one: SwiftClient, path: str, kind: str) -> None:
    """They are told percent-encoded: Python loses all headers behind a name that is not ASCII."""
    assert change(one, path, f"X-{kind}-Meta-Größe") in {b"202", b"204"}
    assert one.head(path)[f"X-{kind}-Meta-Gr%C3%B6%C3%9Fe"] == "5"
    if kind != "Object":
        assert change(one, path, f"X-Remove-{kind}-Meta-Größe") == b"204"
        assert one.head(path).get(f"X-{kind}-Meta-Gr%C3%B6%C3%9Fe") is None


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_no_such_name_is_taken_in_pithos_dialect(one: SwiftClient, path: str, kind: str) -> None:
    assert change(one.pithos, path, f"X-{kind}-Meta-Größe") == b"400"


@pytest.mark.parametrize(
    "field", ["X-Object-Größe", "Größe", "X-Object-Meta-a ü", "X-Object-Meta-ü "]
)
def test_no_other_name_is_taken(one: SwiftClient, field: str) -> None:
    assert change(one, "c/o", field) == b"400"


def answered(client: Client, name: str, value: str) -> Answer:
    return client.post("c/o", headers={name: value})


@pytest.mark.requirement("R70")
@pytest.mark.parametrize("name", ["X-Object-Meta-A", "X-Object-Manifest", "Content-Disposition"])
def test_pithos_wants_it_percent_encoded(one: SwiftClient, name: str) -> None:
    assert answered(one.pithos, name, raw("c/grün")).status == 400
    assert answered(one.pithos, name, "c/gr%C3%BCn").status == 202
