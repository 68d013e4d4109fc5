"""Writers that note what was acknowledged, and so know what the store may hold and what it must."""

import http.client
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from hashlib import md5, sha256
from threading import Event

from tests.api.client import Answer, Client
from tests.reliability.store import BLOCK, check_container

NAMES_EACH = 5
OCTETS = {"Content-Type": "application/octet-stream"}
SIZES = (0, 500, 16 * 1024, 20_000, 300_000, 2 * BLOCK + 1000)
SIZE_WEIGHTS = (4, 8, 4, 8, 4, 1)
PIECES = (100, 20_000)
PATIENCE = 5


@dataclass(frozen=True)
class Object:
    """An object's bytes, and a word of metadata."""

    content: bytes
    mark: str


World = Mapping[str, Object]
"""All objects of one writer, by name."""


@dataclass(frozen=True)
class Step:
    """A request. done: its status when it did something.

    change: the world after it; None where there is nothing that it could act on.
    """

    name: str
    send: Callable[[Client], Answer]
    change: Callable[[World], World | None]
    done: int


@dataclass(frozen=True)
class Entry:
    """A version that was acknowledged."""

    path: str
    serial: str
    md5: str


class Writer:
    """The only writer of a container.

    possible: what the container may hold: one world, and after a request without an answer also
    the one that it would have led to. entries: what must be readable for ever. refused: what was
    not answered last, or with 503.
    """

    def __init__(self, box: str) -> None:
        self.box = box
        self.names = [f"folder/{number}" for number in range(NAMES_EACH)]
        self.possible: list[World] = [{}]
        self.entries: list[Entry] = []
        self.acknowledged: Counter[str] = Counter()
        self.refused = ""

    def run(self, client: Client, ended: Event, pause_seconds: float = 0) -> None:
        """Write until the end, or until something is not answered, or with 503."""
        while not ended.is_set() and self._try(client, random.choice(KINDS)):
            time.sleep(pause_seconds)

    def settle(self, client: Client) -> None:
        """Assert that the container holds one of its possible worlds; from now on it is that."""
        found = {}
        for name in self.names:
            answer = client.get(f"{self.box}/{name}")
            assert answer.status in {200, 404}
            if answer.status == 200:
                found[name] = Object(answer.body, answer.get("X-Object-Meta-Mark") or "")
        assert found in self.possible, f"{self.box}: lost, torn, stale or come back"
        self.possible = [found]
        contents = {name: each.content for name, each in found.items()}
        check_container(client, self.box, contents)

    def check_history(self, client: Client) -> None:
        """Assert that every version that was ever acknowledged is there with its bytes."""
        for entry in self.entries:
            answer = client.get(entry.path, version=entry.serial)
            assert (answer.status, answer["ETag"]) == (200, entry.md5), entry
            assert md5(answer.body).hexdigest() == entry.md5, entry

    def _try(self, client: Client, kind: "Kind") -> bool:
        step = kind(self)
        answer = None
        with suppress(OSError, http.client.HTTPException):
            answer = step.send(client)
        after = [step.change(world) for world in self.possible]
        if answer is None or answer.status == 503:
            self.possible += [world for world in after if world is not None]
            self.refused = f"{step.name}: {answer.status if answer else 'no answer'}"
            return False
        assert answer.status in {step.done, 404}, (kind.__name__, answer.status, answer.body)
        self._note(step, answer, after)
        self.acknowledged[kind.__name__] += 1
        return True

    def _note(self, step: Step, answer: Answer, after: list[World | None]) -> None:
        if answer.status == step.done:
            self.possible = [world for world in after if world is not None]
        else:
            pairs = zip(self.possible, after, strict=True)
            self.possible = [world for world, changed in pairs if changed is None]
        assert self.possible, f"{answer.status} cannot be: {step.name}"
        serial = answer.get("X-Object-Version")
        if serial is not None:
            content = self.possible[0][step.name].content
            path = f"{self.box}/{step.name}"
            self.entries.append(Entry(path, serial, md5(content).hexdigest()))


Kind = Callable[[Writer], Step]


def put(writer: Writer) -> Step:
    """Create or overwrite an object."""
    name, new = random.choice(writer.names), _new_object()
    return Step(
        name,
        lambda client: client.put(f"{writer.box}/{name}", new.content, _marked(new)),
        lambda world: {**world, name: new},
        done=201,
    )


def put_map(writer: Writer) -> Step:
    """Upload by hashmap, as clients do: the blocks that are asked for, and the map again."""
    name, new = random.choice(writer.names), _new_object()
    return Step(
        name,
        lambda client: upload_map(client, f"{writer.box}/{name}", new.content, _marked(new)),
        lambda world: {**world, name: new},
        done=201,
    )


def delete(writer: Writer) -> Step:
    """Delete an object."""
    name = random.choice(writer.names)
    return Step(
        name,
        lambda client: client.delete(f"{writer.box}/{name}"),
        lambda world: {k: v for k, v in world.items() if k != name} if name in world else None,
        done=204,
    )


def copy(writer: Writer) -> Step:
    """Copy an object onto another name."""
    source, name = random.sample(writer.names, 2)
    return Step(
        name,
        lambda client: _transfer(client, "COPY", writer.box, source, name),
        lambda world: {**world, name: world[source]} if source in world else None,
        done=201,
    )


def move(writer: Writer) -> Step:
    """Move an object onto another name."""
    source, name = random.sample(writer.names, 2)

    def change(world: World) -> World | None:
        if source not in world:
            return None
        return {**{k: v for k, v in world.items() if k != source}, name: world[source]}

    return Step(
        name, lambda client: _transfer(client, "MOVE", writer.box, source, name), change, done=201
    )


def append(writer: Writer) -> Step:
    """Append to an object."""
    return _update(writer, "bytes */*", lambda old, piece: old + piece)


def overwrite_begin(writer: Writer) -> Step:
    """Write over the first bytes of an object."""
    size = random.choice(PIECES)
    return _update(writer, f"bytes 0-{size - 1}/*", lambda old, new: new + old[size:], size)


def mark(writer: Writer) -> Step:
    """Change an object's metadata."""
    name, word = random.choice(writer.names), os.urandom(4).hex()

    def change(world: World) -> World | None:
        return {**world, name: replace(world[name], mark=word)} if name in world else None

    headers = {"X-Object-Meta-Mark": word}
    path = f"{writer.box}/{name}"
    return Step(name, lambda client: client.post(path, headers=headers), change, done=202)


def hang_up(writer: Writer) -> Step:
    """Send half of an object and go away; then look whether the store is still there."""
    name, new = random.choice(writer.names), _new_object()

    def send(client: Client) -> Answer:
        other = Client(client.address, client.account, client.token)
        with closing(other.connection) as connection:
            connection.putrequest("PUT", other.url(f"{writer.box}/{name}"))
            connection.putheader("X-Auth-Token", other.token)
            connection.putheader("Content-Length", str(len(new.content) + 1))
            connection.endheaders(new.content)
        return client.head(writer.box)

    return Step(name, send, lambda world: world, done=204)


KINDS: list[Kind] = [put, put, put, put_map, delete, copy, move]
KINDS += [append, overwrite_begin, mark, hang_up]


def upload_map(
    client: Client, path: str, content: bytes, headers: Mapping[str, str] | None = None
) -> Answer:
    """PUT the hashmap of the content; POST the blocks that are missed; PUT it again.

    Again, for a collection without grace may come in between.
    """
    blocks = [content[at : at + BLOCK] for at in range(0, len(content), BLOCK)]
    by_digest = {sha256(block.rstrip(b"\0")).hexdigest(): block for block in blocks}
    hashes = [sha256(block.rstrip(b"\0")).hexdigest() for block in blocks]
    body = json.dumps({"bytes": len(content), "hashes": hashes})
    for _ in range(PATIENCE):
        answer = client.put(path, body, headers, hashmap="", format="json")
        if answer.status != 409:
            break
        for digest in json.loads(answer.body):
            posted = client.post(path.partition("/")[0], by_digest[digest], OCTETS, update="")
            if posted.status != 202:
                return posted
    return answer


def _new_object() -> Object:
    [size] = random.choices(SIZES, SIZE_WEIGHTS)
    return Object(os.urandom(size), os.urandom(4).hex())


def _marked(new: Object) -> dict[str, str]:
    return {"X-Object-Meta-Mark": new.mark}


def _transfer(client: Client, verb: str, box: str, source: str, name: str) -> Answer:
    return client.request(verb, f"{box}/{source}", None, {"Destination": f"/{box}/{name}"})


def _update(
    writer: Writer, where: str, change: Callable[[bytes, bytes], bytes], size: int = 0
) -> Step:
    name, piece = random.choice(writer.names), os.urandom(size or random.choice(PIECES))
    headers = {**OCTETS, "Content-Range": where}

    def changed(world: World) -> World | None:
        if name not in world:
            return None
        return {**world, name: replace(world[name], content=change(world[name].content, piece))}

    path = f"{writer.box}/{name}"
    return Step(name, lambda client: client.post(path, piece, headers, update=""), changed, 204)
