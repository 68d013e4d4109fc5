"""A limited token, however it spells what it may not change, changes none of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import cycle

import pytest
from pytest_django import DjangoDbBlocker

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_login_token, create_token
from accounts.users.users import find_user
from tests.api.client import Answer, Client
from tests.api.conftest import new_users
from tests.api.server import Server
from tests.swift.client import in_swift

pytestmark = pytest.mark.usefixtures("committed")

SCOPES = {
    "reading": Scope(read_only=True),
    "network": Scope(networks=(ip_network("127.0.0.0/8"),)),
    "container": Scope(container="c"),
    "prefix": Scope(container="c", prefix="in/"),
    "lent": Scope(),
}
KEYS = ("Temp-URL-Key", "Temp-URL-Key-2", "Temp-URL-Key-3")
LISTS = ("X-Container-Read", "X-Container-Write")
OF_OBJECTS = {
    "X-Object-Sharing": "read=*",
    "X-Object-Public": "true",
    "X-Object-Manifest": "d/",
}
Field = tuple[str, str]


@pytest.fixture(scope="module")
def owner(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """Signing keys, a list of readers, a shared and a published object are there.

    One for all tests: none of them may change anything of it.
    """
    with new_users(server, django_db_blocker) as new_user:
        yield prepared(new_user())


def prepared(box: Client) -> Client:
    box.put("c")
    box.post("", headers={f"X-Account-Meta-{KEYS[0]}": "account", "X-Account-Group-Kin": "a"})
    in_swift(box).post("c", None, {f"X-Container-Meta-{KEYS[1]}": "key", "X-Container-Read": "a"})
    box.put("d")
    box.put("c/in/o", b"o", {"X-Object-Sharing": "read=a", "X-Object-Public": "true"})
    return box


@pytest.fixture
def limit(owner: Client) -> Iterator[Callable[[str], Client]]:
    made: list[Client] = []

    def make(kind: str) -> Client:
        ends = datetime.now(UTC) + timedelta(hours=1) if kind == "lent" else None
        user = find_user(owner.account)
        token = create_token(user, scope=SCOPES[kind], expires=ends)
        made.append(Client(owner.address, owner.account, token))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


def rights(owner: Client) -> list[object]:
    """All that the owner has said of who may do what."""
    account, container, found = (owner.head(path) for path in ("", "c", "c/in/o"))
    keys = [each.get(f"X-{kind}-Meta-{key}") for key in KEYS
            for each, kind in ((account, "Account"), (container, "Container"))]  # fmt: skip
    in_swift_said = in_swift(owner).head("c")
    lists = [in_swift_said.get(name) for name in LISTS]
    groups = account.meta("X-Account-Group-")
    return [*keys, *lists, groups, *(found.get(name) for name in OF_OBJECTS), owner.names("c")]


def spelled(name: str, value: str) -> Iterator[list[Field]]:
    """Every way to write a header that some reader might take for it."""
    for each in (name, name.lower(), name.upper(), name.replace("-", "_"), name.swapcase()):
        yield [(each, value)]
    for at in range(2, len(name), 5):
        for code in (f"%{ord(name[at]):02x}", f"%25{ord(name[at]):02X}"):
            yield [(name[:at] + code + name[at + 1 :], value)]
    yield [(name, "~"), (name, value)]
    yield [(name.replace("-K", "%2DK"), ""), (name.lower(), value)]
    removing = name.replace("X-", "X-Remove-", 1)
    yield from ([(removing, "x")], [(removing.replace("-", "%2D").replace("X%2D", "X-"), "x")])
    yield [(removing.lower().replace("key", "k%65y"), ""), (name, value)]


def send(client: Client, method: str, path: str, fields: list[Field]) -> Answer:
    """Send headers as they are, twice if they are there twice."""
    connection = client.connection
    connection.putrequest(method, client.url(path), skip_accept_encoding=True)
    for name, value in [("X-Auth-Token", client.token), ("Content-Length", "0"), *fields]:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.parametrize("resource", ["Account", "Container"])
@pytest.mark.parametrize("key", KEYS[:2])
def test_no_spelling_changes_a_signing_key(
    owner: Client, limit: Callable[[str], Client], kind: str, resource: str, key: str
) -> None:
    before, client = rights(owner), limit(kind)
    path = "" if resource == "Account" else "c"
    for fields in spelled(f"X-{resource}-Meta-{key}", "stolen"):
        for each in (client, in_swift(client)):
            assert send(each, "POST", path, fields).status in {202, 204, 403}
        if path:
            assert send(client, "PUT", path, fields).status in {202, 403}
    assert rights(owner) == before


@pytest.mark.parametrize("kind", SCOPES)
@pytest.mark.parametrize("resource", ["Account", "Container"])
def test_a_signing_key_that_is_meant_is_refused(
    owner: Client, limit: Callable[[str], Client], kind: str, resource: str
) -> None:
    client, path = limit(kind), "" if resource == "Account" else "c"
    for name in ("Temp%2DURL-Key", "temp_url_k%65y", "%54emp-Url-Key-2", "TEMP-URL-KEY"):
        field = [(f"X-{resource}-Meta-{name}", "stolen")]
        assert send(client, "POST", path, field).status == 403
        assert send(in_swift(client), "POST", path, field).status == 403
        removing = [(f"X-Remove-{resource}-Meta-{name.replace('_', '-')}", "")]
        assert send(in_swift(client), "POST", path, removing).status == 403


@pytest.mark.parametrize("kind", ["network", "container", "lent"])
@pytest.mark.parametrize("resource", ["Account", "Container"])
def test_who_replaces_all_metadata_leaves_the_keys(
    owner: Client, limit: Callable[[str], Client], kind: str, resource: str
) -> None:
    path = "" if resource == "Account" else "c"
    owner.post(path, None, {f"X-{resource}-Meta-Mood": "gay"}, update="")
    before = rights(owner)
    status = limit(kind).post(path, headers={f"X-{resource}-Meta-New": "1"}).status
    assert rights(owner) == before
    assert status == (403 if kind == "container" and not path else 202)
    gone = owner.head(path).get(f"X-{resource}-Meta-Mood") is None
    assert gone == (status == 202)


@pytest.mark.parametrize("kind", ["reading", "container", "prefix"])
@pytest.mark.parametrize("header", LISTS)
def test_no_spelling_shares_a_container(
    owner: Client, limit: Callable[[str], Client], kind: str, header: str
) -> None:
    before, client = rights(owner), in_swift(limit(kind))
    for fields in spelled(header, "igor"):
        for method in ("PUT", "POST"):
            assert send(client, method, "c", fields).status in {202, 204, 403}
    assert send(client, "POST", "c", [(header.replace("X-", "X-Remove-", 1), "")]).status == 403
    assert rights(owner) == before


Write = tuple[str, str, list[Field]]
WRITES: list[Write] = [
    ("PUT", "c/in/o", []),
    ("POST", "c/in/o", []),
    ("POST", "c/in/o", [("Content-Range", "bytes */*"), ("X-Source-Object", "/c/in/o")]),
    ("COPY", "c/in/o", [("Destination", "/c/in/o")]),
    ("PUT", "c/in/o", [("X-Copy-From", "/c/in/o")]),
    ("PUT", "c/in/o", [("X-Move-From", "/c/in/o")]),
]


@pytest.mark.parametrize("kind", ["reading", "container", "prefix"])
@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {len(write[2])}")
def test_no_spelling_shares_or_publishes_an_object(
    owner: Client, limit: Callable[[str], Client], kind: str, write: Write
) -> None:
    method, path, more = write
    before, client = rights(owner), limit(kind)
    for header, value in OF_OBJECTS.items():
        for dialect, fields in zip(cycle([client, in_swift(client)]), spelled(header, value)):
            status = send(dialect, method, path, [*more, *fields]).status
            assert status in {201, 202, 204, 400, 403}
        for dialect in (client, in_swift(client)):
            status = send(dialect, method, path, [*more, (header, value)]).status
            assert status == 403 or dialect is not client
    assert rights(owner) == before


@pytest.mark.parametrize("kind", ["reading", "container", "prefix"])
def test_groups_are_out_of_a_part(owner: Client, limit: Callable[[str], Client], kind: str) -> None:
    before, client = rights(owner), limit(kind)
    for fields in spelled("X-Account-Group-Kin", "igor"):
        assert send(client, "POST", "", fields).status == 403
        assert send(in_swift(client), "POST", "", fields).status == 403
    assert rights(owner) == before


def test_what_was_signed_with_a_refused_key_opens_nothing(
    owner: Client, limit: Callable[[str], Client]
) -> None:
    client = limit("network")
    for name in ("X-Account-Meta-Temp%2DURL-Key", "X-Account-Meta-TEMP_URL_KEY"):
        send(client, "POST", "", [(name, "k")])
    assert owner.head()["X-Account-Meta-Temp-Url-Key"] == "account"


def test_who_logs_in_may_set_keys(box: Client) -> None:
    owner = prepared(box)
    user, ends = find_user(owner.account), datetime.now(UTC) + timedelta(hours=1)
    token = create_login_token(user, expires=ends)
    key = {"X-Account-Meta-Temp-URL-Key": "new", "X-Auth-Token": token}
    assert owner.post("", None, key, update="").status == 202
    assert owner.head()["X-Account-Meta-Temp-Url-Key"] == "new"
