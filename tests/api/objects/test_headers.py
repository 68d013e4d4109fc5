import pytest

from tests.api.client import Client
from tests.api.state import unchanged

META = "X-Object-Meta-"


def only_meta(client: Client) -> dict[str, str]:
    """The metadata of ``c/o`` as headers; GET and HEAD agree."""
    found = client.head("c/o").meta(META)
    assert client.get("c/o").meta(META) == found
    return found


def listed_meta(client: Client) -> dict[str, str]:
    """The metadata of ``c/o`` as the listing has it, in JSON and in XML."""
    (entry,) = client.get("c", format="json").json
    meta: dict[str, str] = entry.get("x_object_meta", {})
    found = client.get("c", format="xml").xml.find("object/x_object_meta")
    texts = [] if found is None else [each.text or "" for each in found]
    assert dict(zip(texts[::2], texts[1::2], strict=True)) == meta
    return meta


@pytest.mark.requirement("R70")
@pytest.mark.parametrize(
    ("sent", "stored", "shown"),
    [
        ("%CE%B1 %ce%b2", "α β", "%CE%B1 %CE%B2"),
        ("100%25", "100%", "100%25"),
        ("50% off", "50% off", "50%25 off"),
        ("%2541", "%41", "%2541"),
        ("%41+b%2B", "A+b+", "A+b+"),
        (""" "q" 'r' a=b;c, d""", """"q" 'r' a=b;c, d""", """"q" 'r' a=b;c, d"""),
        ("~a~", "~a~", "~a~"),
        ("%F0%9F%98%80", "\U0001f600", "%F0%9F%98%80"),
    ],
)
def test_values_are_percent_decoded_once(box: Client, sent: str, stored: str, shown: str) -> None:
    assert box.put("c/o", b"", {META + "Key": sent}).status == 201
    assert listed_meta(box) == {"key": stored}
    assert only_meta(box) == {META + "Key": shown}


@pytest.mark.requirement("R71")
@pytest.mark.parametrize(
    ("sent", "shown", "key"),
    [
        ("key", "Key", "key"),
        ("some-KEY", "Some-Key", "some_key"),
        ("some_KEY", "Some-Key", "some_key"),
        ("some%5FKEY", "Some-Key", "some_key"),
        ("a--b", "A--B", "a__b"),
        ("1st", "1st", "1st"),
        ("%CE%B1", "%CE%B1", "α"),
        ("%CE%91", "%CE%91", "Α"),
        ("%CF%87%CE%A8-%CF%89", "%CF%87%CE%A8-%CF%89", "χΨ_ω"),
        ("%C3%89COLE", "%C3%89cole", "École"),
        ("grO%C3%9F-%C3%9F", "Gro%C3%9F-%C3%9F", "groß_ß"),
        ("%C4%B0I%E2%84%AAk", "%C4%B0i%E2%84%AAk", "\u0130i\u212ak"),
        ("50%25", "50%25", "50%"),
    ],
)
def test_names_have_one_spelling(box: Client, sent: str, shown: str, key: str) -> None:
    assert box.put("c/o", b"", {META + sent: "v"}).status == 201
    assert only_meta(box) == {META + shown: "v"}
    assert listed_meta(box) == {key: "v"}


@pytest.mark.requirement("R70")
@pytest.mark.parametrize(
    "value", ["caf\xe9", "\xff", "%FF", "%C3", "a%C3%28", "%ED%A0%80", "%00", "a%0Ab", "%7F",
              "%C2%85", "%EF%BF%BE", "%EF%BF%BF"],
)  # fmt: skip
@pytest.mark.parametrize("name", [META + "Key", "X-Object-Manifest"])
def test_a_value_that_is_no_text_is_400(box: Client, name: str, value: str) -> None:
    with unchanged(box):
        assert box.put("c/o", b"data", {name: value}).status == 400
    assert box.head("c/o").status == 404


@pytest.mark.requirement("R70")
@pytest.mark.parametrize("name", ["Content-Type", "Content-Encoding", "Content-Disposition"])
@pytest.mark.parametrize("value", ["text/caf\xe9", "\xff"])
def test_raw_bytes_that_are_not_ascii_are_400(box: Client, name: str, value: str) -> None:
    with unchanged(box):
        assert box.put("c/o", b"data", {name: value}).status == 400


@pytest.mark.requirement("R70", "R71")
@pytest.mark.parametrize("name", ["", "%FF", "a%00", "%C2%85", "%EF%BF%BF", "a%0Ab"])
def test_a_name_that_is_no_text_is_400(box: Client, name: str) -> None:
    with unchanged(box):
        assert box.put("c/o", b"data", {META + name: "v"}).status == 400


@pytest.mark.requirement("R72")
def test_names_and_values_may_be_this_long(box: Client) -> None:
    longest = {META + "K" + "k" * 113: "v" * 256, META + "%CF%87": "%CE%B1" * 256}
    assert box.put("c/o", b"", longest).status == 201
    assert only_meta(box) == longest


@pytest.mark.requirement("R72")
@pytest.mark.parametrize(
    ("name", "value"), [("k" * 115, "v"), ("k", "v" * 257), ("k", "%CE%B1" * 257)]
)
def test_longer_names_and_values_are_400(box: Client, name: str, value: str) -> None:
    assert box.put("c/o", b"old").status == 201
    with unchanged(box):
        assert box.put("c/o", b"new", {META + name: value}).status == 400
    assert box.get("c/o").body == b"old"


def keys(count: int, value: str = "v") -> dict[str, str]:
    return {f"{META}K{number}": value for number in range(count)}


@pytest.mark.requirement("R72")
def test_an_object_may_have_32_keys(box: Client) -> None:
    assert box.put("c/o", b"", keys(32)).status == 201
    assert only_meta(box) == keys(32)
    with unchanged(box):
        assert box.put("c/o", b"", keys(33)).status == 400


@pytest.mark.requirement("R72")
def test_a_request_may_have_90_metadata_headers(box: Client) -> None:
    assert box.put("c/o", b"", {**keys(90, ""), **keys(32)}).status == 201
    assert only_meta(box) == keys(32)
    with unchanged(box):
        assert box.put("c/o", b"", {**keys(91, ""), **keys(32)}).status == 400


@pytest.mark.requirement("R71")
@pytest.mark.parametrize("value", ["", "~"])
def test_an_empty_value_is_no_key(box: Client, value: str) -> None:
    assert box.put("c/o", b"", {META + "A": value, META + "B": "v"}).status == 201
    assert only_meta(box) == {META + "B": "v"}


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", "image/svg+xml"),
        ("Content-Type", 'text/plain; charset="utf-8"; x=%41+%'),
        ("Content-Type", "text/html"),
        ("Content-Disposition", 'attachment; filename="a \\"b\\" 100%.txt"'),
        ("Content-Disposition", "inline; filename*=UTF-8''%CE%B1.txt; a='b'"),
        ("Content-Encoding", "gzip, x+y"),
    ],
)
def test_content_headers_survive_unchanged(box: Client, name: str, value: str) -> None:
    assert box.put("c/o", b"not gzip", {name: value}).status == 201
    get, head = box.get("c/o"), box.head("c/o")
    assert (get[name], head[name], get.body) == (value, value, b"not gzip")


@pytest.mark.parametrize(
    ("method", "path", "status", "sent"),
    [
        ("GET", "c/o", 200, {}), ("HEAD", "c/o", 200, {}), ("PUT", "c/new", 201, {}),
        ("GET", "c/o", 206, {"Range": "bytes=0-1"}), ("GET", "c/o", 416, {"Range": "bytes=9-"}),
        ("GET", "c/o", 304, {"If-None-Match": "*"}), ("GET", "c/o", 412, {"If-Match": "x"}),
        ("GET", "c/none", 404, {}), ("DELETE", "c/o", 204, {}), ("PATCH", "c/o", 405, {}),
        ("GET", "c/o", 401, {"X-Auth-Token": "x"}), ("GET", "/x", 400, {}),
        ("GET", "c", 200, {}), ("HEAD", "", 204, {}),
    ],
)  # fmt: skip
def test_no_reply_may_be_kept_for_somebody_else(
    box: Client, method: str, path: str, status: int, sent: dict[str, str]
) -> None:
    assert box.put("c/o", b"data").status == 201
    answer = box.request(method, path, b"", sent)
    assert answer.status == status
    assert answer["Cache-Control"] == "no-cache, private"
    assert answer["Vary"] == "X-Auth-Token"
