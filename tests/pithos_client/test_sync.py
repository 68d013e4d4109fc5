"""A folder and a container are kept the same (contract oos §6)."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pithos_client import Container
from pithos_client.sync import Direction, Done, Kind, Synchronizer
from pithos_client.sync.memory import Memory
from pithos_client.sync.planning import Action, Terms, plan

from tests.api.server import BLOCK_SIZE

STEPS = int(os.environ.get("PITHOS_SYNC_STEPS", "300"))
NAMES = ["a", "b", "f/a", "f/b", "f/g/ü", "with space", "-x"]

TABLE = [
    # last, local, remote: what is done
    ("1", "1", "1", None),
    ("1", "1", "2", Kind.DOWNLOAD),
    ("1", "1", "", Kind.DELETE_LOCAL),
    ("1", "2", "1", Kind.UPLOAD),
    ("1", "", "1", Kind.DELETE_REMOTE),
    ("1", "2", "2", Kind.AGREE),
    ("1", "", "", Kind.AGREE),
    ("1", "2", "3", Kind.KEEP_BOTH),
    ("1", "", "2", Kind.DOWNLOAD),
    ("1", "2", "", Kind.UPLOAD),
    ("", "", "1", Kind.DOWNLOAD),
    ("", "1", "", Kind.UPLOAD),
    ("", "1", "1", Kind.AGREE),
    ("", "1", "2", Kind.KEEP_BOTH),
]


@pytest.mark.parametrize(("last", "local", "remote", "kind"), TABLE)
def test_the_table_decides(last: str, local: str, remote: str, kind: Kind | None) -> None:
    one, two, three = ({"p": state} if state else {} for state in (last, local, remote))
    assert [each.kind for each in plan(one, two, three)] == ([] if kind is None else [kind])


def test_what_goes_here_and_comes_there_is_a_move() -> None:
    gone, come = {"old": "1", "stays": "2"}, {"new": "1", "stays": "2"}
    assert plan(gone, come, gone) == [Action(Kind.MOVE_REMOTE, "new", "1", "old")]
    assert plan(gone, gone, come) == [Action(Kind.MOVE_LOCAL, "new", "1", "old")]


@pytest.mark.parametrize(
    ("direction", "deletes", "kinds"),
    [
        (Direction.PUSH, False, ["upload"]),
        (Direction.PUSH, True, ["upload", "delete on the server"]),
        (Direction.PULL, False, ["download"]),
        (Direction.PULL, True, ["download", "delete here"]),
    ],
)
def test_one_way_changes_one_side(direction: Direction, deletes: bool, kinds: list[str]) -> None:
    last = {"here": "1", "there": "2", "gone here": "3", "gone there": "4"}
    local = {"here": "9", "there": "2", "gone there": "4"}
    remote = {"here": "1", "there": "8", "gone here": "3"}
    found = plan(last, local, remote, Terms(direction, deletes))
    assert [each.kind.value for each in found] == kinds


class Folder:
    """One of the folders that are synchronized with the container."""

    def __init__(self, root: Path, container: Container, memory: Path) -> None:
        root.mkdir()
        self.root = root
        self.memory = Memory(memory)
        self.sync = Synchronizer(root, container, "home/", self.memory)

    def run(self) -> list[Done]:
        return list(self.sync.run())

    def write(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def folder(box: Container, tmp_path: Path) -> Iterator[Callable[[str], Folder]]:
    made: list[Folder] = []

    def make(name: str) -> Folder:
        made.append(Folder(tmp_path / name, box, tmp_path / f"{name}.sqlite"))
        return made[-1]

    yield make
    for each in made:
        each.memory.close()


def test_what_is_new_goes_both_ways(folder: Callable[[str], Folder], box: Container) -> None:
    here, there = folder("here"), folder("there")
    here.write("f/one", b"1")
    there.write("two", os.urandom(3 * BLOCK_SIZE))
    for each in (here, there, here):
        assert {done.problem for done in each.run()} <= {""}
    assert here.files() == there.files()
    assert [each.name for each in box.list_objects()] == ["home/f/one", "home/two"]
    assert here.sync.plan() == there.sync.plan() == []


def test_a_renamed_file_is_moved_and_keeps_its_uuid(
    folder: Callable[[str], Folder], box: Container
) -> None:
    here, there = folder("here"), folder("there")
    here.write("old", b"content")
    here.run(), there.run()
    uuid = box.get_object("home/old").extra["uuid"]
    (here.root / "old").rename(here.root / "new")
    assert [each.action.kind for each in here.run()] == [Kind.MOVE_REMOTE]
    assert [each.action.kind for each in there.run()] == [Kind.MOVE_LOCAL]
    assert box.get_object("home/new").extra["uuid"] == uuid
    assert here.files() == there.files() == {"new": b"content"}


def test_a_conflict_keeps_both_and_tells_whose(folder: Callable[[str], Folder]) -> None:
    here, there = folder("here"), folder("there")
    here.write("a.txt", b"first")
    here.run(), there.run()
    here.write("a.txt", b"mine")
    there.write("a.txt", b"theirs")
    for each in (here, there, there, here):
        each.run()
    files = here.files()
    assert files == there.files()
    assert sorted(files.values()) == [b"mine", b"theirs"]
    assert files["a.txt"] == b"mine"
    assert all(name == "a.txt" or name.startswith("a (of ") for name in files)


def test_names_that_are_no_paths_are_left_alone(
    folder: Callable[[str], Folder], box: Container
) -> None:
    here = folder("here")
    for name in ("../evil", "/etc/x", "a//b", ".", "f/..", "file", "file/below"):
        box.upload_object(b"x", f"home/{name}")
    here.run()
    assert here.files() == {"file": b"x"}
    _, remote, _ = here.sync.look()
    assert len(remote.skipped) == 6
    assert len(box.list_objects()) == 7


def test_what_changes_while_it_is_looked_at_is_left_for_the_next(
    folder: Callable[[str], Folder], box: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = folder("here")
    here.write("a", b"1")
    here.run()
    box.upload_object(b"2", "home/a")
    look = here.sync.look

    def late() -> object:
        found = look()
        here.write("a", b"3")
        return found

    monkeypatch.setattr(here.sync, "look", late)
    [done] = here.run()
    assert "changed meanwhile" in done.problem
    assert here.files() == {"a": b"3"}


class Model:
    """What users did. current: the contents that nobody has put away knowingly."""

    def __init__(self, folders: list[Folder], seed: int) -> None:
        self.folders, self.dice = folders, random.Random(seed)
        self.current: set[bytes] = set()
        self.count = 0

    def step(self) -> None:
        folder = self.dice.choice(self.folders)
        act = self.dice.choice([self.edit, self.edit, self.delete, self.rename, self.sync])
        act(folder)

    def sync(self, folder: Folder) -> None:
        folder.run()

    def edit(self, folder: Folder) -> None:
        name = self.dice.choice(NAMES)
        self.put_away(folder, name)
        self.count += 1
        content = f"{self.count}".encode() * self.dice.choice([1, 1, 30_000])
        folder.write(name, content)
        self.current.add(content)

    def delete(self, folder: Folder) -> None:
        for name in self.dice.sample(sorted(folder.files()), min(1, len(folder.files()))):
            self.put_away(folder, name)
            (folder.root / name).unlink()

    def rename(self, folder: Folder) -> None:
        for name in self.dice.sample(sorted(folder.files()), min(1, len(folder.files()))):
            target = self.dice.choice(NAMES)
            if target != name:
                self.put_away(folder, target)
                (folder.root / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder.root / name, folder.root / target)

    def put_away(self, folder: Folder, name: str) -> None:
        path = folder.root / name
        if path.is_file():
            self.current.discard(path.read_bytes())


@pytest.mark.requirement("L27")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(2))
def test_two_folders_end_equal_and_lose_nothing(folder: Callable[[str], Folder], seed: int) -> None:
    folders = [folder("here"), folder("there")]
    model = Model(folders, seed)
    for _ in range(STEPS // 2):
        model.step()
    for _ in range(4):
        for each in folders:
            assert {done.problem for done in each.run()} <= {""}
    assert folders[0].files() == folders[1].files()
    assert model.current <= set(folders[0].files().values())
    assert all(each.sync.plan() == [] for each in folders)
