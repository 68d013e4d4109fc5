"""Bodies that are small on the wire and would be large once they are parsed, by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.api.server import BLOCK_SIZE
from tests.hostile.attack import Attack

MIB = 1 << 20
COUNT = 240_000


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
    names = '","'.join(hashes())
    return f'{{"bytes":{COUNT * BLOCK_SIZE},"hashes":["{names}"]}}'.encode()


def map_in_xml(count: int) -> bytes:
    items = "".join(f"<hash>{name}</hash>" for _, name in zip(range(count), hashes(), strict=False))
    return f'<object bytes="{count * BLOCK_SIZE}">{items}</object>'.encode()


JSON = 16 * MIB - 1
XML = 16 * MIB - 1
SEGMENTS = 8 * MIB - 1


NO_MAPS: dict[str, Callable[[], bytes]] = {
    "objects": lambda: filled(JSON, b"{},", b"[", b"{}]"),
    "lists": lambda: filled(JSON, b"[],", b"[", b"[]]"),
    "numbers": lambda: filled(JSON, b"0,", b"[", b"0]"),
    "objects for hashes": lambda: filled(JSON, b"{},", b'{"bytes":4,"hashes":[', b"{}]}"),
    "strings for hashes": lambda: filled(JSON, b'"",', b'{"bytes":4,"hashes":[', b'""]}'),
    "depth": lambda: filled(JSON, b'{"a":'),
    "brackets": lambda: filled(JSON, b"["),
    "keys": lambda: numbered(JSON, '"%07x":1,', b"{", b'"bytes":4}'),
    "a long string": lambda: filled(JSON, b"a", b'"', '\U0001f41b"'.encode()),
    "a long hash": lambda: filled(JSON, b"a", b'{"bytes":4,"hashes":["', '\U0001f41b"]}'.encode()),
    "escapes": lambda: filled(JSON, b"\\u0061", b'"', b'\\ud83d\\ude00"'),
    "a long number": lambda: filled(JSON, b"9", b'{"hashes":[],"bytes":', b"}"),
    "blanks": lambda: filled(JSON, b" ", b"{", b"}"),
    "one wrong hash": lambda: map_in_json().replace(b'1869f"', b'1869g"'),
    "elements": lambda: filled(XML, b"<a/>", b'<object bytes="4">', b"</object>"),
    "empty hashes": lambda: filled(XML, b"<hash/>", b'<object bytes="4">', b"</object>"),
    "names": lambda: numbered(XML, "<a%06x/>", b'<object bytes="4">', b"</object>"),
    "levels": lambda: filled(XML, b"<a>"),
    "attributes": lambda: numbered(XML, ' a%06x="1"', b"<object", b"/>"),
    "comments": lambda: filled(XML, b"<!---->", b'<object bytes="4">', b"</object>"),
    "a comment": lambda: filled(XML, b"a", b"<object><!--", b"--></object>"),
    "instructions": lambda: filled(XML, b"<?a b?>", b'<object bytes="4">', b"</object>"),
    "entities": lambda: filled(XML, b"&#97;", b"<object><hash>", b"</hash></object>"),
    "declarations": lambda: numbered(
        XML, '<!ENTITY a%06x "b">', b"<!DOCTYPE object [", b"]><object/>"
    ),
    "text": lambda: filled(XML, b"a", b"<object>", b"</object>"),
}
MAPS: dict[str, Callable[[], bytes]] = {
    "hashes in JSON": map_in_json,
    "hashes in XML": lambda: map_in_xml(200_000),
}
NO_LISTS: dict[str, Callable[[], bytes]] = {
    "no segments": lambda: filled(SEGMENTS, b"{},", b"[", b"{}]"),
    "segments that are lists": lambda: filled(SEGMENTS, b"[],", b"[", b"[]]"),
    "segments that are numbers": lambda: filled(SEGMENTS, b"0,", b"[", b"0]"),
    "a segment with many keys": lambda: numbered(SEGMENTS, '"%07x":1,', b"[{", b'"path":"/c/o"}]'),
    "a segment's long path": lambda: filled(
        SEGMENTS, b"a", b'[{"path":"/c/', '\U0001f41b"}]'.encode()
    ),
    "a segment that repeats": lambda: filled(
        SEGMENTS, b'"path":"/c/o",', b"[{", b'"path":"/c/o"}]'
    ),
    "depth of segments": lambda: filled(SEGMENTS, b'[{"path":'),
}

ENTRY = b'{"path":"/c/o","etag":null,"size_bytes":23},'
BOUNDARY = b"Content-Type: multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
FIELDS = b"Content-Type: application/x-www-form-urlencoded"
COOKIE = b"Cookie: csrftoken=" + b"a" * 32


@dataclass(frozen=True)
class Flood:
    """One request. target: with the account for ``{}``. expected: "400 404"."""

    expected: str
    method: str
    target: str
    body: Callable[[], bytes]
    fields: tuple[bytes, ...] = ()

    def of(self, account: str) -> Attack:
        """Return the attack by this account's user."""
        return Attack(
            expected=frozenset(map(int, self.expected.split())),
            method=self.method,
            path=self.target.format(account),
            fields=self.fields,
            body=self.body(),
            whole=True,
        )


MAP = "/v1/{}/c/o?hashmap"
LIST = "/v1/AUTH_{}/c/large?multipart-manifest=put"
FLOODS = {
    **{f"map: {name}": Flood("400", "PUT", MAP, body) for name, body in NO_MAPS.items()},
    **{f"map: {name}": Flood("409", "PUT", MAP, body) for name, body in MAPS.items()},
    **{f"segments: {name}": Flood("400", "PUT", LIST, body) for name, body in NO_LISTS.items()},
    "map: missing in JSON": Flood("409", "PUT", MAP + "&format=json", map_in_json),
    "map: missing in XML": Flood("409", "PUT", MAP + "&format=xml", lambda: map_in_xml(200_000)),
    "segments: 1000": Flood("201", "PUT", LIST, lambda: b"[" + (ENTRY * 1000)[:-1] + b"]"),
    "form: fields": Flood(
        "400 413", "POST", "/v1/{}/c/o", lambda: filled(MIB, FIELD, after=b"--b--\r\n"), (BOUNDARY,)
    ),
    "login: objects": Flood(
        "400", "POST", "/v3/auth/tokens", lambda: filled(MIB // 16, b"{},", b"[", b"{}]")
    ),
    "login: a megabyte": Flood(
        "413", "POST", "/v3/auth/tokens", lambda: filled(MIB, b"{},", b"[", b"{}]")
    ),
    "feedback: fields": Flood(
        "400", "POST", "/account/v1.0/feedback", lambda: filled(MIB // 16, b"a&"), (FIELDS,)
    ),
    "sign-in: fields": Flood(
        "403 413", "POST", "/account/sign-in", lambda: filled(MIB // 8, b"a&"), (FIELDS, COOKIE)
    ),
    "sign-in: a megabyte": Flood(
        "413", "POST", "/account/sign-in", lambda: filled(MIB, b"a&"), (FIELDS, COOKIE)
    ),
}
