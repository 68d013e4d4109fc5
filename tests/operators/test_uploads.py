"""Uploads are seen while they come."""

import time

import pytest
from django.test import Client

from observability.in_flight import ROWS, UploadBoard
from tests.api.client import Client as StoreClient
from tests.api.server import BLOCK_SIZE
from tests.operators.test_jobs import desk

__all__ = ["desk"]

SIZE = 10 * BLOCK_SIZE


def page(desk: tuple[StoreClient, str]) -> str:
    client, cookie = desk
    return client.raw("GET", "/operators/uploads", headers={"Cookie": cookie}).body.decode()


def unnamed(operating: Client) -> str:
    return operating.get("/operators/uploads").content.decode().partition('id="unnamed"')[2]


def begin(box: StoreClient, name: str, blocks: int) -> None:
    """Send the head of a PUT of ten blocks, and some of them."""
    box.connection.putrequest("PUT", box.url(f"c/{name}"))
    box.connection.putheader("X-Auth-Token", box.token)
    box.connection.putheader("Content-Length", str(SIZE))
    box.connection.endheaders()
    box.connection.send(b"x" * (blocks * BLOCK_SIZE))


def test_an_upload_is_seen_until_it_ends(desk, box) -> None:
    begin(box, "δέντρο", 4)
    target = f"/v1/{box.account}/c/δέντρο"
    deadline = time.monotonic() + 30
    while "256 KiB / 640 KiB" not in (shown := page(desk)):
        assert time.monotonic() < deadline, shown
        time.sleep(0.05)
    assert target in shown
    assert ">40 %<" in shown
    assert "127.0.0.1" in shown
    box.connection.send(b"x" * (SIZE - 4 * BLOCK_SIZE))
    assert box.connection.getresponse().status == 201
    assert target not in page(desk)


def test_an_upload_that_breaks_off_is_seen_no_more_and_leaves_blocks(desk, new_user) -> None:
    broken = new_user()
    broken.put("c")
    begin(broken, "o", 6)
    target = f"/v1/{broken.account}/c/o"
    deadline = time.monotonic() + 30
    while target not in page(desk):
        assert time.monotonic() < deadline
    broken.connection.close()
    while target in page(desk):
        assert time.monotonic() < deadline


def test_blocks_that_no_object_names_are_told(
    operating: Client, box: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = {"Content-Type": "application/octet-stream"}
    assert box.post("c", b"y" * BLOCK_SIZE, kind, update="").status == 202
    monkeypatch.setattr("operators.http.uploads.ROWS", 10_000)  # other tests' users sent more
    assert box.account in unnamed(operating)
    monkeypatch.setattr("operators.http.uploads.ROWS", 1)
    assert unnamed(operating).count('<th scope="row">') == 1


def test_a_worker_tells_as_many_as_it_has_room_for() -> None:
    board = UploadBoard()
    board.use_slot(3)
    rows = [board.enter(f"/v1/a/c/{number}", "192.0.2.1", None) for number in range(ROWS + 1)]
    assert rows[-1] is None
    assert len(board.uploads()) == ROWS
    for row in rows[:-1]:
        assert row is not None
        board.leave(row)
    assert board.uploads() == []
    row = board.enter("/v1/a/c/again", "192.0.2.1", 100)
    assert row is not None
    board.update(row, 50)
    [told] = board.uploads()
    assert (told.received, told.expected, told.share) == (50, 100, 0.5)


@pytest.mark.parametrize("target", ["x" * 1000, "δ" * 1000, ""])
def test_a_long_target_is_cut_off(target: str) -> None:
    board = UploadBoard()
    board.enter(target, "2001:db8::" + "1" * 60, 0)
    [told] = board.uploads()
    assert target.startswith(told.target)
    assert told.share is None
