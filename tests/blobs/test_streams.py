"""Many blobs in one request."""

import os
import socket

import pytest

from tests.api.server import Server
from tests.blobs.client import BlobClient, named, split_stream, tag_of


@pytest.mark.requirement("B21")
@pytest.mark.parametrize("count", [0, 1, 5, 250])
def test_blobs_come_in_the_order_of_the_ids(blobs: BlobClient, count: int) -> None:
    contents = [(f"b{n}", os.urandom(n * 97 % 30_000)) for n in range(count)]
    assert blobs.upload(contents).status == 200
    answer = blobs.download(*(blob for blob, _ in reversed(contents)))
    assert answer.status == 200
    assert split_stream(answer.body) == [(tag_of(data), data) for _, data in reversed(contents)]


@pytest.mark.requirement("B21")
def test_an_unknown_id_is_404_before_the_first_byte(blobs: BlobClient) -> None:
    blobs.put("a", b"data")
    answer = blobs.download("a", "nowhere")
    assert (answer.status, b"nowhere" in answer.body) == (404, True)
    assert blobs.download("a", query="namespace=other").status == 404


@pytest.mark.requirement("B22")
@pytest.mark.parametrize("large", [100, 200_000])
def test_an_upload_is_stored_whole(blobs: BlobClient, large: int) -> None:
    contents = [("a", b"1"), ("b", b""), ("c", os.urandom(large)), ("d", b"same"), ("e", b"same")]
    assert blobs.upload(contents, "namespace=n").status == 200
    for blob, data in contents:
        got = blobs.get(blob, "namespace=n")
        assert (got.body, got["Tag"]) == (data, tag_of(data))
    assert blobs.ids() == []


@pytest.mark.requirement("B22")
def test_an_upload_with_one_that_is_there_stores_none(blobs: BlobClient) -> None:
    blobs.put("b", b"first")
    assert blobs.upload([("a", b"1"), ("b", b"2"), ("c", b"3")]).status == 409
    assert (blobs.ids(), blobs.get("b").body) == (["b"], b"first")


@pytest.mark.requirement("B22")
@pytest.mark.parametrize(
    "body",
    [
        b'[["a",3]]\nab',
        b'[["a",3]]\nabcd',
        b'[["a",3]]',
        b'[["a",-1]]\n',
        b'[["a",true]]\nx',
        b'[["a",1],["a",1]]\nxy',
        b'[["a"]]\n',
        b'{"a":1}\nx',
        b"\n",
        b"",
    ],
)
def test_an_upload_that_is_not_as_it_says_stores_none(blobs: BlobClient, body: bytes) -> None:
    answers = [
        blobs.ask("POST", "", sent, query="direction=upload", room="stream").status
        for sent in (body, iter([body]))
    ]
    assert answers == [400, 400]
    assert blobs.ids() == []


@pytest.mark.requirement("B22")
def test_an_upload_that_is_cut_stores_none(blobs: BlobClient, server: Server) -> None:
    body = b'[["a",3],["b",100000]]\nabc' + b"x" * 50_000
    shown = named(blobs.user.account, blobs.user.token)["Authorization"]
    head = (
        f"POST /stream/{blobs.user.account}?direction=upload HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {shown}\r\nContent-Length: 100027\r\n\r\n"
    )
    with socket.create_connection(server.address) as wire:
        wire.sendall(head.encode() + body)
    assert blobs.ids() == []
    assert blobs.upload([("a", b"abc")]).status == 200
