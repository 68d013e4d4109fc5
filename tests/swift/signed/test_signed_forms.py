"""FormPost: files that a browser sends by a signed HTML form."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.server import BLOCK_SIZE
from tests.swift.client import SwiftClient
from tests.swift.forms import BOUNDARY, KIND, Form, field_part, file_part


@pytest.fixture
def keyed(box: SwiftClient) -> SwiftClient:
    """A user whose account has a key, with the empty container ``c``."""
    box.post(headers={"X-Account-Meta-Temp-URL-Key": "account key"})
    return box


@pytest.fixture
def form(keyed: SwiftClient) -> Form:
    """A form for ``c/up/``, of up to 2 files of up to 1000 bytes."""
    return Form(keyed)


def test_its_files_become_objects(keyed: SwiftClient, form: Form) -> None:
    sent = form.send(file_part("a.txt", b"one"), file_part("ü b.png", b"\x00\r\n--", "image/png"))
    assert sent.status == 201
    assert keyed.names("c") == ["up/a.txt", "up/ü b.png"]
    assert keyed.get("c/up/a.txt").body == b"one"
    second = keyed.get("c/up/ü b.png")
    assert (second.body, second["Content-Type"]) == (b"\x00\r\n--", "image/png")


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("place", ["c", "c/up/", "c/pre"])
def test_names_follow_the_path(keyed: SwiftClient, place: str, digest: str) -> None:
    assert Form(keyed, place, digest=digest).send(file_part("f", b"x")).status == 201
    assert keyed.names("c") == [{"c": "f", "c/up/": "up/f", "c/pre": "pref"}[place]]


def test_a_container_s_key_signs_for_it_alone(keyed: SwiftClient) -> None:
    keyed.put("other")
    keyed.post("c", headers={"X-Container-Meta-Temp-URL-Key-2": "of c"})
    assert Form(keyed, key="of c").send(file_part("f", b"x")).status == 201
    assert Form(keyed, "other/", key="of c").send(file_part("f", b"x")).status == 401


def outcome(location: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)


def test_it_sends_the_browser_back(form: Form) -> None:
    form.terms = {"redirect": "https://site.example/done?a=1#end"}
    answer = form.send(file_part("f", b"x"))
    assert answer.status == 303
    place, query = outcome(answer["Location"])
    assert (place, query) == ("https://site.example/done", {"a": ["1"], "status": ["201"]})
    assert answer["Location"].endswith("#end")


def test_it_says_there_what_went_wrong(keyed: SwiftClient, form: Form) -> None:
    form.terms = {"redirect": "https://site.example/"}
    answer = form.send(file_part("f", b"x" * 1001))
    place, query = outcome(answer["Location"])
    assert (answer.status, place, query["status"]) == (303, "https://site.example/", ["413"])
    assert "1000 bytes" in query["message"][0]
    assert keyed.names("c") == []


def test_files_that_expire(keyed: SwiftClient, form: Form) -> None:
    moment = int(time.time()) + 500
    form.more = {"x_delete_at": moment}
    form.send(file_part("at", b"x"))
    form.more = {"x_delete_after": 900}
    form.send(file_part("after", b"x"))
    assert keyed.head("c/up/at")["X-Delete-At"] == str(moment)
    assert int(keyed.head("c/up/after")["X-Delete-At"]) == pytest.approx(moment + 400, abs=30)
    form.more = {"x_delete_at": "soon"}
    assert form.send(file_part("soon", b"x")).status == 400


def test_a_field_may_name_type_and_encoding(keyed: SwiftClient, form: Form) -> None:
    form.more = {"content-type": "text/css", "content-encoding": "gzip"}
    form.send(file_part("f", b"x"))
    answer = keyed.head("c/up/f")
    assert (answer["Content-Type"], answer["Content-Encoding"]) == ("text/css", "gzip")


def test_an_input_without_a_file_is_skipped(keyed: SwiftClient, form: Form) -> None:
    nothing = file_part("", b"", "application/octet-stream")
    assert form.send(nothing, file_part("a", b"x"), nothing, file_part("b", b"")).status == 201
    assert keyed.names("c") == ["up/a", "up/b"]
    assert form.send(nothing).status == 400


def test_large_files_arrive_whole_in_any_pieces(keyed: SwiftClient, form: Form) -> None:
    form.terms = {"max_file_size": 10 * BLOCK_SIZE}
    large = bytes(range(256)) * (BLOCK_SIZE // 64) + b"\r\n--" + BOUNDARY.encode()[:-1]
    body = form.body(file_part("a", large), file_part("b", large[::-1]))

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 9973):
            yield body[start : start + 9973]

    assert form.post(pieces()).status == 201
    assert keyed.get("c/up/a").body == large
    assert keyed.get("c/up/b").body == large[::-1]


def test_the_limits_are_met_exactly(keyed: SwiftClient, form: Form) -> None:
    whole = b"x" * 1000
    assert form.send(file_part("a", whole), file_part("b", whole)).status == 201
    before = form.send(file_part("c", b"1"), file_part("d", b"2"), file_part("e", b"3"))
    assert before.status == 400
    assert form.send(file_part("f", b"1"), file_part("g", whole + b"x")).status == 413
    assert keyed.names("c") == ["up/a", "up/b", "up/c", "up/d", "up/f"]


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": "ä"},
        {"max_file_size": 10**9},
        {"max_file_count": 9},
        {"redirect": "https://evil.example/"},
        {"expires": 9999999999},
    ],
    ids=str,
)
def test_what_was_not_signed_is_401(keyed: SwiftClient, form: Form, change: dict[str, str]) -> None:
    form.more = change
    answer = form.send(file_part("f", b"x"))
    assert (answer.status, answer.get("Location")) == (401, None)
    assert keyed.names("c") == []


@pytest.mark.parametrize("key", ["another", ""])
def test_other_keys_are_401(keyed: SwiftClient, key: str) -> None:
    assert Form(keyed, key=key).send(file_part("f", b"x")).status == 401
    assert Form(keyed, key=key, digest="sha1").send(file_part("f", b"x")).status == 401


def test_a_form_expires(form: Form) -> None:
    form.terms = {"expires": int(time.time()) - 1}
    assert form.send(file_part("f", b"x")).status == 401
    form.terms = {"expires": "tomorrow"}
    assert form.send(file_part("f", b"x")).status == 400


def test_a_signature_for_one_prefix_is_none_for_another(keyed: SwiftClient, form: Form) -> None:
    body = form.body(file_part("f", b"x"))
    for place in ("c", "c/", "c/u", "c/up", "c/up/x", "c/other/"):
        assert keyed.raw("POST", keyed.url(place), body, KIND).status == 401
    assert keyed.names("c") == []


def test_a_token_is_no_signature(keyed: SwiftClient) -> None:
    body = Form(keyed, key="x").body(file_part("f", b"x"))
    assert keyed.post("c/up/", body, KIND).status == 401


@pytest.mark.parametrize("name", ["a\x01b", "a\x7fb", "x" * 1025, "a\x85b"])
def test_names_that_no_object_may_have(keyed: SwiftClient, form: Form, name: str) -> None:
    assert form.send(file_part(name, b"x")).status == 400
    assert keyed.names("c") == []


def test_the_redirect_cannot_make_headers(form: Form) -> None:
    form.terms = {"redirect": "https://site.example/\r\nSet-Cookie: a=1"}
    answer = form.send(file_part("f", b"x"))
    assert (answer.status, answer.get("Set-Cookie")) == (400, None)


def cut(body: bytes) -> bytes:
    return body[:-20]


def without_boundary(body: bytes) -> bytes:
    return body.replace(BOUNDARY.encode(), b"other")


def with_bad_header(body: bytes) -> bytes:
    return body.replace(b"Content-Disposition", b"\xff", 1)


def with_endless_header(body: bytes) -> bytes:
    return body.replace(b"Content-Disposition", b"X-A: " + b"a" * 100_000, 1)


@pytest.mark.parametrize(
    "spoil", [cut, without_boundary, with_bad_header, with_endless_header], ids=lambda f: f.__name__
)
def test_a_malformed_form_is_400(
    keyed: SwiftClient, form: Form, spoil: Callable[[bytes], bytes]
) -> None:
    assert form.post(spoil(form.body(file_part("f", b"x" * 500)))).status == 400
    assert keyed.names("c") == []


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_a_boundary_is_400(keyed: SwiftClient, kind: str) -> None:
    assert keyed.raw("POST", keyed.url("c/"), b"x", {"Content-Type": kind}).status == 400


def test_a_field_has_a_limit(keyed: SwiftClient, form: Form) -> None:
    longest = keyed.raw("GET", "/info").json["formpost"]["max_field_length"]
    form.terms = {"redirect": "https://site.example/" + "x" * (longest - 21)}
    assert form.send(file_part("f", b"x")).status == 303
    form.terms["redirect"] += "x"
    assert form.send(file_part("f", b"x")).status == 400


def test_a_stranger_cannot_keep_the_store_reading(keyed: SwiftClient) -> None:
    endless = field_part("x", "y" * 1000) * 1000
    assert keyed.raw("POST", keyed.url("c/"), endless, KIND).status == 413


def test_a_form_makes_no_container_and_keeps_quotas(keyed: SwiftClient) -> None:
    assert Form(keyed, "none/").send(file_part("f", b"x")).status == 404
    keyed.pithos.post("c", None, {"X-Container-Policy-Quota": "10"}, update="")
    assert Form(keyed).send(file_part("f", b"x" * 11)).status == 413
    assert keyed.names("c") == []
