"""Swift's way to log in: user and key for a token (contract §2.1)."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.tokens.tokens import revoke_token
from accounts.users.users import find_user
from tests.accounts.conftest import member
from tests.api.client import Answer, Client

__all__ = ["member"]


def log_in(client: Client, user: str, key: str, url: str = "/v1/") -> Answer:
    return client.raw("GET", url, None, {"X-Auth-User": user, "X-Auth-Key": key})


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("url", ["/v1", "/v1/", "/v1.0/", "/v1/?format=json"])
def test_a_password_gives_a_token_and_the_accounts_url(member: Client, url: str) -> None:
    answer = log_in(member, member.account, "open sesame", url)
    assert (answer.status, answer.body) == (204, b"")
    assert answer["X-Storage-Url"].endswith(f":{member.address[1]}/v1/{member.account}")
    token = answer["X-Auth-Token"]
    assert token not in {"", "open sesame", member.token}
    assert answer["X-Storage-Token"] == token
    assert 86340 <= int(answer["X-Auth-Token-Expires"]) <= 86400
    found = member.raw("GET", f"/v1/{member.account}", None, {"X-Auth-Token": token})
    assert found.lines == ["c"]


@pytest.mark.requirement("R4")
def test_a_token_of_the_users_own_is_a_key_too(member: Client) -> None:
    answer = log_in(member, member.account, member.token)
    assert (answer.status, answer["X-Auth-Token"]) == (204, member.token)


@pytest.mark.requirement("R4")
def test_the_users_name_may_be_in_any_case(member: Client) -> None:
    answer = log_in(member, member.account.upper(), "open sesame")
    assert answer.status == 204
    assert answer["X-Storage-Url"].endswith(f"/{member.account}")


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("key", ["Open sesame", "x", "!", "%00", "%20"])
def test_a_wrong_key_is_refused(member: Client, key: str) -> None:
    answer = log_in(member, member.account, key)
    assert (answer.status, answer.get("X-Auth-Token")) == (401, None)


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("key", ["open sesame", "x", "!"])
def test_nobody_learns_who_exists(api: Client, member: Client, key: str) -> None:
    absent = log_in(member, "nobody", key)
    present = log_in(member, member.account, "wrong")
    assert (absent.status, absent.body) == (present.status, present.body) == (401, present.body)


@pytest.mark.requirement("R4")
def test_a_user_without_a_password_has_none_that_fits(api: Client) -> None:
    for key in ("!", "None", "x"):
        assert log_in(api, api.account, key).status == 401


@pytest.mark.requirement("R4")
def test_anothers_token_is_no_key(member: Client, new_user: Callable[[], Client]) -> None:
    assert log_in(member, member.account, new_user().token).status == 401


@pytest.mark.requirement("R4")
@pytest.mark.usefixtures("committed")
def test_a_revoked_token_is_no_key(api: Client) -> None:
    assert log_in(api, api.account, api.token).status == 204
    revoke_token(api.token)
    assert log_in(api, api.account, api.token).status == 401


@pytest.mark.requirement("R4")
def test_a_disabled_user_cannot_log_in(member: Client) -> None:
    user = find_user(member.account)
    user.is_active = False
    user.save()
    for key in ("open sesame", member.token):
        assert log_in(member, member.account, key).status == 401


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("query", [{}, {"X-Auth-Token": "unknown"}])
def test_a_token_goes_before_the_key(member: Client, query: dict[str, Any]) -> None:
    headers = {"X-Auth-User": member.account, "X-Auth-Key": "open sesame"}
    if not query:
        headers["X-Auth-Token"] = "unknown"
    url = "/v1/" + ("?X-Auth-Token=unknown" if query else "")
    assert member.raw("GET", url, None, headers).status == 401
