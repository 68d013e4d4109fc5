"""What may collide: each function is one round, which ends with whatever must hold after it.

Each outcome is one that the requests have in some order, one after the other.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, permutations
from threading import Barrier
from typing import Any

from tests.api.client import Answer, Client

OCTETS = {"Content-Type": "application/octet-stream"}
APPENDED = {**OCTETS, "Content-Range": "bytes */*"}
BOTH_KINDS = (100, 20_000)  # content that lives in the database, and in files
CLIENTS = 3

Act = Callable[[Client], Answer]


class Arena:
    """A container, clients of its owner, and another user. number: of the round."""

    def __init__(self, clients: list[Client], stranger: Client, box: str) -> None:
        self.clients, self.stranger, self.box = clients, stranger, box
        self.pool = ThreadPoolExecutor(CLIENTS + 1)
        self.numbers = count()
        self.number = 0

    def next_round(self) -> None:
        self.number = next(self.numbers)

    @property
    def path(self) -> str:
        """A name that only this round uses."""
        return f"{self.box}/{self.number}"

    @property
    def me(self) -> Client:
        return self.clients[0]

    def content(self) -> bytes:
        return os.urandom(BOTH_KINDS[self.number % 2])

    def make(self, path: str) -> bytes:
        """An object; what is in it."""
        content = self.content()
        assert self.me.put(path, content).status == 201
        return content

    def read(self, path: str) -> bytes | None:
        """The object's bytes; None where there is none, and then it is not listed either."""
        answer = self.me.get(path)
        assert answer.status in {200, 404}
        box, _, name = path.partition("/")
        there = name in self.me.names(box, prefix=name)
        assert there == (answer.status == 200)
        return answer.body if there else None

    def at_once(self, *acts: Act, by: list[Client] | None = None) -> list[Answer]:
        """What the acts are answered, each by a client of its own, released together."""
        barrier = Barrier(len(acts))

        def run(act: Act, client: Client) -> Answer:
            barrier.wait()
            return act(client)

        clients = by or self.clients
        return list(self.pool.map(run, acts, clients[: len(acts)]))


def statuses(answers: list[Answer]) -> list[int]:
    return [answer.status for answer in answers]


def move(source: str, to: str, verb: str = "MOVE", **query: str) -> Act:
    return lambda client: client.request(verb, source, None, {"Destination": f"/{to}"}, **query)


def copy(source: str, to: str) -> Act:
    return move(source, to, "COPY")


def put(path: str, content: bytes, **headers: str) -> Act:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda client: client.put(path, content, named)


def delete(path: str, **query: Any) -> Act:
    return lambda client: client.delete(path, **query)


def append(path: str, piece: bytes) -> Act:
    return lambda client: client.post(path, piece, APPENDED, update="")


def put_put(arena: Arena) -> None:
    contents = [arena.content() for _ in range(CLIENTS)]
    answers = arena.at_once(*(put(arena.path, content) for content in contents))
    assert statuses(answers) == [201] * CLIENTS
    serials = [int(answer["X-Object-Version"]) for answer in answers]
    assert arena.read(arena.path) == contents[serials.index(max(serials))]


def put_delete(arena: Arena) -> None:
    arena.make(arena.path)
    new = arena.content()
    assert statuses(arena.at_once(put(arena.path, new), delete(arena.path))) == [201, 204]
    assert arena.read(arena.path) in {new, None}


def delete_delete(arena: Arena) -> None:
    arena.make(arena.path)
    answers = arena.at_once(*[delete(arena.path)] * CLIENTS)
    assert sorted(statuses(answers)) == [204, *[404] * (CLIENTS - 1)]
    assert arena.read(arena.path) is None


def _cross(
    arena: Arena, way: Callable[[str, str], Act]
) -> tuple[bytes, bytes, tuple[bytes | None, bytes | None]]:
    """Exchange two objects at once; returns what they were and what they are then."""
    a, b = f"{arena.path}a", f"{arena.path}b"
    was_a, was_b = arena.make(a), arena.make(b)
    assert statuses(arena.at_once(way(a, b), way(b, a))) == [201, 201]
    return was_a, was_b, (arena.read(a), arena.read(b))


def moves_that_cross(arena: Arena) -> None:
    was_a, was_b, found = _cross(arena, move)
    assert found in {(was_a, None), (None, was_b)}


def moves_of_one_object(arena: Arena) -> None:
    content, targets = arena.make(arena.path), [f"{arena.path}{x}" for x in "abc"]
    answers = arena.at_once(*(move(arena.path, target) for target in targets))
    assert sorted(statuses(answers)) == [201, 404, 404]
    found = [arena.read(target) for target in targets]
    assert found == [content if status == 201 else None for status in statuses(answers)]
    assert arena.read(arena.path) is None


def copies_that_cross(arena: Arena) -> None:
    was_a, was_b, found = _cross(arena, copy)
    assert found in {(was_a, was_a), (was_b, was_b)}


def copy_and_deletion_of_its_source(arena: Arena) -> None:
    content, target = arena.make(arena.path), f"{arena.path}a"
    copied, deleted = statuses(arena.at_once(copy(arena.path, target), delete(arena.path)))
    assert (deleted, copied) in {(204, 201), (204, 404)}
    assert arena.read(target) == (content if copied == 201 else None)


def copy_and_overwriting_of_its_source(arena: Arena) -> None:
    old, new, target = arena.make(arena.path), arena.content(), f"{arena.path}a"
    answers = arena.at_once(copy(arena.path, target), put(arena.path, new))
    assert statuses(answers) == [201, 201]
    assert arena.read(target) in {old, new}
    assert arena.read(arena.path) == new


def container_deletion_and_put(arena: Arena) -> None:
    box = f"{arena.box}-{arena.number}"
    assert arena.me.put(box).status == 201
    content = arena.content()
    answers = statuses(arena.at_once(delete(box), put(f"{box}/o", content)))
    assert answers in ([204, 404], [409, 201])
    if answers[0] == 409:
        assert arena.read(f"{box}/o") == content
        assert arena.me.delete(f"{box}/o").status == 204
        assert arena.me.delete(box).status == 204
    assert arena.me.head(box).status == 404


def container_creation_and_deletion(arena: Arena) -> None:
    box = f"{arena.box}-{arena.number}"
    assert arena.me.put(box).status == 201
    answers = statuses(arena.at_once(lambda client: client.put(box), delete(box)))
    assert answers in ([201, 204], [202, 204])
    assert arena.me.head(box).status == (204 if answers[0] == 201 else 404)
    if answers[0] == 201:
        assert arena.me.delete(box).status == 204


def puts_at_the_edge_of_a_quota(arena: Arena) -> None:
    box, policy = f"{arena.box}-{arena.number}", {"X-Container-Policy-Quota": "50000"}
    assert arena.me.put(box, b"", policy).status == 201
    answers = arena.at_once(*(put(f"{box}/{n}", b"." * 20_000) for n in range(CLIENTS)))
    assert sorted(statuses(answers)) == [201, 201, 413]
    assert arena.me.head(box)["X-Container-Bytes-Used"] == "40000"
    assert arena.me.delete(box, delimiter="/").status == 204


def sharing_and_reading(arena: Arena) -> None:
    content, pair = arena.make(arena.path), [arena.me, arena.stranger]
    url = arena.me.url(arena.path)

    def read(client: Client) -> Answer:
        return client.raw("GET", url, None, {"X-Auth-Token": client.token})

    for sharing, after in ((f"read={arena.stranger.account}", 200), ("", 403)):
        headers = {"X-Object-Sharing": sharing}
        answers = arena.at_once(lambda c: c.post(arena.path, headers=headers), read, by=pair)  # noqa: B023
        assert answers[0].status == 202
        assert (answers[1].status, answers[1].body == content) in {(200, True), (403, False)}
        assert read(arena.stranger).status == after


def append_append(arena: Arena) -> None:
    old, pieces = arena.make(arena.path), [arena.content() for _ in range(CLIENTS)]
    answers = arena.at_once(*(append(arena.path, piece) for piece in pieces))
    assert statuses(answers) == [204] * CLIENTS
    assert arena.read(arena.path) in {old + b"".join(order) for order in permutations(pieces)}


def append_and_put(arena: Arena) -> None:
    arena.make(arena.path)
    new, piece = arena.content(), arena.content()
    answers = arena.at_once(put(arena.path, new), append(arena.path, piece))
    assert statuses(answers) == [201, 204]
    assert arena.read(arena.path) in {new, new + piece}


def metadata_metadata(arena: Arena) -> None:
    content = arena.make(arena.path)

    def say(word: str) -> Act:
        return lambda c: c.post(arena.path, headers={f"X-Object-Meta-{word}": "1"}, update="")

    assert statuses(arena.at_once(say("A"), say("B"), say("C"))) == [202] * 3
    answer = arena.me.get(arena.path)
    assert answer.meta("X-Object-Meta-").keys() == {f"X-Object-Meta-{word}" for word in "ABC"}
    assert answer.body == content


def if_match(arena: Arena) -> None:
    etag = arena.me.put(arena.path, b"before")["ETag"]
    contents = [arena.content() for _ in range(CLIENTS)]
    answers = arena.at_once(*(put(arena.path, new, If_Match=etag) for new in contents))
    assert sorted(statuses(answers)) == [201, 412, 412]
    assert arena.read(arena.path) == contents[statuses(answers).index(201)]


def if_none_match(arena: Arena) -> None:
    contents = [arena.content() for _ in range(CLIENTS)]
    answers = arena.at_once(*(put(arena.path, new, If_None_Match="*") for new in contents))
    assert sorted(statuses(answers)) == [201, 412, 412]
    assert arena.read(arena.path) == contents[statuses(answers).index(201)]


def folder_move_and_put_into_it(arena: Arena) -> None:
    a, b = f"{arena.path}a", f"{arena.path}b"
    arena.make(a)
    old, new = arena.make(f"{a}/old"), arena.content()
    assert statuses(arena.at_once(move(a, b, delimiter="/"), put(f"{a}/new", new))) == [201, 201]
    assert (arena.read(f"{a}/old"), arena.read(f"{b}/old")) == (None, old)
    assert {arena.read(f"{a}/new"), arena.read(f"{b}/new")} == {None, new}


def purge_and_put(arena: Arena) -> None:
    arena.make(arena.path)
    new = arena.content()
    answers = arena.at_once(delete(arena.path, until="9999999999"), put(arena.path, new))
    assert statuses(answers) == [204, 201]
    assert arena.read(arena.path) == new


CLASSES: list[Callable[[Arena], None]] = [
    put_put, put_delete, delete_delete, moves_that_cross, moves_of_one_object, copies_that_cross,
    copy_and_deletion_of_its_source, copy_and_overwriting_of_its_source,
    container_deletion_and_put, container_creation_and_deletion, puts_at_the_edge_of_a_quota,
    sharing_and_reading, append_append, append_and_put, metadata_metadata, if_match,
    if_none_match, folder_move_and_put_into_it, purge_and_put,
]  # fmt: skip
