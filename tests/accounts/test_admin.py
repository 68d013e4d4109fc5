"""The admin pages: operators watch users, tokens and containers; nobody else gets in."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.errors import InvalidQuotaError
from accounts.identity import users
from accounts.models import Token, User
from accounts.tokens import app_passwords
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from audit.models import Event
from audit.services import list_events
from pithos_api.models import Container

pytestmark = pytest.mark.django_db

TOKENS = "accounts/token/"
PASSWORD = "a long pass phrase"


def make(account: str, *, operator: bool) -> User:
    user = create_user(account, operator=operator)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, account: str) -> int:
    """Fill in the login form; return the status it is answered with."""
    form = {"username": account, "password": PASSWORD, "next": "/admin/"}
    return client.post("/admin/login/", form).status_code


@pytest.fixture
def user() -> User:
    """Someone with a container and a token."""
    user = make("alice", operator=False)
    Container.objects.create(account=user, name="holidays", object_count=7)
    create_token(user, label="laptop")
    return user


@pytest.fixture
def operator(client: Client, user: User) -> Client:
    """A browser where an operator has logged in."""
    make("root", operator=True)
    assert log_in(client, "root") == 302
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(f"/admin/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_operator_gets_in(operator: Client) -> None:
    index = page(operator, "")
    for link in ("/admin/accounts/user/", "/admin/accounts/token/", "/admin/pithos_api/container/"):
        assert link in index


def test_an_operator_sees_users_tokens_and_containers(operator: Client) -> None:
    assert "alice" in page(operator, "accounts/user/?q=ali")
    assert "laptop" in page(operator, "accounts/token/?q=alice")
    assert "holidays" in page(operator, "pithos_api/container/?q=holi")


def test_each_has_a_page_of_its_own(operator: Client, user: User) -> None:
    container = Container.objects.get(account=user)
    assert str(user.uuid) in page(operator, f"accounts/user/{user.pk}/change/")
    assert "holidays" in page(operator, f"pithos_api/container/{container.pk}/change/")


def revoke(operator: Client, path: str, *keys: Any) -> Any:
    form = {"action": "revoke", "_selected_action": list(map(str, keys))}
    return operator.post(f"/admin/{path}", form, follow=True)


def test_a_token_has_a_page_where_nothing_can_be_changed(operator: Client, user: User) -> None:
    path = f"{TOKENS}{Token.objects.get(user=user).digest.hex()}/change/"
    assert f'href="/admin/{path}' in page(operator, f"{TOKENS}?q=alice")
    assert "laptop" in page(operator, path)
    form = {"revoked_0": "2026-01-31", "revoked_1": "12:00:00"}
    assert operator.post(f"/admin/{path}", form).status_code == 403
    assert Token.objects.get(user=user).revoked is None


def test_tokens_are_revoked_for_good(operator: Client, user: User) -> None:
    token = Token.objects.get(user=user)
    assert "Revoked: 1." in revoke(operator, TOKENS, token.digest.hex()).content.decode()
    token.refresh_from_db()
    assert token.revoked is not None
    assert "Revoked: 0." in revoke(operator, TOKENS, token.digest.hex()).content.decode()
    event = Event.objects.latest("id")
    assert (event.action, event.actor, event.proxy) == ("token.revoke", "root", "alice")


def test_no_token_is_deleted(operator: Client, user: User) -> None:
    digest = Token.objects.get(user=user).digest.hex()
    assert operator.post(f"/admin/{TOKENS}{digest}/delete/", {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [digest], "post": "yes"}
    operator.post(f"/admin/{TOKENS}", form)
    assert Token.objects.filter(user=user).exists()
    assert "delete" not in page(operator, f"{TOKENS}{digest}/change/").lower()


def test_a_user_can_be_disabled(operator: Client, user: User) -> None:
    answer = operator.post(f"/admin/accounts/user/{user.pk}/change/", {"quota": "5"})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.quota) == (False, 5)
    actions = list_events(account="alice", actor="root").values_list("action", flat=True)
    assert list(actions)[-2:] == ["admin.change", "user.suspend"]


USER = {"account": "Olga", "new_password": PASSWORD, "is_active": "on", "quota": "9"}


def test_a_user_is_made_who_can_sign_in(operator: Client) -> None:
    assert operator.post("/admin/accounts/user/add/", USER).status_code == 302
    user = User.objects.get(account="olga")
    assert (user.check_password(PASSWORD), user.quota, user.is_operator) == (True, 9, False)


def test_a_user_without_a_password_has_none(operator: Client) -> None:
    operator.post("/admin/accounts/user/add/", USER | {"new_password": ""})
    assert not User.objects.get(account="olga").has_usable_password()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("account", "a/b", "may not have"),
        ("account", "ALICE", "There is a user of this name."),
        ("new_password", "short", "too short"),
        ("new_password", "password", "too common"),
        ("new_password", "12345678", "entirely numeric"),
    ],
)
def test_what_a_user_cannot_be_is_told(
    operator: Client, user: User, field: str, value: str, told: str
) -> None:
    answer = operator.post("/admin/accounts/user/add/", USER | {field: value})
    assert told in answer.content.decode()
    assert not User.objects.filter(account="olga").exists()


def test_a_password_that_is_the_name_is_refused(operator: Client) -> None:
    form = USER | {"account": "olga-petrova", "new_password": "Olga-Petrova1"}
    answer = operator.post("/admin/accounts/user/add/", form)
    assert "too similar to the account" in answer.content.decode()


def test_a_password_is_changed_or_left(operator: Client, user: User) -> None:
    path = f"/admin/accounts/user/{user.pk}/change/"
    for given in ("another pass phrase", ""):
        operator.post(path, {"is_active": "on", "new_password": given})
        user.refresh_from_db()
        assert user.check_password("another pass phrase")
        assert "another pass phrase" not in page(operator, path.removeprefix("/admin/"))


def test_the_own_password_is_changed_on_the_page_that_counts_guesses(operator: Client) -> None:
    assert operator.get("/admin/password_change/")["Location"] == "/account/password"


def test_guesses_are_slowed_down_here_too(client: Client, user: User, settings: Any) -> None:
    settings.PITHOS_MAX_GUESSES = 2
    form = {"username": "alice", "password": "wrong"}
    answers = [client.post("/admin/login/", form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["accounts/token/add/", "pithos_api/container/add/"])
def test_nothing_is_made_there(operator: Client, path: str) -> None:
    assert operator.get(f"/admin/{path}").status_code == 403


def test_no_account_and_no_container_goes_there(operator: Client, user: User) -> None:
    container = Container.objects.get(account=user)
    for path in (f"accounts/user/{user.pk}", f"pithos_api/container/{container.pk}"):
        assert operator.post(f"/admin/{path}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()
    assert Container.objects.filter(pk=container.pk).exists()


@pytest.mark.parametrize("account", ["alice", "root", "nobody"])
def test_nobody_else_gets_in(client: Client, user: User, account: str) -> None:
    operator = make("root", operator=True)
    operator.is_active = False
    operator.save()
    assert log_in(client, account) == 200  # the form again
    for path in ("", "accounts/user/", "accounts/token/", "pithos_api/container/"):
        answer = client.get(f"/admin/{path}")
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_a_logged_in_user_who_is_no_operator_sees_nothing(client: Client, user: User) -> None:
    client.force_login(user)
    answer = client.get("/admin/accounts/user/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_a_user_without_a_password_cannot_log_in(client: Client) -> None:
    create_user("root", operator=True)
    assert client.post("/admin/login/", {"username": "root", "password": ""}).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_tokens_are_not_shown(operator: Client, user: User) -> None:
    secret = create_token(user)
    assert secret not in page(operator, TOKENS)


def test_what_a_secret_reaches_is_shown(operator: Client, user: User) -> None:
    create_token(user, scope=Scope(container="c", prefix="in/"))
    app_passwords.create_app_password(user, label="phone", scope=Scope(read_only=True))
    assert "only c/in/" in page(operator, f"{TOKENS}?q={user.account}")
    assert "read-only" in page(operator, f"accounts/apppassword/?q={user.account}")
    users.link(user, "keystone", "263fd9")
    assert "263fd9" in page(operator, "accounts/externalidentity/?q=alice")


def test_revoking_an_app_password_there_ends_its_tokens(operator: Client, user: User) -> None:
    secret = app_passwords.create_app_password(user)
    found = app_passwords.find_app_password(user, secret, None)
    create_token(user, label="by phone", app_password=found)
    revoke(operator, "accounts/apppassword/", user.app_passwords.get().pk)
    assert user.app_passwords.get().revoked is not None
    assert Token.objects.get(user=user, label="by phone").revoked is not None
    assert Token.objects.get(user=user, label="laptop").revoked is None


def test_a_token_that_is_not_there_has_no_page(operator: Client) -> None:
    for path in ("ab" * 32, "not-hex"):
        assert operator.get(f"/admin/accounts/token/{path}/change/").status_code == 302


def test_sizes_and_times_are_for_people(operator: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(quota=50 * 2**30, created="2026-01-31T12:34:56Z")
    Container.objects.filter(account=user).update(byte_count=3 * 2**20)
    users = page(operator, "accounts/user/")
    assert all(told in users for told in ("50G", "default", "2026-01-31 12:34:56"))
    containers = page(operator, "pithos_api/container/")
    assert all(told in containers for told in ("3M", "unlimited"))


QUOTAS = {"users": ("accounts/user", User), "containers": ("pithos_api/container", Container)}


@pytest.fixture(params=QUOTAS)
def quota(request: pytest.FixtureRequest, operator: Client, user: User) -> tuple[str, Any]:
    """The admin page of something that has a quota, and its row."""
    path, model = QUOTAS[request.param]
    found = model._default_manager.get(**{"pk": user.pk} if model is User else {"account": user})
    return f"/admin/{path}/{found.pk}/change/", found


@pytest.mark.parametrize("typed", ["-5", "-5G", "lots", "1.5G", "9999999999999999999", "9999999T"])
def test_a_quota_that_is_no_size_is_refused(
    operator: Client, quota: tuple[str, Any], typed: str
) -> None:
    path, row = quota
    answer = operator.post(path, {"is_active": "on", "quota": typed})
    assert "is not a size" in answer.content.decode()
    before = row.quota
    row.refresh_from_db()
    assert row.quota == before


def test_a_quota_is_typed_and_shown_with_its_unit(operator: Client, quota: tuple[str, Any]) -> None:
    path, row = quota
    assert operator.post(path, {"is_active": "on", "quota": "50g"}).status_code == 302
    row.refresh_from_db()
    assert row.quota == 50 << 30
    assert 'value="50G"' in page(operator, path.removeprefix("/admin/"))


def test_no_quota_below_zero_is_kept_whoever_writes_it(user: User) -> None:
    container = Container.objects.get(account=user)
    for row in (user, container):
        row.quota = -5
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    with pytest.raises(InvalidQuotaError, match="not -5"):
        create_user("bob", quota=-5)


def test_the_index_has_only_what_the_store_has(operator: Client) -> None:
    index = page(operator, "")
    assert "External identities" in index
    assert "/admin/auth/" not in index
