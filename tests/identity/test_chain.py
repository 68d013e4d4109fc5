"""Which backend decides, what is remembered of it, and which settings cannot be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import identity
from accounts.errors import DeniedError
from accounts.identity.answers import Answers
from accounts.models import Token, User
from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import revoke_all_tokens, revoke_token
from tests.identity.conftest import Configure, Store
from tests.identity.provider import Provider


def test_a_token_of_the_database_is_never_sent(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("astakos", "keystone", "introspection", "jwt")
    user, token = local
    for _ in range(2):
        assert store.ask(token, "/v1/local").status == 204
    Token.objects.filter(user=user).update(expires=datetime.now(UTC) - timedelta(1))
    assert store.ask(token, "/v1/local").status == 401
    identity.current.cache_clear()
    assert store.ask(token, "/v1/local").status == 401
    revoke_all_tokens(user)
    assert store.ask(token, "/v1/local").status == 401
    assert provider.asked == []


def test_the_first_that_knows_a_token_decides(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("introspection", "astakos", "keystone")
    provider.know_astakos("token", id="u1")
    assert store.ask("token", "/v1/u1").status == 204
    assert [persona for persona, _ in provider.asked] == ["introspection", "astakos"]


def test_a_provider_that_is_down_is_not_passed_over(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("keystone", "astakos", PITHOS_KEYSTONE_URL="http://127.0.0.1:9")
    provider.know_astakos("token", id="u1")
    assert store.ask("token", "/v1/u1").status == 503


def test_a_revoked_local_token_ends_at_once_beside_providers(
    store: Store, configure: Configure, local: tuple[User, str]
) -> None:
    configure("astakos")
    assert store.ask(local[1], "/v1/local").status == 204
    revoke_token(local[1])
    assert store.ask(local[1], "/v1/local").status == 401


def test_a_known_local_token_costs_no_look_up_beside_providers(
    store: Store,
    configure: Configure,
    local: tuple[User, str],
    django_assert_num_queries: Any,
) -> None:
    configure("astakos")
    store.ask(local[1], "/v1/local")
    for _ in range(2):
        with django_assert_num_queries(0):  # prepared statements are not counted
            assert store.ask(local[1], "/v1/local").status == 204


def test_static_tokens_come_first(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("astakos", PITHOS_STATIC_TOKENS={"0000": "local"})
    assert store.ask("0000", "/v1/local").status == 204
    assert store.ask(local[1], "/v1/local").status == 204
    assert store.ask("1111").status == 401
    assert provider.asked == [("astakos", "1111")]


def test_answers_are_kept(store: Store, configure: Configure, provider: Provider) -> None:
    configure("astakos")
    provider.know_astakos("token", id="u1")
    for _ in range(5):
        assert store.ask("token", "/v1/u1").status == 204
        assert store.ask("none").status == 401
    assert provider.asked == [("astakos", "token"), ("astakos", "none")]


@pytest.mark.parametrize(
    ("verdict", "left", "seconds"),
    [
        (Credentials(b"", "a"), 1000.0, 60),
        (Credentials(b"", "a"), 20.0, 20),
        (None, 60.0, 5),
        (DeniedError, 60.0, 5),
    ],
)
def test_answers_are_kept_for_a_while_only(verdict: Any, left: float, seconds: int) -> None:
    now = 0.0
    answers = Answers(clock=lambda: now)
    answers.keep(b"t", verdict, left)
    now = seconds - 0.1
    assert answers.find(b"t") is not None
    now = seconds + 0.1
    assert answers.find(b"t") is None


def test_answers_do_not_pile_up() -> None:
    answers = Answers(most=3)
    for number in range(10):
        answers.keep(bytes([number]), None)
    kept = [number for number in range(10) if answers.find(bytes([number]))]
    assert kept == [7, 8, 9]


def test_who_asks_wrong_tokens_does_not_displace_whom_others_use() -> None:
    answers = Answers(most=3)
    answers.keep(b"used", Credentials(b"", "a"))
    for number in range(10):
        answers.keep(bytes([number]), None)
        assert answers.find(b"used") is not None


@pytest.mark.parametrize(
    ("backends", "change", "said"),
    [
        (["nonsense"], {}, "nonsense"),
        (["no.such.Backend"], {}, "no.such"),
        (["astakos"], {"PITHOS_ASTAKOS_URL": ""}, "astakos needs PITHOS_ASTAKOS_URL"),
        (["keystone"], {"PITHOS_KEYSTONE_PASSWORD": None}, "PITHOS_KEYSTONE_PASSWORD"),
        (["jwt"], {"PITHOS_OIDC_AUDIENCE": []}, "PITHOS_OIDC_AUDIENCE"),
        (["header"], {}, "PITHOS_TRUSTED_PROXIES"),
        (["astakos", "database"], {}, "database comes before"),
    ],
)
def test_a_list_that_cannot_be_stops_the_start(
    configure: Configure, settings: Any, backends: list[str], change: dict[str, Any], said: str
) -> None:
    configure(*backends, **change)
    settings.PITHOS_IDENTITY = backends
    with pytest.raises(ImproperlyConfigured, match=said):
        identity.current()
