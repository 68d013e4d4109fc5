"""Uploads that stop amid their body and go on: they end as if they had never stopped."""

import hashlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from tests.api.client import Answer, Client
from tests.api.halting import STOP_SECONDS, halting, in_pieces, side_by_side, sized
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.blobs.client import tag_of
from tests.swift.client import in_swift

DATA = hashlib.shake_256(b"stalled").digest(10 * BLOCK_SIZE + 100_000)
MD5 = hashlib.md5(DATA).hexdigest()
STOPS = [0, 5, BLOCK_SIZE, 2 * BLOCK_SIZE + 7, len(DATA) - 1]
CHUNKED = [False, True]
OCTETS = {"Content-Type": "application/octet-stream"}


def check(client: Client, path: str, data: bytes = DATA) -> None:
    answer = client.get(path)
    assert (answer.status, answer["ETag"]) == (200, hashlib.md5(data).hexdigest())
    assert answer.body == data


def test_an_upload_may_stop_anywhere(box: Client) -> None:
    def upload(at: int, chunked: bool) -> None:
        headers = {} if chunked else sized(DATA)
        with box.at(box.address) as client:
            path = f"c/{at}-{chunked}"
            answer = client.put(path, halting(DATA, at), {**headers, "ETag": MD5})
            assert (answer.status, answer["ETag"]) == (201, MD5)
            check(client, path)

    side_by_side(upload, product(STOPS, CHUNKED))


def test_an_upload_may_stop_again_and_again(box: Client) -> None:
    assert box.put("c/o", in_pieces(DATA, 4), sized(DATA)).status == 201
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


def test_a_form_of_several_files(box: Client) -> None:
    def post(at: int, chunked: bool) -> None:
        headers = FORM_TYPE if chunked else sized(FORM, **FORM_TYPE)
        with box.at(box.address) as client:
            path = f"c/{at}-{chunked}"
            assert client.post(path, halting(FORM, at), headers).status == 201
            check(client, path)

    side_by_side(post, product([*FORM_STOPS, len(FORM) - 3], CHUNKED))


def test_a_form_that_stops_often_and_is_wrong_at_its_end(box: Client) -> None:
    wrong = FORM[:-7] + b"..."
    assert box.post("c/o", in_pieces(wrong, 4), sized(wrong, **FORM_TYPE)).status == 400
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
    for name in ("c/o", "c/p"):
        assert box.put(name, b"1").status == 201
    lines = b"c/o\n" + b"c/none\n" * 100 + b"\n" * 100_000 + b"c/p\n"
    headers = sized(lines, **{"Content-Type": "text/plain"})
    answer = in_swift(box).post("", halting(lines, 70_000), headers, **{"bulk-delete": ""})
    assert b"Number Deleted: 2" in answer.body
    assert box.names("c") == []


def test_a_blob(api: Client) -> None:
    def put(at: int, chunked: bool) -> None:
        headers = {"X-Auth-Token": api.token, **({} if chunked else sized(DATA))}
        url = f"/blobs/{api.account}/{at}-{chunked}"
        with api.at(api.address) as client:
            assert client.raw("PUT", url, halting(DATA, at), headers).status == 200
            got = client.raw("GET", url, None, {"X-Auth-Token": api.token})
            assert (got.body, got["Tag"]) == (DATA, tag_of(DATA))

    side_by_side(put, product(STOPS, CHUNKED))


def test_a_stream_of_blobs(api: Client) -> None:
    def post(at: int) -> None:
        blobs = [[f"a{at}", len(DATA)], [f"b{at}", 3]]
        body = json.dumps(blobs).encode() + b"\n" + DATA + b"end"
        headers = {"X-Auth-Token": api.token, **sized(body)}
        stream = f"/stream/{api.account}?direction=upload"
        with api.at(api.address) as client:
            assert client.raw("POST", stream, halting(body, at), headers).status == 200
            got = client.raw("GET", f"/blobs/{api.account}/b{at}", None, headers)
            assert (got.body, got["Tag"]) == (b"end", tag_of(b"end"))

    side_by_side(post, [(0,), (5,), (70_000,)])


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


OF_A_LIST = f'[["a", {len(DATA) - 40}]]'.ljust(39).encode() + b"\n"
UPLOADS = [
    ("/v1/{}/c/{}", "PUT", b""),
    ("/blobs/{}/{}", "PUT", b""),
    ("/stream/{}?direction=upload&n={}", "POST", OF_A_LIST),
]


def test_one_account_has_its_share_and_is_ended_alone(
    narrow: Server, new_user: Callable[[], Client]
) -> None:
    """Four of its uploads stop; more are refused, others' are not; nothing moves, so all end."""
    with new_user().at(narrow.address) as greedy, new_user().at(narrow.address) as other:
        assert greedy.put("c").status == other.put("c").status == 201

        def start(number: int) -> http.client.HTTPConnection:
            url, method, said = UPLOADS[number % len(UPLOADS)]
            return begin(greedy, url.format(greedy.account, number), method, said)

        stopped = [start(number) for number in range(4)]
        time.sleep(1)
        for number in range(len(UPLOADS)):
            refused = start(4 + number).getresponse()
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert greedy.head("c").status == 204
        assert other.put("c/o", halting(DATA, 100_000), sized(DATA)).status == 201
        assert [each.getresponse().status for each in stopped] == [408] * 4
        assert greedy.get("c", format="json").json == []
