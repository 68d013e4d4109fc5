"""A provider that is down, slow or out of its mind: 503, quickly, and nobody else suffers."""

import logging
import time
from pathlib import Path

import pytest

from accounts.identity import external
from accounts.models import User
from observability.circuit_breaker import Limits
from tests.identity.conftest import Configure, Store
from tests.identity.provider import Provider, SigningKey

KINDS = ["astakos", "keystone", "introspection"]
TROUBLES: list[str | int] = [400, 403, 404, 418, 429, 500, 502, 503]
TROUBLES += ["garbage", "xml", "list", "huge", "redirect", "reset"]
# By these a provider says that it knows no such token.
ANSWERS = {("astakos", 400), ("keystone", 400), ("keystone", 404)}
TOKEN = "a-token-that-nobody-may-see"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_provider_in_trouble_is_503_and_not_401(
    store: Store, configure: Configure, provider: Provider, kind: str, trouble: str | int
) -> None:
    configure(kind)
    if kind == "keystone":
        provider.know_keystone("other")
        store.ask("other")  # logs the store in
    provider.trouble = trouble
    answer = store.ask(TOKEN)
    if (kind, trouble) in ANSWERS:
        assert answer.status == 401
    else:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_is_away_is_503(store: Store, configure: Configure, kind: str) -> None:
    nowhere = "http://127.0.0.1:9"
    urls = ("PITHOS_ASTAKOS_URL", "PITHOS_KEYSTONE_URL", "PITHOS_INTROSPECTION_URL")
    configure(kind, **dict.fromkeys(urls, nowhere))
    assert store.ask(TOKEN).status == 503


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_hangs_is_not_waited_for(
    store: Store,
    configure: Configure,
    provider: Provider,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("accounts.identity.backends.client.READ_SECONDS", 0.2)
    configure(kind)
    provider.trouble = "hang"
    began = time.monotonic()
    assert store.ask(TOKEN).status == 503
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("trusted", [False, True])
def test_a_certificate_must_be_trusted(
    store: Store, configure: Configure, provider: Provider, tmp_path: Path, trusted: bool
) -> None:
    certificate = provider.speak_tls(tmp_path)
    configure("astakos", PITHOS_IDENTITY_CA=str(certificate) if trusted else "")
    provider.know_astakos("good", id="u1")
    assert store.ask("good", "/v1/u1").status == (204 if trusted else 503)


def test_after_some_failures_it_is_left_alone(
    store: Store, configure: Configure, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "LIMITS", Limits(rest_seconds=0.5))
    configure("astakos")
    provider.know_astakos("good", id="u1")
    provider.trouble = 500
    assert {store.ask(f"{TOKEN}{number}").status for number in range(20)} == {503}
    assert len(provider.asked) == external.LIMITS.failures
    provider.trouble = None
    assert store.ask("good").status == 503
    time.sleep(0.6)
    assert store.ask("good", "/v1/u1").status == 204


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nonsense", [" x", "x ", "a b"])
def test_nobody_makes_it_be_left_alone_by_nonsense(
    store: Store, configure: Configure, provider: Provider, kind: str, nonsense: str
) -> None:
    configure(kind)
    assert {store.ask(nonsense).status for _ in range(external.LIMITS.failures + 1)} == {401}
    assert provider.asked == []


def test_local_tokens_do_not_notice(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("astakos", "keystone", "introspection")
    provider.trouble = "hang"
    assert store.ask(local[1], "/v1/local").status == 204
    assert provider.asked == []


def test_known_keys_outlive_their_provider(
    store: Store, configure: Configure, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("jwt")
    provider.keys = [SigningKey("k1")]
    assert store.ask(provider.keys[0].sign(), "/v1/alice").status == 204
    provider.trouble = 500
    later = time.monotonic() + 1000
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert store.ask(provider.keys[0].sign(jti="2"), "/v1/alice").status == 204
    later += 4000
    assert store.ask(provider.keys[0].sign(jti="3"), "/v1/alice").status == 503


@pytest.mark.parametrize("trouble", [*TROUBLES, None])
def test_nothing_of_a_token_is_logged(
    store: Store,
    configure: Configure,
    provider: Provider,
    trouble: str | int | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    configure("astakos", "keystone", "introspection")
    provider.trouble = trouble
    tokens = [TOKEN, f"scoped-{TOKEN}", "e30.e30." + TOKEN, TOKEN + "\xff"]
    for token in tokens:
        assert store.ask(token).status in {401, 503}
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "a-token" not in logged
    assert "open-sesame" not in logged
