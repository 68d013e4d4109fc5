"""A hashmap may name exactly the blocks that its sender brought or copied (contract §1, Δ19)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE

BINARY = {"Content-Type": "application/octet-stream"}
SECRET = b"secret of one user"
LONG = b"s" * BLOCK_SIZE + b"e" * BLOCK_SIZE + b"cret"

pytestmark = pytest.mark.requirement("R90a")


def digest(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()


def hashmap(data: bytes) -> bytes:
    starts = range(0, len(data), BLOCK_SIZE)
    names = [digest(data[start : start + BLOCK_SIZE]) for start in starts]
    return json.dumps({"bytes": len(data), "hashes": names}).encode()


def put_map(client: Client, body: bytes, url: str | None = None, **query: Any) -> Answer:
    url = url or client.url("c/stolen", hashmap="", **query)
    return client.raw("PUT", url, body, {"X-Auth-Token": client.token})


def missing(data: bytes) -> list[str]:
    names: list[str] = json.loads(hashmap(data))["hashes"]
    return names


@pytest.fixture
def guest(new_user: Callable[[], Client]) -> Client:
    """Another user with an empty container ``c``."""
    user = new_user()
    assert user.put("c").status == 201
    return user


def as_guest(guest: Client, owner: Client, path: str = "c/o", **query: object) -> Answer:
    """GET something of the owner's."""
    token = {"X-Auth-Token": guest.token}
    return guest.raw("GET", owner.url(path, **query), None, token)


def copy(guest: Client, owner: Client, path: str, **headers: str) -> Answer:
    named = {"X-Copy-From": f"/{path}", "X-Source-Account": owner.account}
    return guest.put("c/copy", headers={**named, **headers})


@pytest.mark.parametrize("data", [SECRET, LONG])
@pytest.mark.parametrize("form", ["text", "json", "xml"])
def test_blocks_of_others_are_missing_though_stored(
    box: Client, guest: Client, data: bytes, form: str
) -> None:
    box.put("c/o", data)
    answer = put_map(guest, hashmap(data), guest.url("c/o", hashmap="") + "&format=json")
    assert (answer.status, answer.json) == (409, missing(data))
    if form == "text":
        assert put_map(guest, hashmap(data)).lines == missing(data)
    if form == "xml":
        items = "".join(f"<hash>{name}</hash>" for name in missing(data))
        body = f'<object bytes="{len(data)}">{items}</object>'.encode()
        assert [item.text for item in put_map(guest, body, format="xml").xml] == missing(data)
    assert guest.names("c") == []


def test_the_answer_is_the_same_for_what_nobody_stores(box: Client, guest: Client) -> None:
    box.put("c/o", SECRET)
    stored = put_map(guest, hashmap(SECRET))
    absent = put_map(guest, hashmap(SECRET + b"?"))
    assert (stored.status, stored.headers.keys()) == (absent.status, absent.headers.keys())
    assert len(stored.body) == len(absent.body)


def test_blocks_sent_to_a_container_are_their_senders_alone(box: Client, guest: Client) -> None:
    assert box.post("c", SECRET, BINARY, update="").status == 202
    assert put_map(guest, hashmap(SECRET)).lines == [digest(SECRET)]
    assert put_map(box, hashmap(SECRET)).status == 201


def test_of_a_mixed_map_only_the_others_blocks_are_missing(box: Client, guest: Client) -> None:
    box.put("c/o", LONG)
    assert guest.post("c", LONG[:BLOCK_SIZE], BINARY, update="").status == 202
    assert put_map(guest, hashmap(LONG)).lines == missing(LONG)[1:]


def send_by_put(client: Client) -> None:
    assert client.put("c/mine", SECRET).status == 201


def send_by_post(client: Client) -> None:
    assert client.post("c", SECRET, BINARY, update="").status == 202


def send_by_form(client: Client) -> None:
    part = b'Content-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n\r\n' + SECRET
    body = b"--b\r\n" + part + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert client.post("c/mine", body, kind).status == 201


def send_by_append(client: Client) -> None:
    assert client.put("c/mine", b"").status == 201
    headers = {**BINARY, "Content-Range": "bytes */*"}
    assert client.post("c/mine", SECRET, headers, update="").status == 204


@pytest.mark.parametrize("send", [send_by_put, send_by_post, send_by_form, send_by_append])
def test_who_sends_the_same_block_may_name_it(
    box: Client, guest: Client, send: Callable[[Client], None]
) -> None:
    box.put("c/o", SECRET)
    assert put_map(guest, hashmap(SECRET)).status == 409
    send(guest)
    assert put_map(guest, hashmap(SECRET)).status == 201
    assert guest.get("c/stolen").body == SECRET


def test_a_block_stays_its_senders_when_the_object_is_gone(box: Client) -> None:
    box.put("c/o", SECRET)
    assert box.delete("c/o").status == 204
    assert put_map(box, hashmap(SECRET)).status == 201


@pytest.mark.parametrize("sharing", ["read=*", "write=*"])
@pytest.mark.parametrize("data", [SECRET, LONG])
def test_reading_an_object_does_not_make_its_blocks_the_readers(
    box: Client, guest: Client, data: bytes, sharing: str
) -> None:
    box.put("c/o", data, {"X-Object-Sharing": sharing})
    assert as_guest(guest, box).body == data
    body = as_guest(guest, box, hashmap="", format="json").body
    assert put_map(guest, body).lines == missing(data)
    url = box.url("c/o", hashmap="")
    assert put_map(guest, body, url).status == (403 if sharing == "read=*" else 409)


@pytest.mark.parametrize("data", [SECRET, LONG])
@pytest.mark.parametrize("verb", ["COPY", "PUT"])
def test_who_copies_an_object_may_name_its_blocks(
    box: Client, guest: Client, data: bytes, verb: str
) -> None:
    box.put("c/o", data, {"X-Object-Sharing": f"read={guest.account}"})
    assert put_map(guest, hashmap(data)).status == 409
    if verb == "PUT":
        answer = copy(guest, box, "c/o")
    else:
        headers = {"X-Auth-Token": guest.token, "Destination": "/c/copy"}
        answer = guest.raw("COPY", box.url("c/o"), None, headers)
    assert answer.status == 201
    assert put_map(guest, hashmap(data)).status == 201
    box.delete("c/o")
    assert guest.get("c/stolen").body == data


def test_who_copies_a_version_may_name_the_blocks_of_that_version(
    box: Client, guest: Client
) -> None:
    box.put("c/o", SECRET, {"X-Object-Sharing": f"read={guest.account}"})
    serial = box.head("c/o")["X-Object-Version"]
    box.put("c/o", b"newer")
    assert copy(guest, box, "c/o", **{"X-Source-Version": serial}).status == 201
    assert put_map(guest, hashmap(SECRET)).status == 201
    assert put_map(guest, hashmap(b"newer")).status == 409


def test_an_update_from_an_object_that_one_reads_brings_its_blocks(
    box: Client, guest: Client
) -> None:
    box.put("c/o", LONG, {"X-Object-Sharing": f"read={guest.account}"})
    guest.put("c/mine", b"")
    headers = {
        "Content-Range": "bytes */*",
        "X-Source-Object": "/c/o",
        "X-Source-Account": box.account,
    }
    assert guest.post("c/mine", None, headers, update="").status == 204
    assert guest.get("c/mine").body == LONG
    assert put_map(guest, hashmap(LONG)).status == 201


@pytest.mark.parametrize("sharing", ["", "read=somebody-else"])
def test_what_cannot_be_read_cannot_be_copied_for_its_blocks(
    box: Client, guest: Client, sharing: str
) -> None:
    box.put("c/o", SECRET, {"X-Object-Sharing": sharing})
    assert copy(guest, box, "c/o").status == 403
    assert put_map(guest, hashmap(SECRET)).status == 409


def test_a_failed_copy_gives_no_blocks(box: Client, guest: Client) -> None:
    box.put("c/o", SECRET, {"X-Object-Sharing": f"read={guest.account}"})
    guest.post("c", headers={"X-Container-Policy-Quota": "1"}, update="")
    assert copy(guest, box, "c/o").status == 413
    guest.post("c", headers={"X-Container-Policy-Quota": "0"}, update="")
    assert put_map(guest, hashmap(SECRET)).status == 409


def test_a_failed_upload_gives_no_blocks(box: Client, guest: Client) -> None:
    box.put("c/o", SECRET)
    assert guest.put("c/o", SECRET, {"ETag": "0" * 32}).status == 422
    assert put_map(guest, hashmap(SECRET)).status == 409


def test_who_writes_into_a_shared_object_brings_the_block_not_its_owner(
    box: Client, guest: Client
) -> None:
    box.put("c/o", b"old", {"X-Object-Sharing": f"write={guest.account}"})
    token = {"X-Auth-Token": guest.token}
    assert guest.raw("PUT", box.url("c/o"), SECRET, token).status == 201
    assert put_map(guest, hashmap(SECRET)).status == 201
    assert put_map(box, hashmap(SECRET)).status == 409
    assert box.put("c/copy", headers={"X-Copy-From": "/c/o"}).status == 201
    assert put_map(box, hashmap(SECRET)).status == 201


@pytest.mark.requirement("R90b")
@pytest.mark.parametrize("where", ["own container", "shared container"])
def test_a_writer_sends_blocks_and_then_the_map(box: Client, guest: Client, where: str) -> None:
    box.put("c/d/o", b"old", {"X-Object-Sharing": f"write={guest.account}"})
    url = box.url("c/d/o", hashmap="")
    assert put_map(guest, hashmap(LONG), url).lines == missing(LONG)
    to = (guest if where == "own container" else box).url("c", update="")
    sent = guest.raw("POST", to, LONG, {**BINARY, "X-Auth-Token": guest.token})
    assert (sent.status, sent.lines) == (202, missing(LONG))
    assert put_map(guest, hashmap(LONG), url).status == 201
    assert box.get("c/d/o").body == LONG
    assert box.head("c/d/o")["X-Object-Modified-By"] == guest.account


@pytest.mark.requirement("R90b")
def test_a_reader_may_not_put_a_map_into_what_is_shared(box: Client, guest: Client) -> None:
    box.put("c/o", b"old", {"X-Object-Sharing": f"read={guest.account}"})
    assert guest.post("c", SECRET, BINARY, update="").status == 202
    assert put_map(guest, hashmap(SECRET), box.url("c/o", hashmap="")).status == 403
    assert box.get("c/o").body == b"old"
