"""What looks at many rows for one request: it has a limit, and ends when its client has gone."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from pithos_api.services.locks import lock_containers
from pithos_api.values import ContainerPath
from tests.api.client import Client
from tests.api.halting import side_by_side
from tests.api.limits.test_heavy_work import FEW_TURNS, begin, gone, wait_for
from tests.api.server import Serve, Server

pytestmark = pytest.mark.usefixtures("committed")


@contextmanager
def held_up(table: str = "version") -> Iterator[None]:
    """Let every statement that reads versions, or blocks, take for ever."""
    with closing(connection.copy()) as holder, holder.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.fixture(scope="module")
def impatient(serve: Serve) -> Iterator[Server]:
    """A server of one worker that gives what is read a second, and each user one turn."""
    with serve(**TURNS, PITHOS_HEAVY_LIMIT="1s") as running:
        yield running


@pytest.fixture(scope="module")
def patient(serve: Serve) -> Iterator[Server]:
    """A server of one worker that gives what is read a minute, and each user one turn."""
    with serve(**TURNS) as running:
        yield running


@pytest.fixture
def new_box(new_user: Callable[[], Client]) -> Iterator[Callable[[Server], Client]]:
    """Make users of a server with a container ``c``."""
    with ExitStack() as opened:

        def make(server: Server) -> Client:
            client = opened.enter_context(new_user().at(server.address))
            assert client.put("c").status == 201
            return client

        yield make


Read = tuple[str, dict[str, Any]]
SUMS: list[Read] = [("c", {"usage": ""}), ("", {"usage": ""})]
READS: list[Read] = [
    ("c", {"meta": "!colour"}),
    ("c", {"meta": "colour!=red", "delimiter": "/"}),
    ("c", {"until": "2000000000", "delimiter": "/"}),
    ("c", {"changes": "", "since": "0"}),
    ("c", {"moments": ""}),
    ("", {"moments": ""}),
    *SUMS,
]
TURNS = {**FEW_TURNS, "PITHOS_HEAVY_PER_WORKER": str(len(READS))}


def is_refused(client: Client, read: Read) -> None:
    answer = client.get(read[0], **read[1])
    assert (answer.status, answer["Retry-After"]) == (503, "5")
    assert b"ask for a part of it" in answer.body


def is_answered(client: Client, read: Read) -> None:
    assert client.get(read[0], **read[1]).status in (200, 204)


@pytest.mark.parametrize(("table", "reads"), [("version", READS), ("block", SUMS)])
@pytest.mark.requirement("T9")
def test_what_takes_too_long_to_read_is_refused_and_says_so(
    new_box: Callable[[Server], Client], impatient: Server, table: str, reads: list[Read]
) -> None:
    cases = [(new_box(impatient), read) for read in reads]
    with held_up(table):
        side_by_side(is_refused, cases)
    side_by_side(is_answered, cases)


WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND (wait_event = 'advisory' OR query ~ '^SET LOCAL statement_timeout = [0-9]{4,};')"""


def waiting() -> int:
    """How many statements wait for a lock that are in a turn, or make a container theirs.

    In a turn they have a second or more, before that half of one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same again
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def test_what_is_read_ends_when_the_client_has_gone(
    new_box: Callable[[Server], Client], patient: Server
) -> None:
    cases = [(new_box(patient), read) for read in READS]
    observer = new_box(patient)
    ended = gone(observer, "GET")
    with held_up():
        with ExitStack() as stack:
            for client, (path, query) in cases:
                stack.enter_context(begin(client, "GET", client.url(path, **query)))
            wait_for(lambda: waiting() == len(cases))
        wait_for(lambda: waiting() == 0)
    wait_for(lambda: gone(observer, "GET") >= ended + len(cases))
    side_by_side(is_answered, cases)


OnFolder = tuple[str, str, dict[str, str], dict[str, str]]
FOLDERS: list[OnFolder] = [
    ("PUT", "c/other", {"X-Copy-From": "/c/f"}, {"delimiter": "/"}),
    ("PUT", "c/other", {"X-Move-From": "/c/f"}, {"delimiter": "/"}),
    ("DELETE", "c/f", {}, {"delimiter": "/"}),
    ("POST", "c", {}, {"restore": "", "until": "2000000000"}),
]


def test_so_does_work_on_folders_and_nothing_is_changed(
    new_box: Callable[[Server], Client], patient: Server
) -> None:
    clients = [new_box(patient) for _ in FOLDERS]
    for client in clients:
        for name in ("c/f", "c/f/1"):
            assert client.put(name, b"x").status == 201
    expected = Counter(method for method, *_ in FOLDERS)
    ended = {method: gone(clients[0], method) for method in expected}
    with transaction.atomic():
        lock_containers(*(ContainerPath(client.account, "c") for client in clients))
        with ExitStack() as stack:
            for client, (method, path, headers, query) in zip(clients, FOLDERS, strict=True):
                wire = begin(client, method, client.url(path, **query), **headers)
                stack.enter_context(wire)
            wait_for(lambda: waiting() == len(FOLDERS))
        wait_for(lambda: waiting() == 0)
    wait_for(
        lambda: all(gone(clients[0], each) >= ended[each] + expected[each] for each in expected)
    )
    assert [client.get("c").lines for client in clients] == [["f", "f/1"]] * len(clients)
