"""Tokens and app passwords: shown once, limited, revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.api.client import Client
from tests.management_api.conftest import Manager, code


@pytest.mark.requirement("M23")
def test_the_secret_of_a_token_is_told_once(user: Manager) -> None:
    end = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    scope = {"read_only": True, "networks": ["127.0.0.0/8"]}
    made = user.post("token", {"label": "x", "expires": end, "scope": scope})
    secret = made.pop("secret")
    assert user.get(f"token/{made['id']}") == made
    assert (made["valid"], made["scope"], made["user"]) == (True, scope, user.account)
    assert made["expires"] == end.replace("+00:00", "Z")
    limited = Client(user.store.address, user.account, secret)
    assert limited.get("").status == 204
    assert limited.put("c").status == 403
    limited.connection.close()
    answer = user.ask("GET", "token", filter={"secret": secret})
    assert code(answer) == (400, "SEARCH_FORBIDDEN")
    assert secret.encode() not in user.ask("GET", "user", depth=3).body


@pytest.mark.requirement("M13", "M23")
def test_a_token_that_is_revoked_opens_nothing(user: Manager) -> None:
    made = user.post("token", {})
    other = Manager(Client(user.store.address, user.account, made["secret"]))
    assert len(other.get("token")) == 2
    user.delete(f"token/{made['id']}")
    assert code(other.ask("GET", "token")) == (401, "UNAUTHORIZED")
    assert code(user.ask("DELETE", f"token/{made['id']}")) == (404, "OBJECT_DOES_NOT_EXIST")
    other.store.connection.close()


def test_a_list_of_tokens_is_replaced(user: Manager) -> None:
    [own] = user.get("token", depth=0)
    made = user.post("token", {})
    kept = user.patch(f"user/{user.account}", {"tokens": [own, {"label": "new"}]})["tokens"]
    assert made["id"] not in user.get("token", depth=0)
    assert own in kept
    assert [each["label"] for each in kept if isinstance(each, dict)] == ["new"]


@pytest.mark.requirement("M23")
def test_an_app_password_logs_in_until_it_is_revoked(user: Manager) -> None:
    made = user.post("app_password", {"label": "phone"})
    sign_in = {"X-Auth-User": user.account, "X-Auth-Key": made["secret"]}
    token = user.store.raw("GET", "/v1", None, sign_in)["X-Auth-Token"]
    phone = Client(user.store.address, user.account, token)
    assert phone.get("").status == 204
    user.delete(f"app_password/{made['id']}")
    assert phone.get("").status == 401
    assert user.get("app_password") == []
    phone.connection.close()


@pytest.mark.parametrize(
    "content",
    [
        {"scope": {"networks": ["all"]}},
        {"scope": {"networks": "127.0.0.1"}},
        {"scope": {"read_only": "yes"}},
        {"scope": ["read_only"]},
        {"expires": "tomorrow"},
        {"expires": "2030-01-01T00:00:00"},
        {"label": ["x"]},
        {"secret": "mine"},
        {"valid": True},
        {"by_login": True},
    ],
)
def test_a_secret_that_cannot_be_is_not_made(user: Manager, content: dict[str, object]) -> None:
    for name in ("token", "app_password"):
        assert user.ask("POST", name, content).status == 400
    assert len(user.get("token")) == 1
    assert user.get("app_password") == []


@pytest.mark.parametrize(
    ("scope", "reads", "makes"),
    [
        (Scope(read_only=True), 200, 403),
        (Scope(container="c"), 403, 403),
        (Scope(), 200, 403),
    ],
)
def test_a_limited_token_makes_no_secrets(
    user: Manager, scope: Scope, reads: int, makes: int
) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    token = create_token(find_user(user.account), scope=scope, expires=tomorrow)
    limited = Manager(Client(user.store.address, user.account, token))
    assert limited.ask("GET", "token").status == reads
    assert limited.ask("POST", "token", {}).status == makes
    nested: dict[str, list[dict[str, str]]] = {"app_passwords": [{}]}
    assert limited.ask("PATCH", f"user/{user.account}", nested).status == makes
    assert limited.ask("DELETE", "container/nobody/c").status in {403, 404}
    limited.store.connection.close()
