"""Manifest objects (contract §2.5)."""

import hashlib
from collections.abc import Callable
from random import Random

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.visitors import share, visit

PARTS = {
    "big/1": Random(1).randbytes(BLOCK_SIZE + 10),
    "big/2": b"",
    "big/3": Random(3).randbytes(100),
    "big/30": Random(4).randbytes(2 * BLOCK_SIZE),
}
WHOLE = b"".join(PARTS.values())
OTHERS = {"bi": b"x", "big": b"y", "bigger": b"z", "Big/1": b"w"}
EMPTY_MD5 = hashlib.md5(b"").hexdigest()


def etag_of(parts: list[bytes]) -> str:
    tags = "".join(hashlib.md5(part).hexdigest() for part in parts)
    return hashlib.md5(tags.encode()).hexdigest()


ETAG = etag_of(list(PARTS.values()))


@pytest.fixture
def stored(box: Client) -> Client:
    """``c/whole`` is a manifest of the parts in ``parts``; its own bytes are ``raw``."""
    box.put("parts")
    for name, data in (PARTS | OTHERS).items():
        assert box.put(f"parts/{name}", data).status == 201
    headers = {"X-Object-Manifest": "parts/big/", "Content-Type": "text/x-own"}
    assert box.put("c/whole", b"raw", headers).status == 201
    return box


@pytest.fixture
def friend(new_user: Callable[[], Client]) -> Client:
    return new_user()


@pytest.mark.requirement("R133")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_reads_as_its_parts_in_name_order(stored: Client, method: str) -> None:
    answer = stored.request(method, "c/whole")
    assert (answer.status, answer.body) == (200, WHOLE if method == "GET" else b"")
    assert answer["Content-Length"] == str(len(WHOLE))
    assert answer["ETag"] == ETAG
    assert answer["X-Object-Manifest"] == "parts/big/"
    assert answer["Content-Type"] == "text/x-own"
    assert answer["X-Object-Hash"] == hashlib.sha256(b"raw").hexdigest()


@pytest.mark.requirement("R133")
@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 1),
        (BLOCK_SIZE + 5, BLOCK_SIZE + 15),
        (BLOCK_SIZE + 10, BLOCK_SIZE + 110),
        (BLOCK_SIZE - 3, 2 * BLOCK_SIZE),
        (len(WHOLE) - 1, len(WHOLE)),
        (0, len(WHOLE)),
    ],
)
def test_a_range_runs_across_parts(stored: Client, start: int, stop: int) -> None:
    answer = stored.get("c/whole", {"Range": f"bytes={start}-{stop - 1}"})
    assert (answer.status, answer.body) == (206, WHOLE[start:stop])
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{len(WHOLE)}"


@pytest.mark.requirement("R133")
def test_several_ranges_and_one_beyond_the_end(stored: Client) -> None:
    answer = stored.get("c/whole", {"Range": f"bytes=0-1,{BLOCK_SIZE + 8}-{BLOCK_SIZE + 11}"})
    assert answer.status == 206
    for part in (WHOLE[:2], WHOLE[BLOCK_SIZE + 8 : BLOCK_SIZE + 12]):
        assert b"\r\n\r\n" + part + b"\r\n" in answer.body
    answer = stored.get("c/whole", {"Range": f"bytes={len(WHOLE)}-"})
    assert (answer.status, answer["Content-Range"]) == (416, f"bytes */{len(WHOLE)}")


@pytest.mark.requirement("R133")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": ETAG}, 304),
        ({"If-None-Match": hashlib.md5(b"raw").hexdigest()}, 200),
        ({"If-Match": ETAG}, 200),
        ({"If-Match": hashlib.md5(b"raw").hexdigest()}, 412),
    ],
)
def test_conditions_are_on_the_whole(stored: Client, headers: dict[str, str], status: int) -> None:
    assert stored.get("c/whole", headers).status == status
    assert stored.head("c/whole", headers).status == status


@pytest.mark.requirement("R133")
def test_it_follows_its_parts(stored: Client) -> None:
    stored.delete("parts/big/1")
    stored.put("parts/big/0", b"first")
    stored.put("parts/big/30", b"last")
    answer = stored.get("c/whole")
    assert answer.body == b"first" + PARTS["big/3"] + b"last"
    assert answer["ETag"] == etag_of([b"first", b"", PARTS["big/3"], b"last"])


@pytest.mark.requirement("R133")
def test_it_may_end_being_one(stored: Client) -> None:
    assert stored.post("c/whole", headers={"X-Object-Manifest": ""}, update="").status == 202
    assert stored.get("c/whole").body == b"raw"
    assert stored.head("c/whole").get("X-Object-Manifest") is None


@pytest.mark.requirement("R133")
def test_names_are_percent_encoded(box: Client) -> None:
    box.put("ώ")
    box.put("ώ/μέρος 1", b"one")
    box.put("c/whole", b"", {"X-Object-Manifest": "%CF%8E/%CE%BC"})
    answer = box.get("c/whole")
    assert (answer.body, answer["X-Object-Manifest"]) == (b"one", "%CF%8E/%CE%BC")


@pytest.mark.requirement("R133")
def test_a_manifest_among_the_parts_counts_with_its_own_bytes(stored: Client) -> None:
    stored.put("parts/big/9", b"raw of another", {"X-Object-Manifest": "parts/big/"})
    assert stored.get("c/whole").body == WHOLE + b"raw of another"


@pytest.mark.requirement("R134")
@pytest.mark.parametrize("manifest", ["parts/none", "c/none/"])
def test_without_parts_it_is_empty(stored: Client, manifest: str) -> None:
    stored.put("c/whole", b"raw", {"X-Object-Manifest": manifest})
    for answer in (stored.get("c/whole"), stored.head("c/whole")):
        assert (answer.status, answer.body) == (200, b"")
        assert (answer["Content-Length"], answer["ETag"]) == ("0", EMPTY_MD5)


@pytest.mark.requirement("R134")
def test_without_a_container_of_parts_it_is_empty_too(stored: Client) -> None:
    stored.put("c/whole", b"raw", {"X-Object-Manifest": "none/big/"})
    for answer in (stored.get("c/whole"), stored.head("c/whole")):
        assert (answer.status, answer["Content-Length"], answer["ETag"]) == (200, "0", EMPTY_MD5)


@pytest.mark.requirement("R135")
def test_parts_are_read_with_the_readers_rights(stored: Client, friend: Client) -> None:
    seen = visit(friend, stored)
    share(stored, "c/whole", f"read={friend.account}")
    assert (seen.get("c/whole").status, seen.get("c/whole").body) == (200, b"")
    for name in list(PARTS)[:-1]:
        share(stored, f"parts/{name}", f"read={friend.account}")
    assert seen.get("c/whole").body == b"".join(list(PARTS.values())[:-1])
    share(stored, "parts/big/30", f"write={friend.account}")
    assert seen.get("c/whole").body == WHOLE
    assert seen.head("c/whole")["ETag"] == ETAG


@pytest.mark.requirement("R135")
def test_parts_may_be_shared_through_a_path_above(stored: Client, friend: Client) -> None:
    share(stored, "c/whole", f"read={friend.account}")
    share(stored, "parts/big", f"read={friend.account}")
    assert visit(friend, stored).get("c/whole").body == WHOLE


@pytest.mark.requirement("R135")
def test_head_tells_of_the_parts_that_get_shows(stored: Client, friend: Client) -> None:
    share(stored, "c/whole", f"read={friend.account}")
    answer = visit(friend, stored).head("c/whole")
    assert (answer.status, answer["Content-Length"], answer["ETag"]) == (200, "0", EMPTY_MD5)
    share(stored, "parts/big/3", f"read={friend.account}")
    answer = visit(friend, stored).head("c/whole")
    assert (answer["Content-Length"], answer["ETag"]) == ("100", etag_of([PARTS["big/3"]]))


@pytest.mark.requirement("R135")
@pytest.mark.parametrize("path", ["parts/big/1", "parts/big"])
@pytest.mark.parametrize("manifest", ["parts/", "parts/b", "parts/big/", "parts/big/1"])
def test_of_what_is_shared_all_that_is_named_is_shown_once(
    stored: Client, friend: Client, path: str, manifest: str
) -> None:
    stored.put("c/whole", b"", {"X-Object-Manifest": manifest})
    share(stored, "c/whole", f"read={friend.account}")
    share(stored, path, f"read={friend.account}")
    stored.post("parts/big/1", headers={"X-Object-Public": "true"}, update="")
    named = [f"parts/{name}" for name in PARTS] if manifest != "parts/big/1" else ["parts/big/1"]
    seen = [each for each in named if each == path or each.startswith(f"{path}/")]
    shown = b"".join(PARTS[each.removeprefix("parts/")] for each in seen)
    if path == "parts/big" and manifest in {"parts/", "parts/b"}:
        shown = OTHERS["big"] + shown
    assert visit(friend, stored).get("c/whole").body == shown


@pytest.mark.requirement("R135")
def test_what_is_published_may_be_read_as_a_part(stored: Client, friend: Client) -> None:
    share(stored, "c/whole", f"read={friend.account}")
    stored.post("parts/big/3", headers={"X-Object-Public": "true"}, update="")
    stored.post("parts/bigger", headers={"X-Object-Public": "true"}, update="")
    assert visit(friend, stored).get("c/whole").body == PARTS["big/3"]


@pytest.mark.requirement("R135")
def test_a_writers_manifest_reads_nothing_of_the_owners(stored: Client, friend: Client) -> None:
    share(stored, "c/whole", f"write={friend.account}")
    seen = visit(friend, stored)
    assert seen.put("c/whole", b"", {"X-Object-Manifest": "parts/bigger"}).status == 201
    assert seen.get("c/whole").body == b""


@pytest.mark.requirement("R135")
def test_a_public_manifest_of_the_owners_is_whole(stored: Client, friend: Client) -> None:
    stored.post("c/whole", headers={"X-Object-Public": "true"}, update="")
    url = stored.head("c/whole")["X-Object-Public"]
    answer = stored.raw("GET", url)
    assert (answer.status, answer.body, answer["ETag"]) == (200, WHOLE, ETAG)
    head = stored.raw("HEAD", url)
    assert (head.status, head["Content-Length"]) == (200, str(len(WHOLE)))
    part = stored.raw("GET", url, None, {"Range": "bytes=5-9"})
    assert (part.status, part.body) == (206, WHOLE[5:10])
    stored.put("c/whole", b"", {"X-Object-Manifest": "none/x"})
    assert (stored.raw("GET", url).status, stored.raw("GET", url).body) == (200, b"")


@pytest.mark.requirement("R135")
def test_a_public_manifest_that_another_wrote_shows_what_they_may_read(
    stored: Client, friend: Client
) -> None:
    share(stored, "c/whole", f"write={friend.account}")
    stored.post("c/whole", headers={"X-Object-Public": "true"}, update="")
    url = stored.head("c/whole")["X-Object-Public"]
    assert stored.raw("GET", url).status == 200
    seen = visit(friend, stored)
    assert seen.post("c/whole", headers={"X-Object-Manifest": "parts/"}, update="").status == 202
    assert stored.raw("GET", url).body == b""
    assert stored.raw("HEAD", url)["Content-Length"] == "0"
    share(stored, "parts/big/3", f"read={friend.account}")
    assert stored.raw("GET", url).body == PARTS["big/3"]
    assert seen.post("c/whole", headers={"X-Object-Manifest": ""}, update="").status == 202
    assert stored.raw("GET", url).body == b"raw"


@pytest.mark.requirement("R136")
def test_listings_show_its_own_bytes(stored: Client) -> None:
    (entry,) = stored.get("c", format="json").json
    assert (entry["bytes"], entry["hash"]) == (3, hashlib.md5(b"raw").hexdigest())
    assert entry["x_object_manifest"] == "parts/big/"
    assert entry["x_object_hash"] == hashlib.sha256(b"raw").hexdigest()
    assert stored.head("c")["X-Container-Bytes-Used"] == "3"


@pytest.mark.requirement("R136")
def test_its_hashmap_is_its_own(stored: Client) -> None:
    answer = stored.get("c/whole", hashmap="", format="json")
    assert answer.json["bytes"] == 3
    assert answer.json["hashes"] == [hashlib.sha256(b"raw").hexdigest()]
    assert answer["ETag"] == hashlib.md5(b"raw").hexdigest()


@pytest.mark.requirement("R133")
def test_a_copy_is_a_manifest_too(stored: Client) -> None:
    assert stored.request("COPY", "c/whole", None, {"Destination": "/c/copy"}).status == 201
    assert stored.get("c/copy").body == WHOLE
    assert stored.head("c")["X-Container-Bytes-Used"] == "6"
