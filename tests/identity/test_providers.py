"""Each provider's answers, as the contract gives them, and what they mean in the store."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import ExternalIdentity, User
from accounts.users.suspension import resume, suspend
from audit.models import Event
from tests.identity.conftest import Configure, Store
from tests.identity.provider import Provider, SigningKey, golden

KINDS = ["astakos", "keystone", "introspection"]
SUBJECTS = {
    "astakos": golden("astakos_tokens")["access"]["user"]["id"],
    "keystone": golden("keystone_token")["token"]["project"]["id"],
    "introspection": golden("introspection")["sub"],
}
NAMES = {"astakos": "alice@example.org", "keystone": "research", "introspection": "alice"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, configure: Configure, provider: Provider) -> str:
    """A backend, configured; the token ``good`` is known to it."""
    name: str = request.param
    configure(name)
    getattr(provider, f"know_{name}")("good")
    return name


def test_a_visitor_gets_an_account_on_the_first_visit(store: Store, kind: str) -> None:
    assert store.ask("good", f"/v1/{SUBJECTS[kind]}").status == 204
    user = User.objects.get(account=SUBJECTS[kind])
    assert user.display_name == NAMES[kind]
    assert [(each.provider, each.subject) for each in user.external_identities.all()] == [
        (kind, SUBJECTS[kind])
    ]


def test_it_is_theirs_to_write(store: Store, kind: str) -> None:
    account = f"/v1/{SUBJECTS[kind]}"
    assert store.ask("good", f"{account}/c", "PUT").status == 201
    assert store.ask("good", f"{account}/c/o", "PUT").status == 201
    assert store.ask("good", f"{account}/c/o").status == 200


@pytest.mark.parametrize("token", ["other", "good2", "x" * 9000, "a\nb", "caf\xe9", "a b\x00"])
def test_an_unknown_token_is_401(store: Store, kind: str, token: str) -> None:
    assert store.ask(token).status == 401
    assert not store.users.exists()


def test_a_renamed_user_keeps_account_and_data(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("astakos")
    provider.know_astakos("old", id="u1", name="alice@example.org")
    provider.know_astakos("new", id="u1", name="liddell@example.org")
    assert store.ask("old", "/v1/u1/c", "PUT").status == 201
    before = store.users.get()
    assert store.ask("new", "/v1/u1/c").status == 204
    after = store.users.get()
    assert (after.account, after.uuid) == (before.account, before.uuid)
    assert (before.display_name, after.display_name) == ("alice@example.org", "liddell@example.org")


def test_a_disabled_user_is_401_whatever_the_provider_says(store: Store, kind: str) -> None:
    account = f"/v1/{SUBJECTS[kind]}"
    assert store.ask("good", account).status == 204
    User.objects.update(is_active=False)
    assert store.ask("good", account).status == 401


def test_an_account_that_is_there_already_is_nobody_elses(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("astakos")
    provider.know_astakos("mallory", id="LOCAL")
    assert store.ask("mallory", "/v1/local").status == 401
    assert store.users.count() == 1


def test_an_operator_may_link_it(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("astakos", PITHOS_IDENTITY_PROVISION=False)
    provider.know_astakos("good", id="u1")
    provider.know_astakos("stranger", id="u2")
    ExternalIdentity.objects.create(provider="astakos", subject="u1", user=local[0])
    assert store.ask("good", "/v1/local").status == 204
    assert store.ask("stranger", "/v1/u2").status == 401
    assert store.users.count() == 1


def test_a_subject_that_is_no_name_gets_a_uuid(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("introspection")
    provider.know_introspection("good", sub="auth/0|a b:c")
    assert store.ask("good").status == 403
    [user] = store.users.all()
    assert len(user.account) == 36
    assert store.ask("good", f"/v1/{user.account}").status == 204


def test_an_expired_answer_is_401(store: Store, configure: Configure, provider: Provider) -> None:
    configure("keystone")
    provider.know_keystone("old", expires_at=(datetime.now(UTC) - timedelta(1)).isoformat())
    assert store.ask("old").status == 401


# Keystone


@pytest.fixture
def keystone(configure: Configure, provider: Provider) -> Provider:
    configure("keystone")
    return provider


@pytest.mark.parametrize(
    ("roles", "reads", "writes"),
    [
        (("member",), 204, 201),
        (("Admin", "x"), 204, 201),
        (("reader",), 204, 403),
        (("reader", "member"), 204, 201),
        (("other",), 403, 403),
    ],
)
def test_roles_in_a_project(
    store: Store, keystone: Provider, roles: tuple[str, ...], reads: int, writes: int
) -> None:
    keystone.know_keystone("good", *roles)
    account = f"/v1/{SUBJECTS['keystone']}"
    assert store.ask("good", account).status == reads
    assert store.ask("good", f"{account}/c", "PUT").status == writes


def test_a_reseller_acts_in_every_account(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("keystone")
    provider.know_keystone("boss", "ResellerAdmin")
    provider.know_keystone("member", "member", project={"id": "p2", "name": "p"})
    assert store.ask("member", "/v1/local").status == 403
    assert store.ask("boss", "/v1/local/c", "PUT").status == 201
    assert store.ask(local[1], "/v1/local/c").status == 204
    assert store.ask("boss", f"/v1/{SUBJECTS['keystone']}").status == 204


@pytest.mark.requirement("S49")
def test_a_reseller_sets_an_account_s_quota(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("keystone")
    provider.know_keystone("boss", "ResellerAdmin")

    def post(token: str, quota: str) -> int:
        more = {"X_ACCOUNT_META_QUOTA_BYTES": quota}
        return store.ask(token, "/v1/AUTH_local", "POST", **more).status

    assert [post(local[1], "9"), post("boss", "x"), post("boss", "9")] == [403, 400, 204]
    for token in (local[1], "boss"):
        assert store.ask(token, "/v1/AUTH_local").headers["X-Account-Meta-Quota-Bytes"] == "9"
    assert post(local[1], "") == 403
    assert post("boss", "") == 204
    assert "X-Account-Meta-Quota-Bytes" not in store.ask(local[1], "/v1/AUTH_local").headers


def test_a_reseller_finds_no_suspended_account_and_none_that_is_not_there(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("keystone")
    provider.know_keystone("boss", "ResellerAdmin")
    suspend(local[0])
    for path in ("/v1/local", "/v1/local/c", "/v1/none", "/v1/none/c/o", "/v1/AUTH_none/c"):
        assert store.ask("boss", path).status == 404
    resume(local[0])
    assert store.ask("boss", "/v1/local").status == 204


def test_a_suspended_reseller_acts_nowhere(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("keystone")
    provider.know_keystone("boss", "ResellerAdmin")
    own = f"/v1/{SUBJECTS['keystone']}"
    assert [store.ask("boss", path).status for path in (own, "/v1/local")] == [204, 204]
    suspend(User.objects.get(account=SUBJECTS["keystone"]))
    assert [store.ask("boss", path).status for path in (own, "/v1/local")] == [401, 401]


def test_a_reseller_who_acts_in_an_account_is_who_acts_in_the_audit_log(
    store: Store, configure: Configure, provider: Provider, local: tuple[User, str]
) -> None:
    configure("keystone")
    provider.know_keystone("boss", "ResellerAdmin")
    assert store.ask("boss", "/v1/local/c", "PUT").status == 201
    before = set(Event.objects.values_list("id", flat=True))
    for token, readers in (("boss", ".r:*"), (local[1], "")):
        answer = store.ask(token, "/v1/AUTH_local/c", "POST", X_CONTAINER_READ=readers)
        assert answer.status == 204
    shared = Event.objects.filter(action="container.share").exclude(id__in=before)
    first, second = shared.order_by("id")
    assert (first.actor, first.proxy) == (SUBJECTS["keystone"], "local")
    assert (second.actor, second.proxy) == ("local", "")


def test_a_token_for_no_project_is_401(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("keystone")
    provider.know_keystone("unscoped", project=None)
    assert store.ask("unscoped").status == 401


def test_the_service_token_is_renewed_once(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("keystone")
    provider.know_keystone("good")
    provider.know_keystone("better")
    account = f"/v1/{SUBJECTS['keystone']}"
    assert store.ask("good", account).status == 204
    provider.logins += 1  # Keystone has forgotten the one it gave
    assert store.ask("better", account).status == 204
    assert provider.logins == 3


def test_a_wrong_service_password_is_503(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("keystone", PITHOS_KEYSTONE_PASSWORD="wrong")
    provider.know_keystone("good")
    assert store.ask("good").status == 503


# Introspection and signed tokens


@pytest.mark.parametrize(
    "claims",
    [{"active": False}, {"iss": "https://evil.example"}, {"aud": "other"}, {"aud": []}, {"exp": 1}],
)
def test_an_introspected_token_must_be_for_us(
    store: Store, configure: Configure, provider: Provider, claims: dict[str, object]
) -> None:
    configure("introspection")
    provider.know_introspection("token", **claims)
    assert store.ask("token").status == 401


@pytest.fixture
def key(configure: Configure, provider: Provider) -> SigningKey:
    configure("jwt")
    provider.keys = [SigningKey("k1")]
    return provider.keys[0]


def test_a_signed_token_is_checked_here(store: Store, key: SigningKey, provider: Provider) -> None:
    token = key.sign(preferred_username="Alice L.")
    assert store.ask(token, "/v1/alice").status == 204
    assert store.users.get().display_name == "Alice L."
    assert store.ask(key.sign(sub="bob"), "/v1/bob").status == 204
    assert [persona for persona, _ in provider.asked] == ["jwks"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"},
        {"iss": "https://other.example"},
        {"exp": int(time.time()) - 60},
        {"nbf": int(time.time()) + 86400},  # from when tests are collected: many run before it
        {"exp": None},
        {"aud": None},
        {"sub": None},
    ],
)
def test_a_signed_token_must_be_valid_and_for_us(
    store: Store, key: SigningKey, claims: dict[str, Any]
) -> None:
    assert store.ask(key.sign(**claims)).status == 401


def test_a_signature_must_be_of_the_published_key(store: Store, key: SigningKey) -> None:
    stranger = SigningKey("k1")
    body = key.sign().rpartition(".")[0]
    unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ." + body.split(".")[1] + "."
    for token in (stranger.sign(), body + ".AAAA", unsigned, key.sign(header={"kid": "k9"})):
        assert store.ask(token).status == 401


def test_an_algorithm_must_be_allowed(
    store: Store, configure: Configure, provider: Provider
) -> None:
    configure("jwt", PITHOS_JWT_ALGORITHMS=["ES256"])
    provider.keys = [SigningKey("k1")]
    assert store.ask(provider.keys[0].sign()).status == 401


def test_the_public_key_is_no_secret_to_sign_with(store: Store, key: SigningKey) -> None:
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public = key.private.public_key().public_bytes(*form)
    body = key.sign().split(".")[1]
    signed = urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').decode().rstrip("=") + "." + body
    mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    token = f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert store.ask(token).status == 401


def test_new_keys_are_fetched_when_they_are_used(
    store: Store, key: SigningKey, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.identity.backends.jwks._PAUSE_SECONDS", 0)
    assert store.ask(key.sign(), "/v1/alice").status == 204
    provider.keys = [SigningKey("k2")]
    assert store.ask(provider.keys[0].sign(), "/v1/alice").status == 204
    assert store.ask(key.sign(jti="again")).status == 401


def test_forged_key_ids_do_not_reach_the_provider(
    store: Store, key: SigningKey, provider: Provider
) -> None:
    for number in range(5):
        assert store.ask(key.sign(header={"kid": f"x{number}"})).status == 401
    assert len(provider.asked) == 1
