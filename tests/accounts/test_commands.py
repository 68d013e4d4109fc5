"""create_user, create_token and revoke_token, and what they do to the very next request."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.logins.logins import new_login
from accounts.models import AppPassword, Token, User
from accounts.tokens import app_passwords
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token, token_digest
from accounts.users.users import create_user
from audit.services import list_events
from tests.api.client import Client
from tests.api.server import Server

pytestmark = pytest.mark.usefixtures("committed")


def run(command: str, *arguments: str, **options: Any) -> str:
    """What the command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def name() -> str:
    return f"someone-{datetime.now().timestamp()}"


@pytest.fixture
def status(server: Server, name: str) -> Iterator[Callable[[str], int]]:
    """What the account's own HEAD is answered with, by token."""
    client = Client(server.address, name, "")

    def ask(token: str) -> int:
        return client.head(headers={"X-Auth-Token": token}).status

    yield ask
    client.connection.close()


def test_a_new_user_has_an_empty_account(status: Callable[[str], int], name: str) -> None:
    said = run("create_user", name.upper())
    assert said == f"created {name} ({User.objects.get(account=name).uuid})\n"
    assert status(run("create_token", name).strip()) == 204


def test_an_operator_and_a_quota(api: Client, name: str) -> None:
    run("create_user", name, "--operator", "--quota", "3G")
    user = User.objects.get(account=name)
    assert (user.is_operator, user.quota) == (True, 3 * 2**30)
    client = Client(api.address, name, create_token(user))
    assert client.head()["X-Account-Policy-Quota"] == str(3 * 2**30)
    client.connection.close()


@pytest.mark.parametrize("wrong", ["", "a/b", "a b", "a:b", "a,b", "*", "AUTH_a", "..", "n" * 257])
def test_a_name_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(CommandError, match="account name"):
        run("create_user", wrong)
    assert not User.objects.filter(account=wrong.lower()).exists()


def test_a_name_is_given_once(name: str) -> None:
    run("create_user", name)
    with pytest.raises(CommandError, match="there is an account"):
        run("create_user", name.upper())
    assert User.objects.filter(account=name).count() == 1


@pytest.mark.parametrize("size", ["-1", "lots", "1.5G", ""])
def test_a_quota_that_is_no_size_is_refused(name: str, size: str) -> None:
    with pytest.raises(CommandError, match="is not a size"):
        run("create_user", name, f"--quota={size}")
    assert not User.objects.filter(account=name).exists()


def test_the_token_is_alone_on_standard_output(name: str) -> None:
    run("create_user", name)
    first, second = run("create_token", name), run("create_token", name, "--label", "laptop")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", first)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", second)
    assert first != second
    assert {token.label for token in Token.objects.filter(user__account=name)} == {"", "laptop"}


def test_no_token_looks_like_an_option(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    texts = iter(["-looks-like-an-option", "does-not"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: next(texts))
    assert create_token(create_user(name)) == "does-not"


def test_only_the_hash_of_a_token_is_kept(name: str) -> None:
    token = run("create_token", name, "--create").strip()
    stored = Token.objects.filter(user__account=name).values_list()
    assert bytes(stored[0][0]) == token_digest(token)
    assert token not in str(stored)


def test_a_token_for_nobody_needs_create(status: Callable[[str], int], name: str) -> None:
    with pytest.raises(CommandError, match="there is no account"):
        run("create_token", name)
    assert not User.objects.filter(account=name).exists()
    assert status(run("create_token", name, "--create").strip()) == 204


@pytest.mark.requirement("R1")
def test_a_revoked_token_fails_from_the_next_request_on(
    status: Callable[[str], int], name: str
) -> None:
    token, other = (run("create_token", name, "--create").strip() for _ in "ab")
    assert (status(token), status(other)) == (204, 204)
    assert run("revoke_token", token) == "revoked 1\n"
    assert (status(token), status(other)) == (401, 204)


@pytest.mark.requirement("R1")
def test_all_tokens_of_a_user_can_be_revoked(
    api: Client, status: Callable[[str], int], name: str
) -> None:
    tokens = [run("create_token", name, "--create").strip() for _ in "ab"]
    assert run("revoke_token", "--all-of", name) == "revoked 2\n"
    assert [status(token) for token in tokens] == [401, 401]
    assert api.head().status == 204


def test_a_token_can_be_revoked_by_standard_input(
    status: Callable[[str], int], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = run("create_token", name, "--create")
    monkeypatch.setattr("sys.stdin", StringIO(token))
    assert run("revoke_token", "-") == "revoked 1\n"
    assert status(token.strip()) == 401


@pytest.mark.parametrize("times", [1, 2])
def test_an_unknown_or_revoked_token_cannot_be_revoked(name: str, times: int) -> None:
    token = run("create_token", name, "--create").strip() if times == 2 else "unknown"
    for _ in range(times - 1):
        run("revoke_token", token)
    with pytest.raises(CommandError, match="no such token"):
        run("revoke_token", token)


@pytest.mark.requirement("R1")
def test_an_expired_token_is_401(status: Callable[[str], int], name: str) -> None:
    token = run("create_token", name, "--create", "--expires", "1h").strip()
    assert status(token) == 204
    stored = Token.objects.filter(user__account=name)
    expires = stored.get().expires
    assert expires is not None
    assert abs(expires - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)
    stored.update(expires=datetime.now(UTC) - timedelta(seconds=1))
    assert status(token) == 401


def test_a_token_that_is_expired_already_is_401(status: Callable[[str], int], name: str) -> None:
    token = run("create_token", name, "--create", "--expires", "2020-01-31T12:00").strip()
    assert Token.objects.get(user__account=name).expires == datetime(2020, 1, 31, 12, tzinfo=UTC)
    assert status(token) == 401


def test_an_expiry_that_is_no_time_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="is no time"):
        run("create_token", name, "--create", "--expires", "soon")
    assert not User.objects.filter(account=name).exists()


@pytest.mark.requirement("R1")
def test_a_disabled_user_is_401_from_the_next_request_on(
    status: Callable[[str], int], name: str
) -> None:
    token = run("create_token", name, "--create").strip()
    assert status(token) == 204
    User.objects.filter(account=name).update(is_active=False)
    assert status(token) == 401
    User.objects.filter(account=name).update(is_active=True)
    assert status(token) == 204


@pytest.mark.requirement("R1")
def test_a_lost_right_counts_for_every_operation(box: Client) -> None:
    box.put("c/o", b"abc")
    revoke_token(box.token)
    answers = [
        box.request(method, path)
        for path in ("", "c", "c/o")
        for method in ("HEAD", "GET", "PUT", "POST", "DELETE")
        if (method, path) not in {("PUT", ""), ("DELETE", ""), ("POST", "c/o")}
    ]
    assert [answer.status for answer in answers] == [401] * 12


def test_the_use_of_a_token_is_noted_at_most_once_an_hour(api: Client) -> None:
    token = Token.objects.filter(user__account=api.account)
    assert token.get().last_used is None
    api.head()
    first = token.get().last_used
    assert first is not None
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)
    api.head()
    api.put("c")
    assert token.get().last_used == first


@pytest.mark.parametrize(("minutes", "noted"), [(59, False), (61, True)])
def test_after_an_hour_it_is_noted_again(api: Client, minutes: int, noted: bool) -> None:
    token = Token.objects.filter(user__account=api.account)
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    token.update(last_used=before)
    api.put("c")
    assert (token.get().last_used != before) is noted


def test_a_token_may_be_limited(api: Client, status: Callable[[str], int], name: str) -> None:
    limits = ("--read-only", "--prefix", "c/in/", "--ip", "127.0.0.0/8", "--ip", "::1")
    token = run("create_token", name, "--create", *limits).strip()
    assert re.fullmatch(r"scoped-[A-Za-z0-9_-]{43}", token)
    scope = "read-only; only c/in/; from 127.0.0.0/8, ::1/128"
    assert str(Scope.from_json(Token.objects.get(user__account=name).scope or {})) == scope
    assert status(token) == 403
    assert status(run("create_token", name, "--read-only").strip()) == 204


@pytest.mark.parametrize(
    "wrong", [("--prefix", "/in"), ("--ip", "nowhere"), ("--ip", "10.1.1.1/8")]
)
def test_a_limit_that_cannot_be_kept_is_refused(name: str, wrong: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run("create_token", name, "--create", *wrong)
    assert not User.objects.filter(account=name).exists()


def test_tokens_are_listed_and_revoked(status: Callable[[str], int], name: str) -> None:
    run("create_user", name)
    for more in (("--label", "laptop"), ("--read-only", "--expires", "2100-01-31T12:00")):
        token = run("create_token", name, *more).strip()
    newest, other = run("tokens", name).splitlines()
    digits, *told = newest.split("\t")
    assert told == ["", "read-only", "never used", "ends 2100-01-31 12:00"]
    assert other.split("\t")[1:] == ["laptop", "everything", "never used", "no end"]
    assert (status(token), token in newest) == (204, False)
    assert run("tokens", name, "--revoke", digits) == f"revoked token {digits}\n"
    assert (status(token), run("tokens", name).splitlines()[0].split("\t")[1]) == (401, "laptop")
    with pytest.raises(CommandError, match="no such token"):
        run("tokens", name, "--revoke", digits)


def test_tokens_of_logins_are_listed_apart(name: str) -> None:
    user = create_user(name)
    made = create_token(user, label="laptop")
    new = new_login(user).token
    [by_hand], [by_login] = (run("tokens", name, *more).splitlines() for more in ([], ["--logins"]))
    assert by_hand.startswith(token_digest(made).hex()[:8])
    assert by_login.startswith(token_digest(new).hex()[:8])
    run("tokens", name, "--revoke", by_login.partition("\t")[0])
    assert run("tokens", name, "--logins") == ""


def test_app_passwords_are_listed_and_revoked(name: str) -> None:
    run("create_user", name)
    user = User.objects.get(account=name)
    secrets = [
        run("create_app_password", name, *more).strip()
        for more in (("--label", "phone"), ("--read-only",))
    ]
    first, second = run("app_passwords", name).splitlines()
    assert (first.split("\t")[1:], second.split("\t")[1:]) == (
        ["phone", "everything", "never used"],
        ["", "read-only", "never used"],
    )
    assert not set(secrets) & set(first + second)
    run("app_passwords", name, "--revoke", first.split("\t")[0])
    assert app_passwords.find_app_password(user, secrets[0], None) is None
    assert run("app_passwords", name).splitlines() == [second]
    with pytest.raises(CommandError, match="no app password"):
        run("app_passwords", name, "--revoke", first.split("\t")[0])


def test_revoking_an_app_password_ends_the_tokens_got_by_it(
    status: Callable[[str], int], name: str
) -> None:
    run("create_user", name)
    user = User.objects.get(account=name)
    secret = run("create_app_password", name, "--read-only").strip()
    found = app_passwords.find_app_password(user, secret, None)
    assert found is not None
    assert found.user == user
    token = create_token(user, app_password=found, scope=app_passwords.scope_of(found))
    other = create_token(user)
    assert (status(token), status(secret)) == (204, 401)
    run("app_passwords", name, "--revoke", str(found.pk))
    assert (status(token), status(other)) == (401, 204)


def test_an_app_password_is_its_users_own_and_ends(name: str) -> None:
    run("create_user", name)
    run("create_user", f"{name}-other")
    secret = run("create_app_password", name, "--expires", "1h", "--ip", "10.0.0.0/8").strip()
    user, other = User.objects.get(account=name), User.objects.get(account=f"{name}-other")
    inside, outside = ip_address("10.1.1.1"), ip_address("192.0.2.1")
    assert app_passwords.find_app_password(user, secret, inside) is not None
    assert app_passwords.find_app_password(user, secret, outside) is None
    assert app_passwords.find_app_password(other, secret, inside) is None
    user.app_passwords.update(expires=datetime.now(UTC) - timedelta(seconds=1))
    assert app_passwords.find_app_password(user, secret, inside) is None


def test_a_password_is_set_from_standard_input(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("create_user", name)
    monkeypatch.setattr("sys.stdin", StringIO("open sesame\n"))
    assert run("set_password", name) == f"set the password of {name}\n"
    assert User.objects.get(account=name).check_password("open sesame")


@pytest.mark.parametrize(
    ("given", "told"),
    [("short\n", "too short"), ("", "too short"), ("password\n", "too common"),
     ("918273645546\n", "entirely numeric"), ("x" * 1025, "up to 1024 characters")],
)  # fmt: skip
def test_a_weak_password_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch, given: str, told: str
) -> None:
    run("create_user", name)
    monkeypatch.setattr("sys.stdin", StringIO(given))
    with pytest.raises(CommandError, match=told):
        run("set_password", name)
    assert not User.objects.get(account=name).has_usable_password()


def test_nobody_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("open sesame\n"))
    with pytest.raises(CommandError, match="there is no account"):
        run("set_password", "nobody-at-all")


def test_a_user_is_suspended_and_resumed(status: Callable[[str], int], name: str) -> None:
    token = run("create_token", name, "--create").strip()
    assert run("suspend", name.upper()) == f"suspended {name}\n"
    assert status(token) == 401
    assert run("suspend", name) == f"already suspended: {name}\n"
    assert run("resume", name) == f"resumed {name}\n"
    assert status(token) == 204
    assert run("resume", name) == f"not suspended: {name}\n"
    actions = list_events(account=name).values_list("action", flat=True)
    assert list(actions)[-2:] == ["user.suspend", "user.resume"]


@pytest.mark.parametrize("command", ["suspend", "resume"])
def test_nobody_else_can_be_suspended(name: str, command: str) -> None:
    with pytest.raises(CommandError, match="there is no account"):
        run(command, name)


@pytest.mark.parametrize("command", ["create_token", "create_app_password"])
def test_a_suspended_user_gets_no_secret(name: str, command: str) -> None:
    run("create_user", name)
    run("suspend", name)
    with pytest.raises(CommandError, match="is suspended; resume the user first"):
        run(command, name)
    assert not Token.objects.filter(user__account=name).exists()
    assert not AppPassword.objects.filter(user__account=name).exists()
