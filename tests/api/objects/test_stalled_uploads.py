"""Uploads that stop amid their body and go on: they end as if they had never stopped."""

import hashlib
import http.client
import json
import time
from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Answer, Client
from tests.api.halting import STOP_SECONDS, halting, in_pieces, sized
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.blobs.client import tag_of
from tests.swift.client import in_swift

DATA = hashlib.shake_256(b"stalled").digest(10 * BLOCK_SIZE + 100_000)
MD5 = hashlib.md5(DATA).hexdigest()
STOPS = [0, 5, BLOCK_SIZE, 2 * BLOCK_SIZE + 7, len(DATA) - 1]
OCTETS = {"Content-Type": "application/octet-stream"}


def check(client: Client, path: str, data: bytes = DATA) -> None:
    answer = client.get(path)
    assert (answer.status, answer["ETag"]) == (200, hashlib.md5(data).hexdigest())
    assert answer.body == data


@pytest.mark.parametrize("at", STOPS)
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_an_upload_may_stop_anywhere(box: Client, at: int, chunked: bool) -> None:
    headers = {} if chunked else sized(DATA)
    answer = box.put("c/o", halting(DATA, at), {**headers, "ETag": MD5})
    assert (answer.status, answer["ETag"]) == (201, MD5)
    check(box, "c/o")


def test_an_upload_may_stop_again_and_again(box: Client) -> None:
    assert box.put("c/o", in_pieces(DATA, 6), sized(DATA)).status == 201
    check(box, "c/o")


def test_one_in_swift_s_dialect(box: Client) -> None:
    assert in_swift(box).put("c/o", halting(DATA, 70_000), sized(DATA)).status == 201
    check(box, "c/o")


def test_an_append_and_a_form(box: Client) -> None:
    assert box.put("c/o", DATA).status == 201
    headers = sized(DATA, **OCTETS, **{"Content-Range": "bytes */*"})
    assert box.post("c/o", halting(DATA, BLOCK_SIZE + 3), headers, update="").status == 204
    check(box, "c/o", DATA + DATA)
    head = b'--b\r\nContent-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n\r\n'
    form = head + DATA + b"\r\n--b--\r\n"
    headers = sized(form, **{"Content-Type": "multipart/form-data; boundary=b"})
    assert box.post("c/form", halting(form, 100_000), headers).status == 201
    check(box, "c/form")


def part(name: str, data: bytes, file: str = "") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file and f"; filename={file}"}'
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


LARGE = DATA[:200_000] * 4  # more than may be around a file
FORM = b"".join(
    [
        part("note", b"text" * 200),
        part("other", LARGE, "a"),
        part("X-Object-Data", DATA, "f"),
        part("note", b"text" * 200),
        part("another", LARGE, "b"),
        b"--b--\r\n",
    ]
)
FILE_AT = FORM.index(b"X-Object-Data")
FORM_TYPE = {"Content-Type": "multipart/form-data; boundary=b"}
FORM_STOPS = [100_000, FILE_AT - 30, FILE_AT + 5, FILE_AT + 2 * BLOCK_SIZE, len(FORM) - 300_000]


@pytest.mark.parametrize("at", [*FORM_STOPS, len(FORM) - 3])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_form_of_several_files(box: Client, at: int, chunked: bool) -> None:
    headers = FORM_TYPE if chunked else sized(FORM, **FORM_TYPE)
    assert box.post("c/o", halting(FORM, at), headers).status == 201
    check(box, "c/o")


def test_a_form_that_stops_often_and_is_wrong_at_its_end(box: Client) -> None:
    wrong = FORM[:-7] + b"..."
    assert box.post("c/o", in_pieces(wrong, 7), sized(wrong, **FORM_TYPE)).status == 400
    assert box.head("c/o").status == 404


def test_blocks_and_a_long_hashmap(box: Client) -> None:
    assert box.post("c", halting(DATA, 70_000), sized(DATA, **OCTETS), update="").status == 202
    block = DATA[:BLOCK_SIZE]
    hashes = [hashlib.sha256(block).hexdigest()] * 1500
    body = json.dumps({"bytes": 1500 * BLOCK_SIZE, "hashes": hashes}).encode()
    answer = box.put("c/o", halting(body, 80_000), sized(body), hashmap="", format="json")
    assert answer.status == 201
    assert box.get("c/o", {"Range": f"bytes=-{BLOCK_SIZE}"}).body == block


def test_a_long_list_of_names_to_delete(box: Client) -> None:
    assert box.put("c/o", b"1").status == 201
    lines = b"c/o\n" + b"c/none\n" * 9_000 + b"\n" * 10_000
    headers = sized(lines, **{"Content-Type": "text/plain"})
    answer = in_swift(box).post("", halting(lines, 70_000), headers, **{"bulk-delete": ""})
    assert b"Number Deleted: 1" in answer.body
    assert box.head("c/o").status == 404


@pytest.mark.parametrize("at", STOPS)
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_blob(api: Client, at: int, chunked: bool) -> None:
    headers = {"X-Auth-Token": api.token, **({} if chunked else sized(DATA))}
    url = f"/blobs/{api.account}/a"
    assert api.raw("PUT", url, halting(DATA, at), headers).status == 200
    got = api.raw("GET", url, None, {"X-Auth-Token": api.token})
    assert (got.body, got["Tag"]) == (DATA, tag_of(DATA))


@pytest.mark.parametrize("at", [0, 5, 70_000])
def test_a_stream_of_blobs(api: Client, at: int) -> None:
    body = json.dumps([["a", len(DATA)], ["b", 3]]).encode() + b"\n" + DATA + b"end"
    headers = {"X-Auth-Token": api.token, **sized(body)}
    stream = f"/stream/{api.account}?direction=upload"
    assert api.raw("POST", stream, halting(body, at), headers).status == 200
    got = api.raw("GET", f"/blobs/{api.account}/b", None, headers)
    assert (got.body, got["Tag"]) == (b"end", tag_of(b"end"))


def meanwhile(box: Client, change: str) -> Answer:
    """An upload, during whose pause something is changed by another connection."""
    with box.at(box.address) as other:

        def pieces() -> Iterator[bytes]:
            yield DATA[: 3 * BLOCK_SIZE]
            time.sleep(STOP_SECONDS)
            if change == "delete":
                assert other.delete("c").status == 204
            elif change == "create":
                assert other.put("c/o", b"theirs").status == 201
            yield DATA[3 * BLOCK_SIZE :]

        return box.put("c/o", pieces(), sized(DATA, **{"If-None-Match": "*"}))


@pytest.mark.parametrize(("change", "status"), [("nothing", 201), ("delete", 404), ("create", 412)])
def test_what_happens_in_a_pause_counts(box: Client, change: str, status: int) -> None:
    assert meanwhile(box, change).status == status
    box.connection.close()
    assert box.head("").status == 204


def test_one_that_breaks_after_a_pause_changes_nothing(box: Client) -> None:
    assert box.put("c/o", b"before").status == 201
    wrong = hashlib.md5(b"other").hexdigest()
    assert box.put("c/o", halting(DATA, 100_000), sized(DATA, ETag=wrong)).status == 422
    check(box, "c/o", b"before")


@pytest.fixture(scope="module")
def narrow(serve: Serve) -> Iterator[Server]:
    """A server where eight transfers may wait, four of one account, for three seconds."""
    with serve(PITHOS_WORKERS="1", PITHOS_TRANSFERS="8", PITHOS_TRANSFER_WINDOW="3s") as running:
        yield running


def begin(
    client: Client, url: str, method: str = "PUT", said: bytes = b""
) -> http.client.HTTPConnection:
    """Send half of an upload, on a connection of its own. said: what it begins with."""
    connection = http.client.HTTPConnection(*client.address, timeout=30)
    connection.putrequest(method, url)
    for name, value in sized(DATA, **{"X-Auth-Token": client.token}).items():
        connection.putheader(name, value)
    connection.endheaders(said + DATA[:100_000])
    return connection


def test_one_account_has_its_share_and_is_ended_alone(
    narrow: Server, new_user: Callable[[], Client]
) -> None:
    """Four of its uploads stop; more are refused, others' are not; nothing moves, so all end."""
    with new_user().at(narrow.address) as greedy, new_user().at(narrow.address) as other:
        assert greedy.put("c").status == other.put("c").status == 201
        stopped = [begin(greedy, greedy.url(f"c/{number}")) for number in range(4)]
        time.sleep(1)
        refused = begin(greedy, greedy.url("c/more")).getresponse()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert greedy.head("c").status == 204
        assert other.put("c/o", halting(DATA, 100_000), sized(DATA)).status == 201
        assert [each.getresponse().status for each in stopped] == [408] * 4
        assert greedy.get("c", format="json").json == []


@pytest.mark.parametrize(
    ("method", "url"), [("PUT", "/blobs/{}/a{}"), ("POST", "/stream/{}?direction=upload&n={}")]
)
def test_blobs_that_stop_are_of_that_share(
    narrow: Server, new_user: Callable[[], Client], method: str, url: str
) -> None:
    with new_user().at(narrow.address) as greedy:
        own = [url.format(greedy.account, number) for number in range(5)]
        line = f'[["a", {len(DATA) - 40}]]'.ljust(39) + "\n"
        said = line.encode() if method == "POST" else b""
        stopped = [begin(greedy, each, method, said) for each in own[:4]]
        time.sleep(1)
        assert begin(greedy, own[4], method, said).getresponse().status == 503
        assert greedy.head("").status == 204
        assert [each.getresponse().status for each in stopped] == [408] * 4
