"""Who may do what with blobs."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import pytest

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from tests.api.client import Client
from tests.api.routes import BLOB_ROUTES
from tests.api.server import Serve, Server
from tests.blobs.client import BlobClient, named

REQUESTS = [
    ("GET", "/blobs/{}", b""),
    ("GET", "/blobs/{}/", b""),
    ("GET", "/blobs/{}?only_count=1", b""),
    ("GET", "/blobs/{}/a", b""),
    ("GET", "/blobs/{}/a?only_flags=1", b""),
    ("HEAD", "/blobs/{}", b""),
    ("HEAD", "/blobs/{}/a", b""),
    ("PUT", "/blobs/{}/b", b"x"),
    ("POST", "/blobs/{}/a", b'["FAILED"]'),
    ("DELETE", "/blobs/{}/a", b""),
    ("POST", "/stream/{}?direction=download", b'["a"]'),
    ("POST", "/stream/{}?direction=upload", b'[["b",1]]\nx'),
]
each_request = pytest.mark.parametrize(("method", "url", "body"), REQUESTS)


def test_the_requests_are_of_every_route_and_verb() -> None:
    asked = {
        (method, route.label)
        for method, url, _ in REQUESTS
        for route in BLOB_ROUTES
        if route.pattern.fullmatch(url.format("u").partition("?")[0])
    }
    every = {(verb, route.label) for route in BLOB_ROUTES for verb in route.view.allowed()}
    assert every - asked == {("PUT", "incoming_blob")}  # test_incoming.py


@pytest.fixture
def victim(blobs: BlobClient) -> BlobClient:
    """A user with the blob ``a``."""
    assert blobs.put("a", b"secret").status == 200
    return blobs


def unchanged(victim: BlobClient) -> bool:
    return (victim.ids(), victim.flags("a"), victim.get("a").body) == (["a"], [], b"secret")


@pytest.mark.requirement("B15")
@each_request
def test_another_user_is_403(
    victim: BlobClient, new_user: Callable[[], Client], method: str, url: str, body: bytes
) -> None:
    other = new_user()
    shown = named(other.account, other.token)
    assert other.raw(method, url.format(victim.user.account), body, shown).status == 403
    assert unchanged(victim)


@pytest.mark.requirement("B15")
@each_request
def test_nobody_is_401(victim: BlobClient, method: str, url: str, body: bytes) -> None:
    account, token = victim.user.account, victim.user.token
    strangers = [
        {},
        named(account, "wrong"),
        named("else", token),
        {"Authorization": "Token !!!"},
        {"Authorization": f"Token {b64encode(token.encode()).decode()}"},
    ]
    for shown in strangers:
        assert victim.user.raw(method, url.format(account), body, shown).status == 401
    assert unchanged(victim)


@pytest.mark.requirement("B15")
@each_request
def test_limited_tokens_stay_within_their_limits(
    victim: BlobClient, committed: None, method: str, url: str, body: bytes
) -> None:
    user = User.objects.get(account=victim.user.account)
    for scope in (Scope(container="other"), Scope(container="blobs", prefix="default/x")):
        shown = named(user.account, create_token(user, scope=scope))
        assert victim.user.raw(method, url.format(user.account), body, shown).status == 403
    shown = named(user.account, create_token(user, scope=Scope(read_only=True)))
    reads = 200 if method in {"GET", "HEAD"} else 403
    assert victim.user.raw(method, url.format(user.account), body, shown).status == reads
    assert unchanged(victim)


@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_the_padding_may_be_missing(victim: BlobClient, padding: str) -> None:
    shown = named(victim.user.account, victim.user.token)["Authorization"].rstrip("=")
    url = f"/blobs/{victim.user.account}/a"
    assert victim.user.raw("GET", url, b"", {"Authorization": shown + padding}).status == 200


@pytest.mark.requirement("B16")
@pytest.mark.parametrize("name", ["..", "a%20b", "%CE%B1", "a.b", "a%00", "%2F", "a:b", "~"])
def test_names_have_few_letters(victim: BlobClient, name: str) -> None:
    shown = named(victim.user.account, victim.user.token)
    for url in (f"/blobs/{victim.user.account}/{name}", f"/blobs/{name}/a"):
        assert victim.user.raw("GET", url, b"", shown).status == 400
    assert victim.put("b", b"x", f"namespace={name}").status == 400
    ids = json.dumps([name]).encode()
    assert victim.ask("POST", "", ids, query="direction=download", room="stream").status == 400


def test_other_paths_and_verbs_are_refused(victim: BlobClient) -> None:
    assert victim.ask("PATCH", "a").status == 405
    assert victim.ask("PUT").status == 405
    assert victim.ask("GET", "a/b").status == 400
    assert victim.ask("POST", query="direction=sideways", room="stream").status == 400


@pytest.fixture(scope="module")
def wary(serve: Serve) -> Iterator[Server]:
    """A server that takes five guesses of an address, and logs all that it can."""
    told = {"PITHOS_MAX_GUESSES": "5", "PITHOS_LOG_LEVEL": "DEBUG", "PITHOS_ACCESS_LOG": "1"}
    with serve(**told) as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "address"),
    [
        ("GET", "blobs/{}", "127.0.0.2"),
        ("GET", "blobs/{}/a", "127.0.0.3"),
        ("POST", "stream/{}", "127.0.0.4"),
        ("PUT", "incoming/{}/a", "127.0.0.5"),
    ],
)
def test_guesses_are_slowed_down_and_nothing_of_them_is_logged(
    victim: BlobClient, wary: Server, method: str, path: str, address: str
) -> None:
    url = f"/{path.format(victim.user.account)}?direction=download"
    with victim.user.at(wary.address) as at:
        at.connection = HTTPConnection(*wary.address, timeout=30, source_address=(address, 0))
        shown = [named(victim.user.account, f"guess-{n}") for n in range(8)]
        statuses = [at.raw(method, url, b"[]", each).status for each in shown]
        assert statuses == [401] * 5 + [429] * 3
        log = wary.errors()
    secrets = [each["Authorization"].removeprefix("Token ") for each in shown]
    assert not [each for each in (*secrets, "guess-", victim.user.token) if each in log]
