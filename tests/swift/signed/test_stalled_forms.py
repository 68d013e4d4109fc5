"""Signed forms that stop amid their body and go on: they end as if they had never stopped."""

import hashlib
import time
from collections.abc import Iterator

import pytest

from tests.api.halting import STOP_SECONDS, Said, finish, halting, in_pieces, sized, stopped
from tests.api.server import BLOCK_SIZE, Serve
from tests.swift.client import SwiftClient
from tests.swift.forms import KIND, Form, field_part, file_part

LARGE = hashlib.shake_256(b"forms").digest(12 * BLOCK_SIZE + 1000)
FILES = [
    file_part("small", b"one"),
    file_part("large", LARGE, "image/png"),
    field_part("note", "x" * 500),
    file_part("empty", b""),
    file_part("again", LARGE[1:]),
]
CONTENTS = {"small": b"one", "large": LARGE, "empty": b"", "again": LARGE[1:]}


@pytest.fixture
def form(box: SwiftClient) -> Form:
    """A form for ``c/up/`` whose fields alone have 70 kB."""
    box.post(headers={"X-Account-Meta-Temp-URL-Key": "account key"})
    notes = {f"note{number}": "n" * 3500 for number in range(20)}
    terms = {"max_file_size": len(LARGE), "max_file_count": 4}
    return Form(box, terms=terms, more={**notes, "content-encoding": "gzip"})


def stops(body: bytes) -> list[int]:
    small = body.index(b'filename="small"')
    large = body.index(b'filename="large"')
    again = body.index(b'filename="again"')
    encoding = body.index(b"gzip") + 2
    return [66_000, encoding, small + 5, small + 200, large + 90_000, again - 9, again + 70_000]


def check(form: Form, contents: dict[str, bytes] = CONTENTS) -> None:
    names = form.client.names("c")
    assert names == sorted(f"up/{name}" for name in contents)
    for name, data in contents.items():
        got = form.client.get(f"c/up/{name}", {"Accept-Encoding": "gzip"})
        assert (got.body, got["Content-Encoding"]) == (data, "gzip")


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_form_may_stop_anywhere(form: Form, number: int, chunked: bool) -> None:
    body = form.body(*FILES)
    at = [*stops(body), len(body) - 2][number]
    headers = KIND if chunked else sized(body, **KIND)
    url = form.client.url(form.place)
    assert form.client.raw("POST", url, halting(body, at), headers).status == 201
    check(form)


def test_one_may_stop_again_and_again_while_its_time_ends(form: Form) -> None:
    form.terms["expires"] = int(time.time()) + 3
    body = form.body(*FILES)
    url = form.client.url(form.place)
    answer = form.client.raw("POST", url, in_pieces(body, 9), sized(body, **KIND))
    assert answer.status == 201
    check(form)


def test_each_file_is_stored_once(form: Form) -> None:
    form.client.put("old")
    form.client.post("c", headers={"X-Versions-Location": "old"})
    body = form.body(*FILES)
    url = form.client.url(form.place)
    answer = form.client.raw("POST", url, in_pieces(body, 9), sized(body, **KIND))
    assert (answer.status, form.client.names("old")) == (201, [])


@pytest.mark.parametrize(
    ("limit", "kept"), [(2, ["small", "large"]), (3, ["small", "large", "empty"])]
)
def test_what_is_too_many_after_a_pause(form: Form, limit: int, kept: list[str]) -> None:
    form.terms["max_file_count"] = limit
    body = form.body(*FILES)
    url = form.client.url(form.place)
    answer = form.client.raw("POST", url, halting(body, stops(body)[4]), sized(body, **KIND))
    assert answer.status == 400
    check(form, {name: CONTENTS[name] for name in kept})


def test_what_is_too_large_after_a_pause(form: Form) -> None:
    form.terms["max_file_size"] = len(LARGE) - 1
    body = form.body(*FILES)
    url = form.client.url(form.place)
    answer = form.client.raw("POST", url, halting(body, stops(body)[4]), sized(body, **KIND))
    assert answer.status == 413
    check(form, {"small": b"one"})


def test_a_key_that_goes_in_a_pause_ends_it(form: Form) -> None:
    body = form.body(*FILES)
    at = stops(body)[4]
    with form.client.at(form.client.address) as second:

        def pieces() -> Iterator[bytes]:
            yield body[:at]
            time.sleep(STOP_SECONDS)
            second.post("", headers={"X-Remove-Account-Meta-Temp-URL-Key": "x"})
            yield body[at:]

        url = form.client.url(form.place)
        assert form.client.raw("POST", url, pieces(), sized(body, **KIND)).status == 401
    form.client.connection.close()
    check(form, {"small": b"one"})


def test_forms_that_stop_hold_no_thread(form: Form, serve: Serve) -> None:
    with (
        serve(PITHOS_WORKERS="1", PITHOS_THREADS="1") as few,
        form.client.at(few.address) as other,
    ):
        bodies = []
        for number in range(12):
            files = [file_part(f"first{number}", b"1"), file_part(f"large{number}", LARGE)]
            bodies.append(form.body(*files))
        line = f"POST {form.client.url(form.place)}"
        requests = [Said(line, KIND, body, stops_in_large(body)) for body in bodies]
        with stopped(few.address[1], requests) as wires:
            began = time.monotonic()
            assert other.head("c").status == 204
            assert time.monotonic() - began < 5
            assert finish(wires, requests) == [201] * 12
        assert other.get("c/up/large11").body == LARGE


def stops_in_large(body: bytes) -> int:
    return body.index(b'filename="large') + 90_000
