"""Who is not known gets nothing, however they ask (contract §2.0)."""

import hashlib
import time

import pytest

from tests.api.server import BLOCK_SIZE
from tests.hostile.attack import DATA, Attack, Place

# What is made of a good token.
FORGERIES = {
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "one shorter": lambda token: token[:-1],
    "without its first": lambda token: token[1:],
    "its first 16": lambda token: token[:16],
    "one longer": lambda token: token + "A",
    "padded": lambda token: token + "=",
    "twice": lambda token: token * 2,
    "twice in a list": lambda token: f"{token},{token}",
    "reversed": lambda token: token[::-1],
    "last flipped": lambda token: token[:-1] + chr(ord(token[-1]) ^ 1),
    "first flipped": lambda token: chr(ord(token[0]) ^ 1) + token[1:],
    "quoted": lambda token: f'"{token}"',
    "percent-encoded": lambda token: "".join(f"%{ord(char):02X}" for char in token),
    "with a NUL": lambda token: token + "%00",
    "as Bearer": lambda token: f"Bearer {token}",
    "as a wildcard": lambda token: token[:4] + "%",
    "as another text": lambda token: token + "\xa0",
    "bytes": lambda token: "\xff\xfe" + token,
    "15 kB": lambda token: token * 350,
    "a tautology": lambda _: "' OR '1'='1",
    "a digest": lambda token: hashlib.sha256(token.encode()).hexdigest(),
    "an empty text": lambda _: "",
    "a blank": lambda _: " ",
    "null": lambda _: "null",
}

# Where a token may not be; ``{}`` is the token.
ELSEWHERE = [
    "X_Auth_Token: {}",
    "x_auth-token: {}",
    "X-Auth_Token: {}",
    "X-Auth-Token-: {}",
    "XAuthToken: {}",
    "HTTP_X_AUTH_TOKEN: {}",
    "Authorization: Basic {}",
    "Authorization: {}",
    "Proxy-Authorization: Bearer {}",
    "Cookie: X-Auth-Token={}",
    "Cookie: token={}; X-Auth-Token={}; _pithos2_a={}",
    "X-Service-Token: {}",
    "X-Subject-Token: {}",
    "X-Auth-Key: {}",
    "X-Forwarded-User: {}",
    "Referer: http://x/?X-Auth-Token={}",
]

# What a front door that does the authentication would set; none is believed.
IDENTITIES = [
    "Remote-User: {}",
    "X-Remote-User: {}",
    "X-Forwarded-User: {}",
    "X-User-Id: {}",
    "X-Auth-User: {}",
    "X-Identity-Status: Confirmed",
    "X-Roles: admin,operator",
    "X-Tenant-Id: {}",
    "X-Forwarded-For: 127.0.0.1",
]

REQUESTS = [("GET", "/c/o"), ("PUT", "/c/o"), ("DELETE", "/c/o"), ("GET", "")]


def stranger(method: str, path: str, *fields: str) -> Attack:
    lines = tuple(each.encode("latin-1") for each in fields)
    return Attack(frozenset({401}), method, path, lines, token=False)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_almost_a_token_is_none(place: Place, forgery: str) -> None:
    forged = FORGERIES[forgery](place.client.token)
    for method, path in REQUESTS:
        place.strike(stranger(method, path, f"X-Auth-Token: {forged}"))


@pytest.mark.parametrize("line", ELSEWHERE)
def test_a_token_elsewhere_is_none(place: Place, line: str) -> None:
    for method, path in REQUESTS:
        place.strike(stranger(method, path, line.replace("{}", place.client.token)))


@pytest.mark.parametrize("line", IDENTITIES)
def test_nobody_is_believed_who_they_are(place: Place, line: str) -> None:
    for method, path in REQUESTS:
        place.strike(stranger(method, path, line.replace("{}", place.client.account)))


def test_guessing_does_not_lock_the_owner_out(place: Place) -> None:
    client, statuses = place.client, set()
    for number in range(150):
        guess = {"X-Auth-Token": f"{client.token[:-4]}{number:04}"}
        statuses.add(client.get("c/o", guess).status)
        if number % 10 == 0:
            assert client.get("c/o").body == DATA
    assert statuses <= {401, 429}
    place.check_alive()


def test_a_stranger_waits_no_longer_for_what_exists(place: Place) -> None:
    """The replies are the same, and the bodies of the strangers' requests are not read."""
    replies = set()
    for path in ("/c/o", "/c/none", "/none/o"):
        answer = place.strike(stranger("GET", path))
        replies.add((answer.status, answer.body, answer.headers.get("content-type")))
    assert len(replies) == 1


def test_a_strangers_body_is_not_waited_for(place: Place) -> None:
    began = time.monotonic()
    place.strike(stranger("PUT", "/c/o", "Content-Length: 5000000000"))
    place.strike(stranger("PUT", "/c/o", "Transfer-Encoding: chunked"))
    place.strike(stranger("POST", "/c", "Content-Length: 5000000000"))
    assert time.monotonic() - began < 3


def test_a_failure_is_logged_without_the_token(place: Place) -> None:
    """The query holds the token too: where a failure must be logged, it is left out."""
    client, content = place.client, client_block(place.client.account)
    assert client.put("c/big", content).status == 201
    (block,) = place.server.block_directory.rglob(hashlib.sha256(content).hexdigest())
    block.unlink()
    assert client.raw("GET", client.url("c/big", **{"X-Auth-Token": client.token})).status == 503
    logged = place.server.errors()
    assert block.name in logged
    assert client.token not in logged
    place.check_alive()


def client_block(seed: str) -> bytes:
    """Return a block that nobody else has, too large to be kept in the database."""
    return seed.encode().ljust(BLOCK_SIZE, b".")
