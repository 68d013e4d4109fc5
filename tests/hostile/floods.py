"""Bodies that are small on the wire and would be large once they are parsed, by name."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.api.server import BLOCK_SIZE
from tests.hostile.attack import Attack, attack

MIB = 1 << 20
COUNT = 240_000

MAP = "/v1/{}/c/o?hashmap"
LIST = "/v1/AUTH_{}/c/o?multipart-manifest=put"


def filled(size: int, piece: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a body of nearly ``size`` bytes, ``piece`` over and over within it."""
    return before + piece * ((size - len(before) - len(after)) // len(piece)) + after


def numbered(size: int, form: str, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a body of nearly ``size`` bytes whose pieces are all different."""
    count = (size - len(before) - len(after)) // len(form % 0)
    return before + "".join(form % number for number in range(count)).encode() + after


def hashes() -> Iterator[str]:
    """Yield hashes that nobody has sent, all different."""
    return (f"{number:064x}" for number in range(COUNT))


def map_in_json() -> bytes:
    names = "\",\"".join(hashes())
    return f'{{"bytes":{COUNT * BLOCK_SIZE},"hashes":["{names}"]}}'.encode()


def map_in_xml(count: int) -> bytes:
    items = "".join(f"<hash>{name}</hash>" for _, name in zip(range(count), hashes(), strict=False))
    return f'<object bytes="{count * BLOCK_SIZE}">{items}</object>'.encode()


JSON = 16 * MIB - 1
XML = 16 * MIB - 1
SEGMENTS = 8 * MIB - 1

FLOODS: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "objects": ("400", MAP, lambda: filled(JSON, b"{},", b"[", b"{}]")),
    "lists": ("400", MAP, lambda: filled(JSON, b"[],", b"[", b"[]]")),
    "numbers": ("400", MAP, lambda: filled(JSON, b"0,", b"[", b"0]")),
    "objects for hashes": (
        "400", MAP, lambda: filled(JSON, b"{},", b'{"bytes":4,"hashes":[', b"{}]}")
    ),
    "strings for hashes": (
        "400", MAP, lambda: filled(JSON, b'"",', b'{"bytes":4,"hashes":[', b'""]}')
    ),
    "depth": ("400", MAP, lambda: filled(JSON, b'{"a":')),
    "brackets": ("400", MAP, lambda: filled(JSON, b"[")),
    "keys": ("400", MAP, lambda: numbered(JSON, '"%07x":1,', b"{", b'"bytes":4}')),
    "a long string": ("400", MAP, lambda: filled(JSON, b"a", b'"', "\U0001f41b\"".encode())),
    "a long hash": (
        "400", MAP,
        lambda: filled(JSON, b"a", b'{"bytes":4,"hashes":["', "\U0001f41b\"]}".encode()),
    ),
    "escapes": ("400", MAP, lambda: filled(JSON, b"\\u0061", b'"', b'\\ud83d\\ude00"')),
    "a long number": ("400", MAP, lambda: filled(JSON, b"9", b'{"hashes":[],"bytes":', b"}")),
    "blanks": ("400", MAP, lambda: filled(JSON, b" ", b"{", b"}")),
    "hashes in JSON": ("409", MAP, map_in_json),
    "one wrong hash": ("400", MAP, lambda: map_in_json().replace(b"1869f\"", b"1869g\"")),
    "elements": ("400", MAP, lambda: filled(XML, b"<a/>", b'<object bytes="4">', b"</object>")),
    "empty hashes": ("400", MAP, lambda: filled(XML, b"<hash/>", b'<object bytes="4">', b"</object>")),
    "names": ("400", MAP, lambda: numbered(XML, "<a%06x/>", b'<object bytes="4">', b"</object>")),
    "levels": ("400", MAP, lambda: filled(XML, b"<a>")),
    "attributes": ("400", MAP, lambda: numbered(XML, ' a%06x="1"', b"<object", b"/>")),
    "comments": ("400", MAP, lambda: filled(XML, b"<!---->", b'<object bytes="4">', b"</object>")),
    "a comment": ("400", MAP, lambda: filled(XML, b"a", b"<object><!--", b"--></object>")),
    "instructions": ("400", MAP, lambda: filled(XML, b"<?a b?>", b'<object bytes="4">', b"</object>")),
    "entities": ("400", MAP, lambda: filled(XML, b"&#97;", b"<object><hash>", b"</hash></object>")),
    "declarations": (
        "400", MAP, lambda: numbered(XML, '<!ENTITY a%06x "b">', b"<!DOCTYPE object [", b"]><object/>")
    ),
    "text": ("400", MAP, lambda: filled(XML, b"a", b"<object>", b"</object>")),
    "hashes in XML": ("409", MAP, lambda: map_in_xml(200_000)),
    "no segments": ("400", LIST, lambda: filled(SEGMENTS, b"{},", b"[", b"{}]")),
    "segments that are lists": ("400", LIST, lambda: filled(SEGMENTS, b"[],", b"[", b"[]]")),
    "segments that are numbers": ("400", LIST, lambda: filled(SEGMENTS, b"0,", b"[", b"0]")),
    "a segment with many keys": (
        "400", LIST, lambda: numbered(SEGMENTS, '"%07x":1,', b"[{", b'"path":"/c/o"}]')
    ),
    "a segment's long path": (
        "400", LIST, lambda: filled(SEGMENTS, b"a", b'[{"path":"/c/', "\U0001f41b\"}]".encode())
    ),
    "a segment that repeats": (
        "400", LIST, lambda: filled(SEGMENTS, b'"path":"/c/o",', b"[{", b'"path":"/c/o"}]')
    ),
    "depth of segments": ("400", LIST, lambda: filled(SEGMENTS, b'[{"path":')),
}


def flood(name: str, account: str) -> Attack:
    """Return the attack of this name."""
    expected, path, body = FLOODS[name]
    return replace(attack(expected, "PUT", path.format(account), body=body()), whole=True)
