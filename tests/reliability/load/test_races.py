"""Clients that collide: each name's history is one order, counters are exact, nothing is 5xx."""

import os
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from threading import Event

import pytest

from tests.api.client import Answer, Client
from tests.reliability.crowd import together
from tests.reliability.store import BLOCK, Store, check_container, check_usage

CROWD = 16
HISTORY = """
    SELECT count(*) FROM version JOIN container c ON c.id = container_id
     WHERE c.name = %s AND deleted = %s
"""


@pytest.fixture
def crowd(store: Store) -> list[Client]:
    """Clients whose connections are already open."""
    clients = [store.client() for _ in range(CROWD)]
    assert {client.head().status for client in clients} == {204}
    return clients


@dataclass(frozen=True)
class Write:
    """A PUT that succeeded. began, ended: seconds of one clock."""

    content: bytes
    began: float
    ended: float
    serial: int


def write(client: Client, path: str, content: bytes) -> Write:
    began = time.monotonic()
    answer = client.put(path, content)
    ended = time.monotonic()
    assert answer.status == 201
    return Write(content, began, ended, int(answer["X-Object-Version"]))


@pytest.mark.parametrize("size", [100, 20_000])
def test_writers_of_one_name_take_turns(
    store: Store, box: str, crowd: list[Client], size: int
) -> None:
    rounds = [
        together(CROWD, lambda i: write(crowd[i], f"{box}/o", os.urandom(size))) for _ in range(5)
    ]
    writes = sorted((each for turn in rounds for each in turn), key=lambda each: each.serial)
    last = crowd[0].get(f"{box}/o")
    assert last.body == writes[-1].content
    assert int(last["X-Object-Version"]) == writes[-1].serial
    latest_begin = 0.0
    for each in writes:  # who was answered before another began comes before that one
        assert each.ended >= latest_begin
        latest_begin = max(latest_begin, each.began)
    assert len({each.serial for each in writes}) == len(writes) == 5 * CROWD
    assert store.ask(HISTORY, box, False) == 5 * CROWD
    check_usage(crowd[0], box, [size])


def test_what_was_acknowledged_is_listed_and_counted_at_once(box: str, crowd: list[Client]) -> None:
    def act(number: int) -> list[bool]:
        mine, seen = crowd[number], []
        for index in range(5):
            name = f"{number:02}-{index}"
            assert mine.put(f"{box}/{name}", b"x" * number).status == 201
            seen.append(mine.names(box, prefix=name) == [name])
        return seen

    assert together(CROWD, act) == [[True] * 5] * CROWD
    check_usage(crowd[0], box, [number for number in range(CROWD) for _ in range(5)])


@pytest.mark.parametrize("exists", [False, True])
def test_of_all_who_ask_for_the_same_state_one_writes(
    store: Store, box: str, crowd: list[Client], exists: bool
) -> None:
    for turn in range(5):
        path, condition = f"{box}/{turn}", {"If-None-Match": "*"}
        if exists:
            condition = {"If-Match": crowd[0].put(path, b"before")["ETag"]}
        answers = together(CROWD, lambda i: crowd[i].put(path, b"%d" % i, condition))  # noqa: B023
        assert Counter(each.status for each in answers) == {201: 1, 412: CROWD - 1}
        winner = next(i for i, answer in enumerate(answers) if answer.status == 201)
        assert crowd[0].get(path).body == b"%d" % winner
    assert store.ask(HISTORY, box, False) == (10 if exists else 5)


@pytest.mark.parametrize("size", [100, 20_000])
def test_of_fifty_who_create_the_same_object_one_does(store: Store, box: str, size: int) -> None:
    many = [store.client() for _ in range(50)]
    for turn in range(10):
        path, contents = f"{box}/{turn}", [os.urandom(size) for _ in many]
        answers = together(50, lambda i: many[i].put(path, contents[i], {"If-None-Match": "*"}))  # noqa: B023
        assert Counter(each.status for each in answers) == {201: 1, 412: 49}
        winner = next(i for i, answer in enumerate(answers) if answer.status == 201)
        read = many[turn].get(path)
        assert (read.body, read["ETag"]) == (contents[winner], answers[winner]["ETag"])
    assert store.ask(HISTORY, box, False) == 10
    check_usage(many[0], box, [size] * 10)


def test_writers_and_deleters_of_one_name_agree_on_what_is_left(
    store: Store, box: str, crowd: list[Client]
) -> None:
    def act(number: int) -> list[int]:
        mine, path = crowd[number], f"{box}/o"
        if number % 2:
            return [mine.put(path, os.urandom(100 + number)).status for _ in range(8)]
        return [mine.delete(path).status for _ in range(8)]

    statuses = Counter(status for each in together(CROWD, act) for status in each)
    assert set(statuses) <= {201, 204, 404}
    assert store.ask(HISTORY, box, False) == statuses[201] == 8 * CROWD // 2
    assert store.ask(HISTORY, box, True) == statuses[204] > 0
    left = crowd[0].get(f"{box}/o")
    there = {"o": left.body} if left.status == 200 else {}
    assert len(there) == statuses[201] - _replaced(store, box) - statuses[204]
    check_container(crowd[0], box, there)


def _replaced(store: Store, box: str) -> int:
    """How many versions gave way to another write, and not to a deletion."""
    query = """
        SELECT count(*) FROM version v JOIN container c ON c.id = v.container_id
         WHERE c.name = %s AND NOT v.deleted AND v.valid_to <> 'infinity'
           AND NOT EXISTS (SELECT FROM version t WHERE t.container_id = v.container_id
                            AND t.name = v.name AND t.deleted AND t.valid_from = v.valid_to)
    """
    return int(store.ask(query, box))


def test_a_deleted_container_holds_no_acknowledged_object(box: str, crowd: list[Client]) -> None:
    ends: Counter[int] = Counter()
    for turn in range(30):
        assert crowd[0].put(box).status in {201, 202}
        deleter, content = turn % 6, b"x" * (100 if turn % 3 else 20_000)

        def act(number: int, deleter: int = deleter, content: bytes = content) -> Answer:
            if number == deleter:
                return crowd[number].delete(box)
            return crowd[number].put(f"{box}/{number}", content)

        answers = together(6, act)
        deleted = answers.pop(deleter).status
        stored = [each.status for each in answers]
        assert deleted in {204, 409}
        assert set(stored) == ({404} if deleted == 204 else {201})
        ends[deleted] += 1
        if deleted == 204:
            assert crowd[0].head(box).status == 404
        else:
            _empty(crowd[0], box, [len(content)] * len(stored))
    assert ends[204] > 0
    assert ends[409] > 0


PENDING = "usage_delta WHERE container_id = (SELECT id FROM container WHERE name = %s)"


def test_a_container_is_deleted_without_waiting_for_the_folding_of_its_usage(
    store: Store, box: str
) -> None:
    client = store.client()
    with closing(store.session()) as folder, folder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(2, 0)")  # nobody else folds
        assert client.put(f"{box}/o", b"x").status == 201
        assert client.delete(f"{box}/o").status == 204
        cursor.execute(f"DELETE FROM {PENDING}", [box])
        assert cursor.rowcount == 2
        assert client.delete(box).status == 204
        folder.commit()
    assert client.put(box).status == 201
    check_usage(client, box, [])


def _empty(client: Client, box: str, sizes: list[int]) -> None:
    """Delete all objects, which are of these sizes."""
    check_usage(client, box, sizes)
    for name in client.names(box):
        assert client.delete(f"{box}/{name}").status == 204


def test_makers_and_deleters_of_one_container_never_fail(box: str, crowd: list[Client]) -> None:
    def act(number: int) -> list[int]:
        mine = crowd[number]
        if number % 3 == 0:
            return [mine.delete(box).status for _ in range(10)]
        if number % 3 == 1:
            return [mine.put(box).status for _ in range(10)]
        return [mine.put(box, b"", {"X-Container-Meta-N": str(i)}).status for i in range(10)]

    statuses = Counter(status for each in together(12, act) for status in each)
    assert set(statuses) == {201, 202, 204, 404}


@pytest.mark.parametrize("size", [1000, BLOCK + 1000])
def test_the_same_content_under_many_names_at_once(
    box: str, crowd: list[Client], size: int
) -> None:
    content = os.urandom(size)
    answers = together(CROWD, lambda i: crowd[i].put(f"{box}/{i:02}", content))
    assert {answer.status for answer in answers} == {201}
    check_container(crowd[0], box, {f"{i:02}": content for i in range(CROWD)})


@pytest.mark.parametrize("versioning", ["auto", "none"])
@pytest.mark.parametrize("ending", ["overwritten", "deleted"])
def test_a_download_goes_on_with_what_it_began_with(
    box: str, crowd: list[Client], versioning: str, ending: str
) -> None:
    reader, writer, old, path = crowd[0], crowd[1], os.urandom(8 * BLOCK), f"{box}/o"
    assert writer.post(box, b"", {"X-Container-Policy-Versioning": versioning}).status == 202
    assert writer.put(path, old).status == 201
    reader.connection.request("GET", reader.url(path), headers={"X-Auth-Token": reader.token})
    answer = reader.connection.getresponse()
    begin = answer.read(1000)
    if ending == "deleted":
        assert writer.delete(path).status == 204
    else:
        assert writer.put(path, b"new").status == 201
    assert begin + answer.read() == old
    assert reader.get(path).status == (404 if ending == "deleted" else 200)


def test_readers_never_see_a_mixture(box: str, crowd: list[Client]) -> None:
    path, size, done = f"{box}/o", BLOCK + 1000, Event()
    assert crowd[0].put(path, bytes([1]) * size).status == 201

    def act(number: int) -> list[bytes]:
        if number == 0:
            for value in range(2, 12):
                assert crowd[0].put(path, bytes([value]) * size).status == 201
            done.set()
        seen: list[bytes] = []
        while not done.is_set() or not seen:
            seen.append(crowd[number].get(path).body)
        return seen

    seen = [body for bodies in together(4, act) for body in bodies]
    assert all(body == body[:1] * size for body in seen)
    assert len({body[:1] for body in seen}) > 1
