"""Swift's first way to log in, as its clients ask for it."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.contrib.sessions.models import Session

from accounts.models import Token, User
from accounts.tokens.app_passwords import create_app_password, revoke_app_password
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_login_token, create_token, token_digest
from accounts.users.users import find_user
from tests.accounts.conftest import PASSWORD
from tests.api.client import Answer, Client
from tests.reliability.store import wait_for

Headers = dict[str, str]


def log_in(client: Client, user: str, key: str, url: str = "/auth/v1.0") -> Answer:
    return client.raw("GET", url, None, {"X-Auth-User": user, "X-Auth-Key": key})


@pytest.mark.parametrize("url", ["/auth/v1.0", "/auth/v1.0/", "/auth/v1", "/auth", "/auth/"])
def test_a_password_gives_a_token_and_where_to_go(member: Client, url: str) -> None:
    answer = log_in(member, member.account, PASSWORD, url)
    assert (answer.status, answer.body) == (200, b"")
    host, port = member.address
    assert answer["X-Storage-Url"] == f"http://{host}:{port}/v1/AUTH_{member.account}"
    assert answer["X-Auth-Token"] == answer["X-Storage-Token"]
    token = {"X-Auth-Token": answer["X-Auth-Token"]}
    assert member.get(headers=token).lines == ["c"]


def test_a_token_tells_when_to_come_back(member: Client) -> None:
    answer = log_in(member, member.account, PASSWORD)
    assert 86340 <= int(answer["X-Auth-Token-Expires"]) <= 86400
    digest = token_digest(answer["X-Auth-Token"])
    expires = Token.objects.get(digest=digest).expires
    assert expires is not None
    assert abs(expires - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "told"), [(None, 86400), (10, 600), (9999, 86400)])
def test_a_token_as_key_is_handed_back(member: Client, minutes: int | None, told: int) -> None:
    expires = None if minutes is None else datetime.now(UTC) + timedelta(minutes=minutes)
    token = create_token(find_user(member.account), expires=expires)
    answer = log_in(member, member.account, token)
    assert (answer.status, answer["X-Auth-Token"]) == (200, token)
    assert told - 60 <= int(answer["X-Auth-Token-Expires"]) <= told


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("192.0.2.0/24", 401)])
def test_a_token_for_other_networks_is_not_handed_back(
    member: Client, network: str, status: int
) -> None:
    scope = Scope(networks=(ip_network(network),))
    token = create_token(find_user(member.account), scope=scope)
    assert log_in(member, member.account, token).status == status
    own = {"X-Auth-Token": token}
    assert member.raw("GET", "/account/v1.0/authenticate", None, own).status == status
    auth = json.dumps({"auth": {"token": {"id": token}}})
    assert member.raw("POST", "/v2.0/tokens", auth).status == status
    assert (
        member.raw("GET", "/v3/auth/tokens", None, own | {"X-Subject-Token": token}).status
        == status
    )


def test_an_app_password_gives_a_token_that_reaches_as_far(member: Client) -> None:
    user = find_user(member.account)
    ends = datetime.now(UTC) + timedelta(minutes=10)
    secret = create_app_password(user, scope=Scope(read_only=True), expires=ends)
    answer = log_in(member, member.account, secret)
    assert (answer.status, answer["X-Auth-Token"] in {secret, ""}) == (200, False)
    assert 540 <= int(answer["X-Auth-Token-Expires"]) <= 600
    token = {"X-Auth-Token": answer["X-Auth-Token"]}
    assert member.get(headers=token).lines == ["c"]
    assert member.put("d", headers=token).status == 403
    revoke_app_password(user, user.app_passwords.get().pk)
    assert member.get(headers=token).status == 401
    assert log_in(member, member.account, secret).status == 401


def test_logins_and_sessions_that_ran_out_are_forgotten(member: Client) -> None:
    user = find_user(member.account)
    ended = datetime.now(UTC) - timedelta(minutes=1)
    create_login_token(user, expires=ended)
    create_token(user, label="login", expires=ended)
    log_in(member, member.account, PASSWORD)
    key = Session.objects.create(session_key=member.account, expire_date=ended).session_key
    wait_for(lambda: Token.objects.filter(user=user, by_login=True).count() == 1)
    labels = Token.objects.filter(user=user, by_login=False).values_list("label", flat=True)
    assert sorted(labels) == ["", "login"]
    wait_for(lambda: not Session.objects.filter(session_key=key).exists())


@pytest.mark.parametrize("form", ["{0}:{0}", "AUTH_{0}:{0}", ":{0}", "{1}", "{1}:{0}"])
def test_the_user_may_be_written_as_swift_does(member: Client, form: str) -> None:
    name = form.format(member.account, member.account.upper())
    answer = log_in(member, name, member.token)
    assert answer.status == 200
    assert answer["X-Storage-Url"].endswith(f"/v1/AUTH_{member.account}")


@pytest.mark.parametrize("account", ["other", "AUTH_other", "a:b", "AUTH_"])
def test_a_user_has_nobody_elses_account(member: Client, account: str) -> None:
    assert log_in(member, f"{account}:{member.account}", member.token).status == 401


def test_the_names_of_old_do_too(member: Client) -> None:
    sent = {"X-Storage-User": member.account, "X-Storage-Pass": member.token}
    answer = member.raw("GET", "/auth/v1.0", None, sent)
    assert (answer.status, answer["X-Auth-Token"]) == (200, member.token)


@pytest.mark.parametrize("sent", ["schöne %41".encode().decode("latin-1"), "sch%C3%B6ne%20%2541"])
def test_a_key_is_utf8_plain_or_percent_encoded(member: Client, sent: str) -> None:
    user = find_user(member.account)
    user.set_password("schöne A" if " " in sent else "schöne %41")
    user.save()
    assert log_in(member, member.account, sent).status == 200


@pytest.mark.parametrize("key", ["Open sesame", "", " ", "!", "%00", "\xff\xfe", "k" * 9000])
def test_a_wrong_key_is_refused(member: Client, key: str) -> None:
    answer = log_in(member, member.account, key)
    assert (answer.status, answer.get("X-Auth-Token")) == (401, None)
    assert answer.body == b"there is no such user, or the key is not theirs\n"


@pytest.mark.parametrize("user", ["nobody", "", ":", "%00", "a" * 9000, "\xff", "AUTH_", "..", "'"])
def test_who_is_not_there_is_answered_alike(member: Client, user: str) -> None:
    answer = log_in(member, user, PASSWORD)
    assert (answer.status, answer.get("X-Storage-Url")) == (401, None)
    assert answer.body == log_in(member, member.account, "wrong").body


def test_a_disabled_user_is_answered_alike(member: Client) -> None:
    User.objects.filter(account=member.account).update(is_active=False)
    bodies = {log_in(member, member.account, key).body for key in (PASSWORD, member.token, "x")}
    assert bodies == {b"there is no such user, or the key is not theirs\n"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_asking_logs_in(member: Client, method: str) -> None:
    sent = {"X-Auth-User": member.account, "X-Auth-Key": member.token}
    assert member.raw(method, "/auth/v1.0", None, sent).status == 405


def test_no_cache_keeps_a_token(member: Client) -> None:
    assert log_in(member, member.account, member.token)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("url", "status"), [("/auth/v1.0", 400), ("/v1/", 401)])
def test_a_host_that_is_not_ours_is_never_repeated(member: Client, url: str, status: int) -> None:
    sent = {"X-Auth-User": member.account, "X-Auth-Key": member.token, "Host": "evil.example"}
    answer = member.raw("GET", url, None, sent)
    assert (answer.status, answer.get("X-Storage-Url")) == (status, None)
    assert answer.get("X-Auth-Token") is None
