"""URLs that read one object by one method for a minute, asked for with a token."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.tokens.credentials import Credentials, Scope
from accounts.tokens.tokens import create_token
from accounts.users.suspension import suspend
from accounts.users.users import find_user
from observability import request_context
from pithos_api.errors import InvalidSignatureError, NotAllowedError
from pithos_api.services.access import signed_urls
from pithos_api.values import ObjectPath
from tests.api.client import Answer, Client
from tests.api.visitors import share, visit

NewUser = Callable[[], Client]


def asked(client: Client, path: str, body: str = "", **headers: str) -> Answer:
    return client.post(path, body, headers, **{"signed-url": ""})


def signed(client: Client, path: str, body: str = "") -> str:
    answer = asked(client, path, body)
    assert answer.status == 201, answer.body
    return str(answer.json["url"])


@pytest.fixture
def note(box: Client) -> Client:
    box.put("c/o", b"hello", {"Content-Type": "text/plain"})
    return box


def test_it_reads_without_a_token(note: Client) -> None:
    answer = asked(note, "c/o")
    left = datetime.fromisoformat(answer.json["expires"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    url = answer.json["url"]
    assert url.startswith(note.url("c/o") + "?")
    found = note.raw("GET", url)
    assert (found.status, found.body) == (200, b"hello")
    assert found["Content-Security-Policy"].startswith("sandbox")
    part = note.raw("GET", url, headers={"Range": "bytes=1-2"})
    assert (part.status, part.body) == (206, b"el")
    assert note.raw("GET", url, headers={"If-None-Match": found["ETag"]}).status == 304


def test_it_is_for_one_method(note: Client) -> None:
    url = signed(note, "c/o")
    for method in ("HEAD", "PUT", "POST", "DELETE", "COPY"):
        assert note.raw(method, url, b"").status == 401, method
    assert note.get("c/o").body == b"hello"
    head = signed(note, "c/o", '{"method": "HEAD"}')
    assert note.raw("HEAD", head).status == 200
    assert note.raw("GET", head).status == 401


def test_it_is_for_one_object(note: Client) -> None:
    note.put("c/other", b"secret")
    query = urlsplit(signed(note, "c/o")).query
    for path in ("c/other", "c/o/", "c", ""):
        assert note.raw("GET", f"{note.url(path)}?{query}").status == 401, path


def test_nothing_is_added_to_it(note: Client) -> None:
    url = signed(note, "c/o", '{"disposition": "attachment"}')
    assert note.raw("GET", url)["Content-Disposition"].startswith("attachment;")
    for more in ("&version=1", "&hashmap&format=json", "&x", "&disposition-type=inline"):
        assert note.raw("GET", url + more).status == 401, more
    assert note.raw("GET", url.replace("attachment", "inline")).status == 401


def test_it_reads_a_past_version(note: Client) -> None:
    serial = int(note.head("c/o")["X-Object-Version"])
    note.put("c/o", b"changed")
    assert note.raw("GET", signed(note, "c/o", f'{{"version": {serial}}}')).body == b"hello"
    assert note.raw("GET", signed(note, "c/o")).body == b"changed"


@pytest.mark.parametrize("name", ["a//b", "/x/", " ", "ναι\N{DOG FACE}", "a?b&c#d%41", "+ +"])
def test_names_may_be_hard(box: Client, name: str) -> None:
    box.put(f"c/{name}", b"found")
    assert box.raw("GET", signed(box, f"c/{name}")).body == b"found"


def test_rights_are_judged_when_it_is_used(note: Client, new_user: NewUser) -> None:
    friend = new_user()
    share(note, "c/o", f"read={friend.account}")
    there = visit(friend, note)
    url = signed(there, "c/o")
    assert there.raw("GET", url).body == b"hello"
    share(note, "c/o", "")
    assert there.raw("GET", url).status == 403
    assert asked(there, "c/o").status == 403


@pytest.mark.usefixtures("committed")
def test_a_suspended_user_has_signed_nothing(note: Client) -> None:
    url = signed(note, "c/o")
    suspend(find_user(note.account))
    assert note.raw("GET", url).status == 401


@pytest.mark.usefixtures("committed")
def test_a_limited_token_signs_within_its_limits(note: Client) -> None:
    owner = find_user(note.account)
    limited = create_token(owner, scope=Scope(container="c", prefix="o"))
    inside = Client(note.address, note.account, limited)
    assert note.raw("GET", signed(inside, "c/o")).body == b"hello"
    note.put("c/x", b"out of reach")
    assert asked(inside, "c/x").status == 403
    note.put("c/o2", b"", {"X-Object-Manifest": "c/x"})  # parts that the token does not reach
    assert note.raw("GET", signed(inside, "c/o2")).body == b""
    reading = Client(note.address, note.account, create_token(owner, scope=Scope(read_only=True)))
    assert asked(reading, "c/o").status == 403
    for client in (inside, reading):
        client.connection.close()


def test_what_is_not_there_is_told_at_once(note: Client, new_user: NewUser) -> None:
    assert asked(note, "c/none").status == 404
    assert asked(note, "none/o").status == 404
    assert asked(note, "c/o", '{"version": 999999999}').status == 404
    assert asked(visit(new_user(), note), "c/o").status == 403
    assert note.raw("POST", note.url("c/o") + "?signed-url", b"").status == 401


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("[]", "the body is not a JSON object"),
        ("{", "the body is not JSON"),
        ('{"methods": "GET"}', "the body has a field 'methods', which nobody knows here"),
        ('{"method": "PUT"}', "the field 'method' is one of GET, HEAD"),
        ('{"method": ["GET"]}', "the field 'method' is one of GET, HEAD"),
        ('{"version": 0}', "the field 'version' is a whole number"),
        ('{"version": true}', "the field 'version' is a whole number"),
        ('{"version": 99999999999999999999}', "the field 'version' is a whole number"),
        ('{"disposition": "sideways"}', "the field 'disposition' is one of inline, attachment"),
    ],
)
def test_what_is_malformed_is_400(note: Client, body: str, told: str) -> None:
    answer = asked(note, "c/o", body)
    assert (answer.status, told in answer.body.decode()) == (400, True), answer.body


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "\u03b1", "%00", "W10:1:x"])
def test_signatures_that_are_none_are_401(note: Client, text: str) -> None:
    for path in ("c/o", "c/none", "none/o"):
        answer = note.raw("GET", note.url(path, signature=text))
        assert (answer.status, answer.body) == (401, b"the signature is wrong or has expired\n")


PATH = ObjectPath("alice", "c", "o")


def made(scope: Scope | None = None) -> str:
    access = mock.Mock(account="alice")
    return signed_urls.sign(Credentials(b"", "alice", scope), access, "GET", PATH, {})


def test_after_a_minute_it_is_over() -> None:
    text = made()
    assert signed_urls.signer_of(text, "GET", PATH, {}).vouched == "alice"
    for later, valid in ((59, True), (61, False)):
        with mock.patch("django.core.signing.time.time", return_value=_now() + later):
            assert opens(text) is valid


def _now() -> float:
    return datetime.now(UTC).timestamp()


def opens(text: str) -> bool:
    try:
        signed_urls.signer_of(text, "GET", PATH, {})
    except InvalidSignatureError:
        return False
    return True


def test_networks_of_the_token_hold_for_it(settings: Any) -> None:
    from ipaddress import ip_network

    text = made(Scope(networks=(ip_network("192.0.2.0/24"),)))
    with pytest.raises(NotAllowedError):
        signed_urls.signer_of(text, "GET", PATH, {})
    assert request_context.client() is None


def test_its_secret_is_in_no_log(note: Client) -> None:
    from observability.redaction import target_without_secrets

    url = signed(note, "c/o")
    assert parse_qs(urlsplit(url).query)["signature"][0] not in target_without_secrets(url)
