"""Bodies that are no hashmap are refused with 4xx, and nothing changes (contract §2.4)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged

KNOWN = hashlib.sha256(b"data").hexdigest()
BOMB = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "' + "&a;" * 1000 + '">]>'


@pytest.fixture
def ready(box: Client) -> Client:
    """A user with an object and the block ``data``."""
    assert box.put("c/o", b"old").status == 201
    assert box.post("c", b"data", {"Content-Type": "application/octet-stream"}).status == 202
    return box


def refused(client: Client, body: bytes | str, **query: Any) -> bool:
    with unchanged(client):
        return client.put("c/o", body, hashmap="", **query).status == 400


def sized(size: str, *hashes: str) -> str:
    """A map in JSON whose size is this very text."""
    return f'{{"bytes":{size},"hashes":{json.dumps(hashes)}}}'


def in_xml(size: str, *hashes: str) -> str:
    items = "".join(f"<hash>{name}</hash>" for name in hashes)
    return f'<object bytes="{size}">{items}</object>'


def test_what_is_refused_below_differs_from_what_is_accepted(ready: Client) -> None:
    for body in (sized("4", KNOWN), in_xml("4", KNOWN)):
        assert ready.put("c/o", body, hashmap="").status == 201
        assert ready.get("c/o").body == b"data"


NOT_JSON = [
    "",
    " ",
    "{",
    "nonsense",
    "null",
    "true",
    "4",
    '"text"',
    "[]",
    f'["{KNOWN}"]',
    "{}",
    '{"bytes":4}',
    f'{{"hashes":["{KNOWN}"]}}',
    sized("4", KNOWN) + "}",
    sized("4", KNOWN) + sized("4", KNOWN),
    sized("4", KNOWN).replace('"', "'"),
    f'{{"bytes":4,"hashes":["{KNOWN}",]}}',
    f'{{"bytes":4,"hashes":"{KNOWN}"}}',
    f'{{"bytes":4,"hashes":{{"{KNOWN}":1}}}}',
    '{"bytes":4,"hashes":null}',
    '{"bytes":4,"hashes":[null]}',
    '{"bytes":4,"hashes":[4]}',
    f'{{"bytes":4,"hashes":[["{KNOWN}"]]}}',
    '{"bytes":4,"hashes":["\\ud800"]}',
    "[" * 100_000,
    '{"bytes":' * 100_000,
    '{"bytes":4,"hashes":' + "[" * 5000 + "]" * 5000 + "}",
]


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("query", [{}, {"format": "json"}])
@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:40]))
def test_bad_json(ready: Client, body: str, query: dict[str, str]) -> None:
    assert refused(ready, body, **query)


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"bytes":\xff}', b"\0" * 100, b"\xef\xbb\xbf{}"])
def test_bodies_that_are_no_text(ready: Client, body: bytes) -> None:
    assert refused(ready, body)
    assert refused(ready, body, format="xml")


SIZES = [
    "-1",
    "-4",
    "-0.0",
    "4.0",
    "4.5",
    "4e0",
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "null",
    "true",
    '"4"',
    "[4]",
    "0",
    "5e9",
    str(BLOCK_SIZE + 1),
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    str(2**64),
    str(2**64 + 4),
    "1" + "0" * 400,
    "04",
    "+4",
    "0x4",
]


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size[:30])
def test_bad_sizes(ready: Client, size: str) -> None:
    assert refused(ready, sized(size, KNOWN))


@pytest.mark.requirement("R88")
@pytest.mark.parametrize(
    "size", [size for size in SIZES if size not in {'"4"', "04"}] + ["", "4 ", " ", "٤", "4\n"]
)
def test_bad_sizes_in_xml(ready: Client, size: str) -> None:
    assert refused(ready, in_xml(size, KNOWN))


DIGESTS = [
    "",
    "x",
    KNOWN[:-1],
    KNOWN[:-2],
    KNOWN + "0",
    KNOWN + "00",
    KNOWN[:-1] + "g",
    f" {KNOWN[:-1]}",
    f"{KNOWN[:31]}  {KNOWN[33:]}",
    f"0x{KNOWN[2:]}",
    KNOWN[:-1] + "é",
    KNOWN[:-1] + "٤",
    "0" * 40,
]


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("name", DIGESTS, ids=repr)
def test_bad_digests(ready: Client, name: str) -> None:
    assert refused(ready, sized("4", name))
    assert refused(ready, in_xml("4", name))
    assert refused(ready, sized(str(BLOCK_SIZE + 1), KNOWN, name))


@pytest.mark.requirement("R88")
@pytest.mark.parametrize(
    ("size", "count"),
    [
        (4, 0),
        (4, 2),
        (0, 2),
        (BLOCK_SIZE, 2),
        (BLOCK_SIZE + 1, 1),
        (BLOCK_SIZE + 1, 3),
        (10 * BLOCK_SIZE, 9),
        (10 * BLOCK_SIZE, 11),
    ],
)
def test_sizes_that_need_another_number_of_blocks(ready: Client, size: int, count: int) -> None:
    assert refused(ready, sized(str(size), *[KNOWN] * count))
    assert refused(ready, in_xml(str(size), *[KNOWN] * count))


@pytest.mark.requirement("R88")
@pytest.mark.parametrize(
    "more",
    [
        {"block_size": BLOCK_SIZE + 1},
        {"block_size": 0},
        {"block_size": "big"},
        {"block_size": None},
        {"block_hash": "sha1"},
        {"block_hash": "SHA256 "},
        {"block_hash": None},
        {"block_hash": ["sha256"]},
    ],
    ids=repr,
)
def test_blocks_made_another_way(ready: Client, more: dict[str, Any]) -> None:
    good = {"bytes": 4, "hashes": [KNOWN]}
    assert refused(ready, json.dumps({**good, **more}))
    about = {"block_size": BLOCK_SIZE, "block_hash": "sha256"}
    assert ready.put("c/p", json.dumps({**good, **about}), hashmap="").status == 201


GOOD = in_xml("4", KNOWN)
NOT_XML = [
    "<",
    "<object",
    "<object/>",
    '<object bytes="4"/>',
    f"<object><hash>{KNOWN}</hash></object>",
    GOOD.replace("object", "map"),
    GOOD.replace("object", "x:object"),
    GOOD[:-1],
    GOOD + GOOD,
    GOOD.replace("<hash>", "<hash><b/>"),
    GOOD.replace(KNOWN, "&undefined;"),
    GOOD.replace("bytes", "block_size='1' bytes"),
    GOOD.replace("bytes", "block_size='x' bytes"),
    GOOD.replace("bytes", "block_hash='md5' bytes"),
    "<!DOCTYPE object>" + GOOD,
    '<!DOCTYPE object SYSTEM "file:///etc/passwd">' + GOOD,
    f'<!DOCTYPE object [<!ENTITY h "{KNOWN}">]>' + in_xml("4", "&h;"),
    '<!DOCTYPE object [<!ENTITY h SYSTEM "file:///etc/hostname">]>' + in_xml("4", "&h;"),
    BOMB + in_xml("4", "&c;"),
    "<object>" * 3000 + "</object>" * 3000,
    '<?xml version="1.0" encoding="nonsense"?>' + GOOD,
]


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("query", [{}, {"format": "xml"}])
@pytest.mark.parametrize("body", NOT_XML, ids=lambda body: repr(body[:60]))
def test_bad_xml(ready: Client, body: str, query: dict[str, str]) -> None:
    assert refused(ready, body, **query)


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("fill", [b" ", b"["])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_reason(ready: Client, fill: bytes, chunked: bool) -> None:
    body = [fill * 2**20] * 17
    with unchanged(ready):
        answer = ready.put("c/o", body if chunked else b"".join(body), hashmap="")
    assert answer.status == 413


@pytest.mark.requirement("R88")
def test_a_map_of_13_gigabytes_is_understood(ready: Client) -> None:
    count = 200_000
    body = sized(str(count * BLOCK_SIZE), *[KNOWN] * (count - 1), "0" * 64)
    answer = ready.put("c/big", body, hashmap="")
    assert (answer.status, answer.lines) == (409, ["0" * 64])


@pytest.mark.requirement("R88", "R145")
@pytest.mark.parametrize("body", ["nonsense", sized("4", "0" * 64)])
def test_strangers_learn_nothing_of_their_bodies(
    ready: Client, new_user: Callable[[], Client], body: str
) -> None:
    stranger = new_user()
    url = ready.url("c/o", hashmap="")
    assert stranger.raw("PUT", url, body, {"X-Auth-Token": stranger.token}).status == 403
    assert stranger.raw("PUT", url, body).status == 401


# So long that its hashes are read without a parser.
COUNT = 2000
LONG = {
    "json": sized(str((COUNT - 1) * BLOCK_SIZE + 4), *[KNOWN] * COUNT),
    "xml": in_xml(str((COUNT - 1) * BLOCK_SIZE + 4), *[KNOWN] * COUNT),
}
OTHERWISE: dict[str, list[Callable[[str], str]]] = {
    "json": [
        lambda text: text.replace(", ", ","),
        lambda text: text.replace(", ", "\r\n\t , "),
        lambda text: text.replace("[", "[ ").replace("]", "\n]"),
        lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
        lambda text: text.replace(KNOWN, KNOWN.upper()),
        lambda text: text.replace('"hashes"', '"more":["[\\"' + KNOWN + '\\"]"],"hashes"'),
    ],
    "xml": [
        lambda text: '<?xml version="1.0" encoding="UTF-8"?>\n' + text,
        lambda text: text.replace("</hash>", "</hash>\r\n "),
        lambda text: text.replace("<hash>", "<hash a='b'>", 1),
        lambda text: text.replace("<hash>", f"<!-- <hash>{KNOWN}</hash> --><hash>", 1),
        lambda text: text.replace("</object>", "<!-- end --></object>\n"),
    ],
}


@pytest.mark.requirement("R84", "R85")
@pytest.mark.parametrize("form", LONG)
def test_long_maps_may_be_written_in_any_way(ready: Client, form: str) -> None:
    for write in OTHERWISE[form]:
        assert ready.put("c/long", write(LONG[form]), hashmap="").status == 201
    assert ready.head("c/long")["Content-Length"] == str((COUNT - 1) * BLOCK_SIZE + 4)


SPOILT: dict[str, list[Callable[[str], str]]] = {
    "json": [
        lambda text: text[:-1],
        lambda text: text + "]",
        lambda text: text.replace("]", ",]"),
        lambda text: text.replace("]", ',""]'),
        lambda text: text.replace("]", ",null]"),
        lambda text: text.replace("]", "}"),
        lambda text: text.replace("[", "").replace("]", ""),
        lambda text: text.replace("[", "[["),
        lambda text: text.replace("[", "[[").replace("]", "]]"),
        lambda text: text.replace("[", '["').replace("]", '"]'),
        lambda text: text.replace("hashes", "hash"),
        lambda text: text.replace(", ", " ", 1),
        lambda text: text.replace(", ", ",,", 1),
        lambda text: text.replace(", ", ",\v", 1),
        lambda text: text.replace(KNOWN, KNOWN[1:], 1),
        lambda text: text.replace(f'"{KNOWN}"', KNOWN, 1),
        lambda text: text.replace("[", f'["{KNOWN}", '),
        lambda text: text.replace("}", ',"hashes":[]}'),
    ],
    "xml": [
        lambda text: text[:-1],
        lambda text: text + "<hash/>",
        lambda text: text.replace("<object", "<hash").replace("object>", "hash>"),
        lambda text: text.replace("<hash>", "<hash></hash><hash>", 1),
        lambda text: text.replace(f"<hash>{KNOWN}</hash>", "", 1),
        lambda text: text.replace("</hash>", "", 1),
        lambda text: text.replace(KNOWN, KNOWN[1:], 1),
        lambda text: text.replace("<hash>", "<!--<hash>", 1).replace("</object>", "--></object>"),
        lambda text: text.replace("<hash>", "<![CDATA[", 1).replace("</object>", "]]></object>"),
    ],
}


@pytest.mark.requirement("R88")
@pytest.mark.parametrize("form", LONG)
def test_long_maps_are_read_as_strictly(ready: Client, form: str) -> None:
    for spoil in SPOILT[form]:
        assert refused(ready, spoil(LONG[form]))
