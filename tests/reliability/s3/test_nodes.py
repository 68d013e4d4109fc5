"""Two nodes with nothing in common but one Postgres and one S3 store, as seen by one user."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import CookieJar
from secrets import token_hex
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import psycopg2
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.api.client import Client
from tests.api.server import Server
from tests.reliability.crowd import together
from tests.reliability.store import check_container, check_usage, new_directory
from tests.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedFS

SIZE = 20_000  # more than what is kept in the database


@dataclass
class Nodes:
    """one, other: the nodes; ``account`` is the user that a first start has made."""

    one: Server
    other: Server
    env: dict[str, str]

    def __post_init__(self) -> None:
        pattern = r"account +(\S+)\s+token +(\S+)"
        self.opened: list[Client] = []
        [(self.account, self.token)] = re.findall(pattern, self.one.output + self.other.output)

    def client(self, node: Server, token: str = "") -> Client:
        """A new connection of the user's, by another token of theirs if one is given."""
        self.opened.append(Client(node.address, self.account, token or self.token))
        return self.opened[-1]

    def clients(self) -> tuple[Client, Client]:
        return self.client(self.one), self.client(self.other)

    def crowd(self, count: int, act: Callable[[Client, int], int]) -> list[int]:
        """What ``act`` returns for so many at once, every second one at the other node."""

        def run(number: int) -> int:
            return act(self.client((self.one, self.other)[number % 2]), number)

        return together(count, run)

    def command(self, *arguments: str) -> str:
        done = self.one.manage(*arguments)
        done.check_returncode()
        return done.stdout.strip()


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of an empty database that nobody else uses."""
    name = f"nodes_{token_hex(4)}"
    with django_db_blocker.unblock():
        settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    with closing(psycopg2.connect(**where, dbname="postgres")) as boss:
        boss.autocommit = True
        with boss.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            host = quote(where["host"], safe="")
            yield f"postgres://{where['user']}@{host}:{where['port']}/{name}"
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def nodes(database: str, seaweed: SeaweedFS) -> Iterator[Nodes]:
    """Both started at the same moment, on a database without a table."""
    env = {
        "DATABASE_URL": database,
        "PITHOS_BLOCK_STORE": seaweed.url("blocks", prefix=f"nodes-{token_hex(4)}"),
        "PITHOS_S3_ACCESS_KEY": ACCESS_KEY,
        "PITHOS_S3_SECRET_KEY": SECRET_KEY,
        "PITHOS_SECRET_KEY": "",
        "PITHOS_WORKERS": "1",
        "PITHOS_THREADS": "8",
    }
    with new_directory() as one, new_directory() as other, ThreadPoolExecutor(2) as pool:
        started = list(pool.map(lambda data: Server(data, **env), (one, other)))
        nodes = Nodes(started[0], started[1], env)
        yield nodes
        for client in nodes.opened:
            client.connection.close()
        for node in started:
            node.stop()
        assert not (one / "blocks").exists()


@pytest.fixture
def box(nodes: Nodes) -> str:
    name = f"box-{token_hex(4)}"
    assert nodes.client(nodes.one).put(name).status == 201
    return name


def test_what_one_has_acknowledged_the_other_reads_and_lists_at_once(
    nodes: Nodes, box: str
) -> None:
    writer, reader = nodes.clients()
    written: dict[str, bytes] = {}
    for number in range(60):
        name, content = f"{number % 20:03}", os.urandom(SIZE)
        assert writer.put(f"{box}/{name}", content).status == 201
        written[name] = content
        assert reader.get(f"{box}/{name}").body == content
        assert reader.names(box) == sorted(written)
        check_usage(reader, box, [SIZE] * len(written))
        writer, reader = reader, writer
    check_container(reader, box, written)


def test_what_one_has_deleted_is_gone_at_the_other(nodes: Nodes, box: str) -> None:
    here, there = nodes.clients()
    for _ in range(20):
        assert here.put(f"{box}/o", b"x").status == 201
        assert there.names(box) == ["o"]
        assert here.delete(f"{box}/o").status == 204
        assert (there.get(f"{box}/o").status, there.names(box)) == (404, [])
        here, there = there, here


def test_of_many_who_create_a_name_one_succeeds(nodes: Nodes, box: str) -> None:
    new = {"If-None-Match": "*"}
    for path in (f"{box}/{number}" for number in range(15)):

        def create(client: Client, number: int, path: str = path) -> int:
            return client.put(path, b"%d" % number, new).status

        assert sorted(nodes.crowd(6, create)) == [201] + [412] * 5


def test_writes_of_one_name_leave_one_object_and_exact_counters(nodes: Nodes, box: str) -> None:
    sizes = range(SIZE, SIZE + 24)
    statuses = nodes.crowd(
        24, lambda client, number: client.put(f"{box}/o", b"x" * sizes[number]).status
    )
    assert set(statuses) == {201}
    here, there = nodes.clients()
    length = len(here.get(f"{box}/o").body)
    assert length in sizes
    check_usage(there, box, [length])


def test_a_quota_is_exact_over_both(nodes: Nodes, box: str) -> None:
    client = nodes.client(nodes.one)
    client.post(box, headers={"X-Container-Policy-Quota": str(10 * SIZE)})
    statuses = nodes.crowd(
        30, lambda client, number: client.put(f"{box}/{number}", os.urandom(SIZE)).status
    )
    assert (statuses.count(201), statuses.count(413)) == (10, 20)
    check_usage(nodes.client(nodes.other), box, [SIZE] * 10)


def test_a_token_revoked_at_one_is_refused_by_the_other_at_once(nodes: Nodes, box: str) -> None:
    token = nodes.command("create_token", nodes.account)
    clients = [nodes.client(node, token) for node in (nodes.one, nodes.other)]
    assert [client.head(box).status for client in clients] == [204, 204]
    nodes.command("revoke_token", token)
    assert [client.head(box).status for client in clients] == [401, 401]


def browser(jar: CookieJar) -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(jar))


def test_who_logs_in_at_one_is_known_to_the_other(nodes: Nodes) -> None:
    nodes.command("create_user", "olga", "--operator")
    change = "from accounts.models import User; u = User.objects.get(account='olga');"
    nodes.command("shell", "-v0", "-c", f"{change} u.set_password('long and secret'); u.save()")
    jar = CookieJar()
    pages = ["http://{}:{}/admin/".format(*node.address) for node in (nodes.one, nodes.other)]
    with browser(jar).open(f"{pages[0]}login/") as form:
        [csrf] = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', form.read().decode())
    login = {"csrfmiddlewaretoken": csrf, "username": "olga", "password": "long and secret"}
    login["next"] = "/admin/"
    with browser(jar).open(f"{pages[0]}login/", urlencode(login).encode()) as answer:
        assert answer.status == 200
    with browser(jar).open(pages[1]) as page:
        assert page.url == pages[1]
        assert "olga" in page.read().decode()


def test_a_node_that_dies_takes_nothing_with_it(nodes: Nodes, box: str) -> None:
    client, survivor = nodes.clients()
    written = {}
    for number in range(30):
        name, content = f"{number:02}", os.urandom(SIZE)
        assert client.put(f"{box}/{name}", content).status == 201
        written[name] = content
    nodes.one.kill()
    check_container(survivor, box, written)
    nodes.one.stop()
    nodes.one.start()
    check_container(nodes.client(nodes.one), box, written)


def test_a_node_with_blocks_of_its_own_says_so(nodes: Nodes, box: str) -> None:
    client = nodes.client(nodes.one)
    for number in range(8):
        assert client.put(f"{box}/{number}", os.urandom(SIZE)).status == 201
    with new_directory() as data:
        astray = Server(data, **{**nodes.env, "PITHOS_BLOCK_STORE": ""})
        astray.stop()
        log = (data / "serve.log").read_text()
    assert "has none of the blocks that the database names" in log
