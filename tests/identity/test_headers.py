"""Users whom a proxy in front has let in: its word counts, nobody else's."""

from ipaddress import ip_network

import pytest

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from tests.identity.conftest import Configure, Store

PROXY, STRANGER = "10.1.2.3", "192.0.2.9"
CONFIRMED = {
    "X_IDENTITY_STATUS": "Confirmed",
    "X_PROJECT_ID": "p1",
    "X_PROJECT_NAME": "research",
    "X_USER_ID": "u1",
}


@pytest.fixture(autouse=True)
def proxied(configure: Configure) -> None:
    configure("header", "keystone-header", PITHOS_TRUSTED_PROXIES=(ip_network("10.0.0.0/8"),))


def test_a_proxys_word_is_enough(store: Store) -> None:
    assert store.ask("", "/v1/alice", peer=PROXY, REMOTE_USER="alice").status == 204
    assert store.ask("", "/v1/alice/c", "PUT", PROXY, REMOTE_USER="alice").status == 201
    assert store.users.get().account == "alice"


def test_a_proxy_is_known_on_a_socket_of_both_kinds_of_addresses(store: Store) -> None:
    peer = f"::ffff:{PROXY}"
    assert store.ask("", "/v1/alice", peer=peer, REMOTE_USER="alice").status == 204


@pytest.mark.parametrize(
    ("client", "status"),
    [("192.0.2.1", 204), ("::ffff:192.0.2.1", 204), ("10.1.2.3", 403), ("unknown", 403)],
)
@pytest.mark.parametrize("proxy", [PROXY, f"::ffff:{PROXY}"])
def test_a_token_of_a_network_is_the_clients_not_the_proxys(
    store: Store, local: tuple[User, str], proxy: str, client: str, status: int
) -> None:
    token = create_token(local[0], scope=Scope(networks=(ip_network("192.0.2.0/24"),)))
    sent = {"X_FORWARDED_FOR": client}
    assert store.ask(token, "/v1/local", peer=proxy, **sent).status == status


@pytest.mark.parametrize("peer", [STRANGER, "", "not an address", "::1"])
def test_nobody_else_is_believed(store: Store, peer: str) -> None:
    forged = {"REMOTE_USER": "alice", "X_FORWARDED_FOR": PROXY, **CONFIRMED}
    assert store.ask("", "/v1/alice", peer=peer, **forged).status == 401
    assert store.ask("x", "/v1/alice", peer=peer, **forged).status == 401
    assert not store.users.exists()


@pytest.mark.parametrize("user", ["", " ", "\xff\xfe"])
def test_without_a_user_nobody_is_let_in(store: Store, user: str) -> None:
    assert store.ask("", "/v1/alice", peer=PROXY, REMOTE_USER=user).status == 401


def test_a_name_may_be_of_any_script(store: Store) -> None:
    sent = "ζωή".encode().decode("latin-1")
    assert store.ask("", peer=PROXY, REMOTE_USER=sent).status == 403
    assert store.users.get().account == "ζωή"


def test_the_header_can_be_chosen(store: Store, configure: Configure) -> None:
    proxies = (ip_network(PROXY),)
    configure("header", PITHOS_TRUSTED_PROXIES=proxies, PITHOS_HEADER_USER="X-Forwarded-User")
    assert store.ask("", "/v1/a", peer=PROXY, X_FORWARDED_USER="a").status == 204
    assert store.ask("", "/v1/a", peer=PROXY, REMOTE_USER="a").status == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_writes_nothing(store: Store, site: str) -> None:
    assert store.ask("", "/v1/alice/c", "PUT", PROXY, REMOTE_USER="alice").status == 201
    forged = {"REMOTE_USER": "alice", "SEC_FETCH_SITE": site}
    assert store.ask("", "/v1/alice/d", "PUT", PROXY, **forged).status == 403
    assert store.ask("", "/v1/alice/c", "DELETE", PROXY, **forged).status == 403
    assert store.ask("", "/v1/alice/c", "HEAD", PROXY, **forged).status == 204


@pytest.mark.parametrize(
    ("roles", "reads", "writes"),
    [("member,x", 204, 201), ("reader", 204, 403), ("x", 403, 403), ("", 403, 403)],
)
def test_what_keystonemiddleware_found_out(
    store: Store, roles: str, reads: int, writes: int
) -> None:
    sent = {**CONFIRMED, "X_ROLES": roles}
    assert store.ask("", "/v1/p1", "HEAD", PROXY, **sent).status == reads
    assert store.ask("", "/v1/p1/c", "PUT", PROXY, **sent).status == writes


def test_what_it_did_not_confirm_does_not_count(store: Store) -> None:
    sent = {**CONFIRMED, "X_ROLES": "member", "X_IDENTITY_STATUS": "Invalid"}
    assert store.ask("", "/v1/p1", peer=PROXY, **sent).status == 401


def test_without_the_backend_no_header_counts(store: Store, configure: Configure) -> None:
    configure(PITHOS_TRUSTED_PROXIES=(ip_network(PROXY),))
    assert store.ask("", "/v1/alice", peer=PROXY, REMOTE_USER="alice", **CONFIRMED).status == 401
