"""POST of an HTML form makes an object (contract §2.4)."""

import hashlib
from collections.abc import Callable
from random import Random

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged
from tests.api.visitors import visit

BOUNDARY = "----form"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
DATA = Random(4).randbytes(2 * BLOCK_SIZE + 9)


def part(data: bytes, *fields: str) -> bytes:
    return "\r\n".join([f"--{BOUNDARY}", *fields, "", ""]).encode() + data + b"\r\n"


def form(data: bytes, kind: str | None = "text/x-own", field: str = "X-Object-Data") -> bytes:
    fields = [f'Content-Disposition: form-data; name="{field}"; filename="f.txt"']
    if kind is not None:
        fields.append(f"Content-Type: {kind}")
    return part(data, *fields) + f"--{BOUNDARY}--\r\n".encode()


def check_made(client: Client, answer: Answer, data: bytes, kind: str = "text/x-own") -> None:
    md5 = hashlib.md5(data).hexdigest()
    assert (answer.status, answer.body.decode(), answer["ETag"]) == (201, md5, md5)
    stored = client.get("c/o")
    assert (stored.body, stored["ETag"], stored["Content-Type"]) == (data, md5, kind)
    assert stored["X-Object-Version"] == answer["X-Object-Version"]


@pytest.mark.requirement("R117")
@pytest.mark.parametrize(
    "data", [b"", b"x", b"a\r\n--b\r\n", b"\r\n", b"\0" * 9, DATA, DATA[:BLOCK_SIZE]]
)
def test_the_file_becomes_the_object(box: Client, data: bytes) -> None:
    check_made(box, box.post("c/o", form(data), FORM), data)


@pytest.mark.requirement("R117")
def test_the_token_may_be_in_the_query(box: Client) -> None:
    url = box.url("c/o", **{"X-Auth-Token": box.token})
    check_made(box, box.raw("POST", url, form(b"data"), FORM), b"data")


@pytest.mark.requirement("R117")
def test_a_form_may_come_in_chunks(box: Client) -> None:
    body = form(DATA)
    chunks = iter([body[at : at + 5000] for at in range(0, len(body), 5000)])
    check_made(box, box.post("c/o", chunks, FORM), DATA)


@pytest.mark.requirement("R117")
def test_without_a_type_the_part_is_plain_bytes(box: Client) -> None:
    answer = box.post("c/o", form(b"data", kind=None), FORM)
    assert answer.status == 201
    assert box.head("c/o")["Content-Type"] in {"application/octet-stream", "text/plain"}


@pytest.mark.requirement("R117")
def test_other_fields_and_headers_are_ignored(box: Client) -> None:
    other = part(b"value", 'Content-Disposition: form-data; name="x"')
    headers = {**FORM, "If-None-Match": "*", "ETag": "0" * 32, "X-Object-Meta-Mood": "gay"}
    box.put("c/o", b"old", {"X-Object-Meta-Old": "1"})
    check_made(box, box.post("c/o", other + form(b"data"), headers), b"data")
    assert box.head("c/o").meta("X-Object-Meta-") == {}


@pytest.mark.requirement("R117")
def test_it_keeps_uuid_and_sharing_like_a_put(box: Client) -> None:
    box.put("c/o", b"old", {"X-Object-Sharing": "read=al"})
    before = box.head("c/o")
    check_made(box, box.post("c/o", form(b"data"), FORM), b"data")
    after = box.head("c/o")
    for name in ("X-Object-UUID", "X-Object-Sharing"):
        assert after[name] == before[name]


@pytest.mark.requirement("R117")
@pytest.mark.parametrize(
    "body",
    [
        form(b"data", field="Data"),
        part(b"data", 'Content-Disposition: form-data; name="X-Object-Data"')
        + f"--{BOUNDARY}--\r\n".encode(),
        b"",
        b"junk",
        f"--{BOUNDARY}--\r\n".encode(),
        part(b"x", 'Content-Disposition: form-data; name="x"; filename="x"') * 200 + form(b"data"),
    ],
    ids=["other field", "no file", "nothing", "junk", "no parts", "many parts"],
)
def test_a_form_without_the_file_is_400(box: Client, body: bytes) -> None:
    with unchanged(box):
        assert box.post("c/o", body, FORM).status == 400


@pytest.mark.requirement("R117")
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_a_boundary_is_400(box: Client, kind: str) -> None:
    with unchanged(box):
        assert box.post("c/o", form(b"data"), {"Content-Type": kind}).status == 400


@pytest.mark.requirement("R117")
def test_a_form_cut_short_makes_nothing(box: Client) -> None:
    with unchanged(box):
        assert box.post("c/o", form(DATA)[:-1000], FORM).status == 400


@pytest.mark.requirement("R117")
def test_a_stranger_cannot_send_one(box: Client, new_user: Callable[[], Client]) -> None:
    with unchanged(box):
        assert visit(new_user(), box).post("c/o", form(b"data"), FORM).status == 403
        assert box.raw("POST", box.url("c/o"), form(b"data"), FORM).status == 401
        assert box.post("none/o", form(b"data"), FORM).status == 404


@pytest.mark.requirement("R117")
@pytest.mark.parametrize(
    "end",
    [b"", f"--{BOUNDARY}\r\nno header\r\n".encode(), f"--{BOUNDARY}\r\n".encode()],
    ids=["nothing", "a part without a name", "a part without an end"],
)
def test_what_is_malformed_behind_the_file_makes_nothing(box: Client, end: bytes) -> None:
    whole = form(DATA)
    with unchanged(box):
        assert (
            box.post("c/o", whole[: whole.rindex(b"--" + BOUNDARY.encode())] + end, FORM).status
            == 400
        )


@pytest.mark.requirement("R117")
def test_files_of_other_fields_are_passed_over_on_both_sides(box: Client) -> None:
    disposition = 'Content-Disposition: form-data; name="x"; filename="x"'
    other = part(bytes(700 * 1024), disposition)
    end = f"--{BOUNDARY}--\r\n".encode()
    check_made(box, box.post("c/o", other + form(DATA)[: -len(end)] + other + end, FORM), DATA)


@pytest.mark.requirement("R117")
def test_two_files_in_the_field_are_400(box: Client) -> None:
    end = f"--{BOUNDARY}--\r\n".encode()
    with unchanged(box):
        assert box.post("c/o", form(b"one")[: -len(end)] + form(b"two"), FORM).status == 400
