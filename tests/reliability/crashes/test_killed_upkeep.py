"""Garbage collection, scrub and repair, killed again and again while writers write.

All at once, each killed at random moments, without any grace and with enough to do. In the end
nothing that was acknowledged is lost, and nothing that they should have done is left.
PITHOS_UPKEEP_KILLS: how many times each of them is killed at work; a thousand for a release.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle
from threading import Event

import pytest

from tests.reliability.commands import Commands, new_commands
from tests.reliability.damages import flip_a_bit, solid
from tests.reliability.ledger import OCTETS, Writer
from tests.reliability.store import Store, check_container, new_store

KILLS = int(os.environ.get("PITHOS_UPKEEP_KILLS", "3"))
SIZE = 20_000  # more than what the database keeps itself
VICTIMS = 100
FOREVER = "9999999999"
HOUR = 3600
SLEEP_SECONDS = 0.02

# What it has retired is discarded 4 seconds later: some must live longer than that.
COLLECT = "collect_garbage --apply --grace 0 --batch 10"
IN_FILES = "SELECT coalesce(array_agg(encode(digest, 'hex')), '{}') FROM block WHERE data IS NULL"

Work = Callable[[Store, Event], None]


@dataclass(frozen=True)
class Job:
    """What is killed. lives: how many seconds each gets, between two of these, in turn.

    before: makes something to do.
    """

    command: str
    lives: tuple[tuple[float, float], ...]
    before: Callable[[Store], None] = lambda _: None


@dataclass
class Litter:
    """Makes garbage, and among it what is none. kept: what must be there, by name."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, store: Store, ended: Event) -> None:
        client = store.client()
        while not ended.wait(SLEEP_SECONDS):
            name, content = str(len(self.kept)), solid(SIZE)
            assert client.post("litter", solid(SIZE), OCTETS, update="").status == 202
            assert client.put("litter/gone", solid(SIZE)).status == 201
            assert client.put(f"litter/{name}", content).status == 201
            assert client.delete("litter/gone").status == 204
            assert client.delete("litter/gone", until=FOREVER).status == 204
            self.kept[name] = content


@dataclass
class Victims:
    """Objects whose blocks are damaged."""

    contents: dict[str, bytes] = field(
        default_factory=lambda: {f"{number:03}": solid(SIZE) for number in range(VICTIMS)}
    )

    def send(self, store: Store) -> None:
        """Make them, or make them whole."""
        client = store.client()
        for name, content in self.contents.items():
            assert client.put(f"victims/{name}", content).status == 201

    def spoil(self, store: Store) -> None:
        """Damage one of them, unless it is set aside already."""
        name = sha256(random.choice(list(self.contents.values()))).hexdigest()
        with suppress(FileNotFoundError):
            flip_a_bit(store.data / "blocks" / name[:3] / name)


def confuse(store: Store) -> None:
    """Counters that are wrong, a claim of nobody, and what an upload has left behind."""
    left = store.data / "left"
    left.write_bytes(b"part")
    os.utime(left, (time.time() - HOUR - 9,) * 2)
    left.replace(store.data / "blocks" / "incoming" / "left")
    store.execute("UPDATE container SET object_count = 7, byte_count = byte_count + 1")
    store.execute(
        "INSERT INTO block_claim (user_id, digest) SELECT 4711, sha256(random()::text::bytea)"
    )


def note_all(writer: Writer) -> Work:
    """Writes of every kind; whoever is told to repeat one goes on with another."""

    def work(store: Store, ended: Event) -> None:
        client = store.client()
        while not ended.is_set():
            writer.run(client, ended, SLEEP_SECONDS)

    return work


def kill_again_and_again(store: Store, works: list[Work], jobs: dict[Commands, Job]) -> None:
    """Kill all of the jobs, each on its own, as often as is asked for, while the others work."""
    ended = Event()

    def kill(commands: Commands) -> None:
        job = jobs[commands]
        killed, lives = 0, cycle(job.lives)
        while killed < KILLS:
            job.before(store)
            killed += commands.kill(job.command, random.uniform(*next(lives)))

    with ThreadPoolExecutor(len(works) + len(jobs)) as pool:
        working = [pool.submit(work, store, ended) for work in works]
        try:
            list(pool.map(kill, jobs))
        finally:
            ended.set()
        for each in working:
            each.result()


def complete(store: Store, commands: Commands, victims: Victims) -> None:
    """Let each do all that is left; in the end there is nothing more to do."""
    assert commands.run("scrub --restart") == 1  # damage is still to be healed
    victims.send(store)
    for command in ("fsck --strict --repair", "scrub --restart", "fsck --strict", COLLECT):
        assert commands.run(command) == 0, commands.log.read_text()
    assert store.blocks().keys() == set(store.ask(IN_FILES))
    for place in ("incoming", "retired"):
        assert list((store.data / "blocks" / place).iterdir()) == []


@pytest.fixture
def quiet() -> Iterator[Store]:
    """A store that does not collect by itself."""
    with new_store(PITHOS_GARBAGE_INTERVAL="0") as store:
        yield store


@pytest.fixture
def three(quiet: Store) -> Iterator[list[Commands]]:
    """What runs three commands at once."""
    with ExitStack() as running:
        yield [running.enter_context(new_commands(quiet, f"{n}.log")) for n in range(3)]


@pytest.mark.requirement("R142")
@pytest.mark.timeout(120 + 10 * KILLS)
def test_killed_amid_upkeep_nothing_is_lost_and_nothing_is_left_undone(
    quiet: Store, three: list[Commands]
) -> None:
    client, litter, victims = quiet.client(), Litter(), Victims()
    writers = [Writer(f"ledger-{number}") for number in range(2)]
    for box in ("litter", "victims", *(writer.box for writer in writers)):
        assert client.put(box).status == 201
    victims.send(quiet)
    jobs = [
        Job(COLLECT, lives=(*[(0, 0.4)] * 9, (4, 5))),
        Job("scrub --rate 8M", lives=((0, 1),), before=victims.spoil),
        Job("fsck --strict --repair", lives=((0, 0.5), (0.5, 1.5)), before=confuse),
    ]
    works: list[Work] = [litter, *map(note_all, writers)]
    kill_again_and_again(quiet, works, dict(zip(three, jobs, strict=True)))
    complete(quiet, three[0], victims)
    client = quiet.client()  # the server may have closed the first one, idle since
    for writer in writers:
        writer.settle(client)
        writer.check_history(client)
    check_container(client, "litter", litter.kept)
    check_container(client, "victims", victims.contents)
