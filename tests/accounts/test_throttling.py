"""Guessing keys and tokens is slowed down, and never locks out who has a valid token."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from secrets import token_bytes, token_urlsafe
from threading import Barrier
from time import sleep

import pytest

from accounts.errors import ThrottledError
from accounts.models import Guess, User
from accounts.throttling import throttling
from accounts.throttling.throttling import LoginTarget
from accounts.tokens.app_passwords import create_app_password
from accounts.tokens.tokens import create_token, revoke_token
from accounts.users.users import find_user
from observability import request_context
from tests.accounts.conftest import PASSWORD, ask
from tests.api.client import Answer, Client
from tests.api.server import Serve, Server
from tests.passwords import slow_hash


@pytest.fixture(scope="module")
def proxied(serve: Serve) -> Iterator[Server]:
    """A server with the usual limits that believes who the tests say they are."""
    with serve(PITHOS_MAX_GUESSES="20", PITHOS_TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture
def victim(proxied: Server, member: Client) -> Iterator[Client]:
    """A user with a password at that server; nobody has guessed yet."""
    Guess.objects.all().delete()
    with member.at(proxied.address) as client:
        yield client


def log_in(client: Client, key: str, address: str = "203.0.113.1", user: str = "") -> Answer:
    sent = {"X-Auth-User": user or client.account, "X-Auth-Key": key, "X-Forwarded-For": address}
    return client.raw("GET", "/auth/v1.0", None, sent)


def fail(times: int, account: str, address: str = "203.0.113.1") -> None:
    """Let so many logins have failed, without the time that each of them takes."""
    request_context.enter({"REMOTE_ADDR": address})
    with suppress(ThrottledError):
        for _ in range(times):
            throttling.count_failure(LoginTarget(account), token_bytes(8))
    request_context.leave()


def show(client: Client, token: str, address: str = "203.0.113.1") -> int:
    """The status of an API request with this token."""
    return client.head("c", {"X-Auth-Token": token, "X-Forwarded-For": address}).status


def test_after_twenty_wrong_keys_none_is_tried(victim: Client) -> None:
    fail(18, victim.account)
    assert [log_in(victim, "wrong").status for _ in range(3)] == [401, 401, 429]
    answer = log_in(victim, PASSWORD)
    assert (answer.status, answer.get("X-Auth-Token")) == (429, None)
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_every_way_to_log_in_counts_and_is_closed(victim: Client) -> None:
    user = {"name": victim.account, "password": PASSWORD}
    v2 = {"auth": {"passwordCredentials": {"username": victim.account, "password": PASSWORD}}}
    v3 = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    headers = {"X-Auth-User": victim.account, "X-Auth-Key": PASSWORD}
    fail(20, victim.account, "127.0.0.1")
    for answer in (
        ask(victim, "POST", "/v2.0/tokens", v2),
        ask(victim, "POST", "/identity/v2.0/tokens", v2),
        ask(victim, "POST", "/v3/auth/tokens", v3),
        victim.raw("GET", "/v1/", None, headers),
    ):
        assert answer.status == 429
        assert int(answer["Retry-After"]) > 0


def test_tokens_and_app_passwords_are_never_locked_out(victim: Client) -> None:
    secret = create_app_password(find_user(victim.account))
    fail(200, victim.account)
    assert log_in(victim, PASSWORD).status == 429
    assert log_in(victim, victim.token).status == 200
    assert log_in(victim, secret).status == 200
    assert show(victim, victim.token) == 204


def test_users_who_are_not_there_are_counted_alike(victim: Client) -> None:
    fail(20, "nobody")
    assert log_in(victim, "x", user="nobody").status == 429
    assert log_in(victim, PASSWORD).status == 200


@pytest.mark.parametrize(
    ("before", "address", "status"),
    [
        ("203.0.113.1", "203.0.113.2", 200),
        ("203.0.113.1", "198.51.100.7, 203.0.113.1", 429),
        ("2001:db8::1", "2001:db8::2:3:4:5", 429),
        ("2001:db8::1", "2001:db8:0:1::1", 200),
        ("203.0.113.1", "::ffff:203.0.113.1", 429),
    ],
)
def test_an_address_is_what_the_proxy_says(
    victim: Client, before: str, address: str, status: int
) -> None:
    fail(20, victim.account, before)
    assert log_in(victim, PASSWORD, address).status == status


def test_an_address_has_a_limit_for_all_accounts(victim: Client) -> None:
    for number in range(100):
        fail(1, f"user-{number}")
    assert log_in(victim, PASSWORD).status == 429
    assert log_in(victim, PASSWORD, "203.0.113.2").status == 200


def test_an_account_has_a_limit_for_all_addresses(victim: Client) -> None:
    for number in range(100):
        fail(1, victim.account, f"198.51.100.{number}")
    assert log_in(victim, PASSWORD).status == 429
    assert log_in(victim, victim.token).status == 200


def test_it_is_over_after_a_minute(victim: Client) -> None:
    fail(20, victim.account)
    assert log_in(victim, PASSWORD).status == 429
    for guess in Guess.objects.all():
        guess.made -= timedelta(seconds=61)
        guess.save()
    assert log_in(victim, PASSWORD).status == 200
    log_in(victim, "wrong")
    assert Guess.objects.count() == 3  # the old ones are swept


@pytest.mark.requirement("R1")
def test_guessed_tokens_are_401_and_then_429(victim: Client) -> None:
    statuses = []
    for number in range(150):
        statuses.append(show(victim, token_urlsafe(32)))
        if number % 10 == 0:
            assert show(victim, victim.token) == 204
    assert statuses == [401] * 20 + [429] * 130


@pytest.fixture
def slowly_hashed(victim: Client) -> None:
    """Checking a key of the victim's takes so long that others are sent meanwhile."""
    User.objects.filter(account=victim.account).update(password=slow_hash(PASSWORD))


def at_once(count: int, victim: Client, ask: Callable[[Client], Answer]) -> Counter[int]:
    """The statuses of requests that are sent at the same time, each by a client of its own."""
    start = Barrier(count)

    def one(_: int) -> int:
        client = Client(victim.address, victim.account, victim.token)
        with closing(client.connection):
            client.connection.connect()
            start.wait()
            return ask(client).status

    with ThreadPoolExecutor(count) as threads:
        return Counter(threads.map(one, range(count)))


@pytest.mark.parametrize("path", ["/v1/{}", "/v1/AUTH_{}", "/v1/{}/c/o"])
def test_of_a_hundred_wrong_tokens_at_once_no_more_are_401(victim: Client, path: str) -> None:
    def guess(client: Client) -> Answer:
        url = path.format(victim.account)
        return client.raw("GET", url, None, {"X-Auth-Token": token_urlsafe(32)})

    assert at_once(100, victim, guess) == {401: 20, 429: 80}
    assert show(victim, victim.token) == 204


def by_swift(client: Client, key: str) -> Answer:
    return log_in(client, key, "127.0.0.1")


def by_keystone(client: Client, key: str) -> Answer:
    user = {"username": client.account, "password": key}
    return ask(client, "POST", "/v2.0/tokens", {"auth": {"passwordCredentials": user}})


def by_token(client: Client, key: str) -> Answer:
    return ask(client, "POST", "/v2.0/tokens", {"auth": {"token": {"id": key}}})


@pytest.mark.parametrize("door", [by_swift, by_keystone, by_token])
@pytest.mark.usefixtures("slowly_hashed")
def test_of_many_wrong_keys_at_once_no_more_are_401(
    victim: Client, door: Callable[[Client, str], Answer]
) -> None:
    fail(97, "", "127.0.0.1")  # of a hundred for the address; a token is for no account yet
    statuses = at_once(8, victim, lambda client: door(client, token_urlsafe(8)))
    assert statuses == {401: 3, 429: 5}


@pytest.mark.usefixtures("slowly_hashed")
def test_right_keys_that_end_behind_too_many_wrong_ones_are_not_told(victim: Client) -> None:
    """They may be guesses that were sent at the same time; hashing takes its time."""
    with ThreadPoolExecutor(1) as thread:
        trying = thread.submit(at_once, 8, victim, lambda client: by_swift(client, PASSWORD))
        sleep(0.1)
        fail(20, victim.account, "127.0.0.1")
        assert trying.result()[429] > 0


@pytest.mark.usefixtures("slowly_hashed")
def test_many_right_keys_at_once_are_let_in(victim: Client) -> None:
    assert at_once(8, victim, lambda client: by_swift(client, PASSWORD)) == {200: 8}
    assert not Guess.objects.exists()


def test_in_swifts_dialect_too(victim: Client) -> None:
    victim.account, account = f"AUTH_{victim.account}", victim.account
    fail(20, account, "127.0.0.1")
    answer = victim.head(headers={"X-Auth-Token": "unknown"})
    assert answer.status == 429
    assert int(answer["Retry-After"]) > 0
    assert victim.head().status == 204


def test_one_stale_token_is_no_guessing(victim: Client) -> None:
    stale = create_token(find_user(victim.account))
    revoke_token(stale)
    assert {show(victim, stale) for _ in range(150)} == {401}
    assert Guess.objects.count() == 3


def test_what_guessing_writes_is_bounded(victim: Client) -> None:
    for _ in range(150):
        show(victim, token_urlsafe(32))
    assert Guess.objects.count() == 3 * 20


def test_right_requests_write_nothing(victim: Client) -> None:
    assert log_in(victim, PASSWORD).status == 200
    assert log_in(victim, victim.token).status == 200
    assert show(victim, victim.token) == 204
    assert show(victim, "") == 401  # nor does who has no token at all
    assert not Guess.objects.exists()


def test_tokens_shown_at_a_login_count_too(victim: Client) -> None:
    fail(100, "", "127.0.0.1")
    body = {"auth": {"token": {"id": "unknown"}}}
    assert ask(victim, "POST", "/v2.0/tokens", body).status == 429
    assert ask(victim, "GET", "/v3/auth/tokens", X_Auth_Token="unknown").status == 429
    assert ask(victim, "GET", "/v3/auth/tokens", X_Auth_Token=victim.token).status == 404


def test_all_servers_of_a_store_count_together(victim: Client, serve: Serve) -> None:
    choices = {"PITHOS_MAX_GUESSES": "20", "PITHOS_WORKERS": "1"}
    with serve(**choices) as second, victim.at(second.address) as other:
        fail(19, victim.account, "127.0.0.1")
        assert log_in(victim, "wrong", "127.0.0.1").status == 401
        assert log_in(other, PASSWORD).status == 429


def test_no_secret_is_logged_or_kept(victim: Client, proxied: Server) -> None:
    for wrong in (secret := "hunter2-hunter2", f"{secret}-token"):
        log_in(victim, wrong)
        victim.head("c", {"X-Auth-Token": wrong})
        victim.raw("GET", f"{victim.url()}?X-Auth-Token={wrong}")
    assert secret not in proxied.errors()
    kept = Guess.objects.values_list("bucket", "tag")
    assert secret.encode() not in b"".join(bytes(each) for row in kept for each in row)
