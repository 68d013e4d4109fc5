"""A store behind a real Keystone: users, roles and projects there, accounts here."""

from collections.abc import Iterator

import pytest

from tests import tools
from tests.api.client import Answer, Client
from tests.api.server import Serve, Server
from tests.identity.keystone import PASSWORD, Keystone, NotInstallableError, Person

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def keystone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keystone]:
    try:
        running = Keystone(tmp_path_factory.mktemp("keystone"))
    except NotInstallableError as error:
        tools.unavailable(f"Keystone cannot be installed here: {error}")
    service = running.make("project", name="service", domain_id="default")["id"]
    running.add("pithos", service, "service")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def store(keystone: Keystone, serve: Serve) -> Iterator[Server]:
    choices = {
        "PITHOS_IDENTITY": "static,database,keystone",
        "PITHOS_KEYSTONE_URL": keystone.url,
        "PITHOS_KEYSTONE_USER": "pithos",
        "PITHOS_KEYSTONE_PASSWORD": PASSWORD,
    }
    with serve(**choices) as running:
        yield running


@pytest.fixture(scope="module")
def project(keystone: Keystone) -> str:
    found: str = keystone.make("project", name="research", domain_id="default")["id"]
    return found


@pytest.fixture(scope="module")
def member(keystone: Keystone, project: str) -> Person:
    return keystone.add("member", project, "member")


@pytest.fixture(scope="module")
def reader(keystone: Keystone, project: str) -> Person:
    return keystone.add("reader", project, "reader")


def ask(store: Server, token: str, method: str, path: str, body: bytes = b"") -> Answer:
    """Send a request. path: below /v1/AUTH_, so it begins with the project."""
    account, _, below = path.partition("/")
    client = Client(store.address, f"AUTH_{account}", token)
    answer = client.request(method, below, body)
    client.connection.close()
    return answer


def test_a_project_is_an_account(store: Server, member: Person, reader: Person) -> None:
    assert ask(store, member.token, "PUT", f"{member.project}/c").status == 201
    assert ask(store, member.token, "PUT", f"{member.project}/c/o", b"data").status == 201
    assert ask(store, reader.token, "GET", f"{member.project}/c/o").body == b"data"


def test_a_reader_changes_nothing(store: Server, reader: Person) -> None:
    for method, path in (("PUT", "d"), ("PUT", "c/o"), ("POST", ""), ("DELETE", "c/o")):
        assert ask(store, reader.token, method, f"{reader.project}/{path}").status == 403


def test_other_projects_are_others(store: Server, keystone: Keystone, project: str) -> None:
    other = keystone.make("project", name="other", domain_id="default")["id"]
    stranger = keystone.add("stranger", other, "member")
    assert ask(store, stranger.token, "GET", other).status == 204
    assert ask(store, stranger.token, "GET", project).status == 403


def test_a_reseller_administers_every_account(
    store: Server, keystone: Keystone, project: str, member: Person
) -> None:
    ask(store, member.token, "PUT", f"{project}/of-the-project")
    boss = keystone.add("boss", keystone.make("project", name="ops")["id"], "ResellerAdmin")
    assert "of-the-project" in ask(store, boss.token, "GET", project).body.decode()


def test_roles_of_others_do_not_count(store: Server, keystone: Keystone, project: str) -> None:
    nobody = keystone.add("auditor", project, "auditor")
    assert ask(store, nobody.token, "GET", project).status == 403


def test_a_token_for_no_project_is_nobodys(store: Server, keystone: Keystone, project: str) -> None:
    keystone.make("user", name="homeless", password=PASSWORD)
    assert ask(store, keystone.log_in("homeless"), "GET", project).status == 401


def test_an_application_credential_gets_a_token(
    store: Server, keystone: Keystone, member: Person
) -> None:
    made = keystone.make(f"users/{member.id}/application_credential", member.token, name="backup")
    given = {"id": made["id"], "secret": made["secret"]}
    identity = {"methods": ["application_credential"], "application_credential": given}
    token = keystone.authenticate(identity)
    assert ask(store, token, "PUT", f"{member.project}/backup").status == 201


def test_what_keystone_does_not_know_is_401(
    store: Server, keystone: Keystone, member: Person
) -> None:
    revoked = keystone.log_in("member", scope={"project": {"id": member.project}})
    keystone.ask("DELETE", "auth/tokens", headers={"X-Subject-Token": revoked})
    for token in (revoked, "gAAAAABnonsense", member.token[:-4], "x" * 5000):
        assert ask(store, token, "GET", member.project).status == 401


def test_without_keystone_there_is_503_and_no_token_in_the_log(
    store: Server, keystone: Keystone, member: Person
) -> None:
    late = keystone.log_in("member", scope={"project": {"id": member.project}})
    keystone.stop()
    answer = ask(store, late, "GET", member.project)
    assert (answer.status, answer.get("Retry-After")) == (503, "5")
    logged = store.errors()
    assert "identity provider keystone" in logged
    assert not any(secret[:20] in logged for secret in (late, member.token, keystone.admin))
