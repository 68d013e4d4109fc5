"""What looks at many rows for one request: it has a limit, and ends when its client has gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from pithos_api.services.locks import lock_containers
from pithos_api.values import ContainerPath
from tests.api.client import Answer, Client
from tests.api.hashmaps.test_long_hashmaps import digests, put_map, send_blocks
from tests.api.limits.test_heavy_work import FEW_TURNS, begin, gone, wait_for
from tests.api.server import Serve, Server

MANY = 100_000  # blocks, of which Postgres sums up some 75,000 a second at best

pytestmark = pytest.mark.usefixtures("committed")


@contextmanager
def held_up() -> Iterator[None]:
    """Let every statement that reads versions take for ever."""
    holder = connection.copy()
    with holder.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE version IN ACCESS EXCLUSIVE MODE")
        yield
    holder.close()


@pytest.fixture(scope="module")
def impatient(serve: Serve) -> Iterator[Server]:
    """A server of one worker that gives what is read a second, and each user one turn."""
    with serve(**FEW_TURNS, PITHOS_HEAVY_LIMIT="1s") as running:
        yield running


@pytest.fixture(scope="module")
def patient(serve: Serve) -> Iterator[Server]:
    """A server of one worker that gives what is read a minute, and each user one turn."""
    with serve(**FEW_TURNS) as running:
        yield running


READS: dict[str, tuple[str, dict[str, Any]]] = {
    "what has no such key": ("c", {"meta": "!colour"}),
    "what has another value": ("c", {"meta": "colour!=red", "delimiter": "/"}),
    "what was there": ("c", {"until": "2000000000", "delimiter": "/"}),
    "what has changed": ("c", {"changes": "", "since": "0"}),
    "when it has changed": ("c", {"moments": ""}),
    "when the account has": ("", {"moments": ""}),
    "what it takes": ("c", {"usage": ""}),
    "what the account takes": ("", {"usage": ""}),
}
each_read = pytest.mark.parametrize(("path", "query"), READS.values(), ids=READS)


def refused(answer: Answer) -> None:
    assert (answer.status, answer["Retry-After"]) == (503, "5")
    assert b"ask for a part of it" in answer.body


@each_read
def test_what_takes_too_long_to_read_is_refused_and_says_so(
    box: Client, impatient: Server, path: str, query: dict[str, Any]
) -> None:
    with box.at(impatient.address) as client:
        with held_up():
            refused(client.get(path, **query))
        assert client.get(path, **query).status in (200, 204)


@pytest.mark.requirement("T9")
def test_so_is_the_sum_of_very_many_blocks(box: Client, impatient: Server) -> None:
    send_blocks(box, MANY)
    with box.at(impatient.address) as client:
        assert put_map(client, "c/o", digests(MANY)).status == 201
        refused(client.get("c", usage=""))
        refused(client.get("", usage=""))
        assert client.get("c", usage="", prefix="none").json["stored"] == 0


WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
       AND (wait_event = 'advisory' OR query LIKE 'SET LOCAL statement_timeout%')"""


def waiting() -> int:
    """How many statements that have a limit, or make a container theirs, wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same again
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


@each_read
def test_what_is_read_ends_when_the_client_has_gone(
    box: Client, patient: Server, path: str, query: dict[str, Any]
) -> None:
    with box.at(patient.address) as client:
        ended = gone(client, "GET")
        with held_up():
            with begin(client, "GET", client.url(path, **query)):
                wait_for(lambda: waiting() == 1)
            wait_for(lambda: gone(client, "GET") > ended)
        assert client.get(path, **query).status in (200, 204)


OnFolder = tuple[str, str, dict[str, str], dict[str, str]]
FOLDERS: dict[str, OnFolder] = {
    "copy": ("PUT", "c/other", {"X-Copy-From": "/c/f"}, {"delimiter": "/"}),
    "move": ("PUT", "c/other", {"X-Move-From": "/c/f"}, {"delimiter": "/"}),
    "delete": ("DELETE", "c/f", {}, {"delimiter": "/"}),
    "restore": ("POST", "c", {}, {"restore": "", "until": "2000000000"}),
}


@pytest.mark.parametrize("work", FOLDERS.values(), ids=FOLDERS)
def test_so_does_work_on_folders_and_nothing_is_changed(
    box: Client, patient: Server, work: OnFolder
) -> None:
    method, path, headers, query = work
    with box.at(patient.address) as client:
        for name in ("c/f", "c/f/1"):
            assert client.put(name, b"x").status == 201
        ended = gone(client, method)
        with transaction.atomic():
            lock_containers(ContainerPath(box.account, "c"))
            with begin(client, method, client.url(path, **query), **headers):
                wait_for(lambda: waiting() == 1)
            wait_for(lambda: gone(client, method) > ended)
        assert client.get("c").lines == ["f", "f/1"]
