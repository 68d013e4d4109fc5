"""Downloads by links are counted exactly, however many come at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.links.visitors import Visitor, make_link, told, visitor

DATA = b"0123456789" * 30_000  # more than one block


@pytest.fixture
def owner(box: Client) -> Client:
    box.put("c/o", DATA)
    return box


def counts(owner: Client, guest: Visitor) -> tuple[int, Any]:
    link = told(owner, guest.place)
    return link["used"], link["downloads"]


@pytest.mark.requirement("F21")
def test_a_whole_download_counts_once(owner: Client) -> None:
    guest = visitor(owner)
    assert guest.get("?download").body == DATA
    assert counts(owner, guest) == (1, None)
    assert told(owner, guest.place)["last_used"]
    guest.get("?download")
    assert counts(owner, guest) == (2, None)


def test_pages_previews_and_what_has_no_bytes_count_nothing(owner: Client) -> None:
    owner.put("c/i", b"\x89PNG", {"Content-Type": "image/png"})
    guest = visitor(owner, "c/i")
    tag = guest.ask("HEAD", "?download")["ETag"]
    for tail, headers, status in (
        ("", {}, 200),
        ("?preview", {}, 200),
        ("?download", {"If_None_Match": tag}, 304),
        ("?download", {"If_Match": '"other"'}, 412),
        ("?download", {"Range": "bytes=99-"}, 416),
    ):
        assert guest.get(tail, **headers).status == status
    assert counts(owner, guest) == (0, None)


@pytest.mark.requirement("F21")
@pytest.mark.parametrize(
    ("ranges", "used"),
    [
        (["bytes=0-9", "bytes=10-19", "bytes=20-"], 1),
        (["bytes=0-", "bytes=0-"], 2),
        (["bytes=5-"], 0),
        (["bytes=0-1,5-6"], 1),
        (["bytes=-300000"], 1),  # all of it
        (["bytes=-1"], 0),
        (["junk"], 1),
    ],
)
def test_the_first_range_counts_and_others_do_not(
    owner: Client, ranges: list[str], used: int
) -> None:
    guest = visitor(owner)
    for each in ranges:
        assert guest.get("?download", Range=each).status in {200, 206}
    assert counts(owner, guest) == (used, None)


@pytest.mark.requirement("F21")
def test_a_download_that_was_counted_goes_on_when_none_is_left(owner: Client) -> None:
    guest = visitor(owner, downloads=1)
    first = guest.get("?download", Range="bytes=0-99")
    rest = guest.get("?download", Range="bytes=100-", If_Range=first["ETag"])
    assert first.body + rest.body == DATA
    assert counts(owner, guest) == (1, 0)
    for tail, headers in (("?download", {}), ("?download", {"Range": "bytes=0-"}), ("", {})):
        assert guest.get(tail, **headers).status == 404
    assert guest.get("?download", Range="bytes=100-", If_Range='"other"').status == 404
    stranger = Visitor(owner, guest.place)
    assert stranger.get("?download", Range="bytes=100-").status == 404
    assert counts(owner, guest) == (1, 0)


def test_nobody_has_it_for_free_by_leaving_out_the_first_byte(owner: Client) -> None:
    guest = visitor(owner, downloads=2)
    assert guest.get("?download", Range="bytes=1-").status == 206
    assert counts(owner, guest) == (1, 1)
    forged = Visitor(owner, guest.place, {"pithos_download": "yes:1:x"})
    assert forged.get("?download", Range="bytes=1-").status == 206
    assert counts(owner, guest) == (2, 0)


def test_what_was_counted_of_one_file_opens_no_other(owner: Client) -> None:
    owner.put("c/small", b"small")
    guest = visitor(owner, "c", downloads=1)
    assert guest.get("/small?download").status == 200
    assert guest.get("/o?download", Range="bytes=1-").status == 404
    other = Visitor(owner, make_link(owner, downloads=1), guest.cookies)
    assert other.get("?download", Range="bytes=1-").status == 206
    assert counts(owner, other) == (1, 0)


def test_an_archive_is_one_download(owner: Client) -> None:
    guest = visitor(owner, "c", downloads=1)
    assert guest.ask("HEAD", "/?zip").status == 200
    assert counts(owner, guest) == (0, 1)
    assert guest.get("/?zip").status == 200
    assert counts(owner, guest) == (1, 0)
    assert guest.get("/?zip").status == 404
    assert guest.get().status == 404


def test_more_downloads_can_be_allowed_again(owner: Client) -> None:
    guest = visitor(owner, downloads=1)
    guest.get("?download")
    key = guest.place.removeprefix("/s/")
    assert owner.post("", '{"downloads": 2}', links=key).json["downloads"] == 2
    assert guest.get("?download").status == 200
    assert counts(owner, guest) == (2, 1)


@pytest.mark.requirement("F21")
@pytest.mark.parametrize("tail", ["?download", "/?zip"])
def test_so_many_at_once_get_no_more_than_are_left(owner: Client, tail: str) -> None:
    guest = visitor(owner, "c" if "zip" in tail else "c/o", downloads=7)
    crowd = 24
    together = Barrier(crowd)

    def take(_: int) -> int:
        client = Client(owner.address, owner.account, owner.token)
        together.wait(20)
        answer = Visitor(client, guest.place).get(tail)
        client.connection.close()
        assert answer.status == 404 or len(answer.body) >= len(DATA)
        return answer.status

    with ThreadPoolExecutor(crowd) as pool:
        statuses = Counter(pool.map(take, range(crowd)))
    assert statuses == {200: 7, 404: crowd - 7}
    assert counts(owner, guest) == (7, 0)


def test_a_crowd_without_a_limit_is_counted_exactly(owner: Client) -> None:
    guest = visitor(owner)

    def take(_: int) -> None:
        client = Client(owner.address, owner.account, owner.token)
        for _ in range(5):
            assert Visitor(client, guest.place).get("?download").status == 200
        client.connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(8)))
    assert counts(owner, guest) == (40, None)
