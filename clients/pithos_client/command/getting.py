"""get, verify."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path as LocalPath
from typing import Any, BinaryIO

import click

from pithos_client import Object
from pithos_client.command.reading import state_of
from pithos_client.command.terminal.moments import Moment
from pithos_client.command.terminal.names import file_path, object_name
from pithos_client.command.terminal.output import size
from pithos_client.command.terminal.session import (
    FailedError,
    Path,
    Remote,
    Session,
    checksum,
    each,
    pass_session,
)
from pithos_client.command.terminal.trees import FOLDER_TYPE, Found, is_same, set_time, walk
from pithos_client.downloads import Progress, checked
from pithos_client.hash_records import HashRecords, Stamp
from pithos_client.operations.fetching import Fetched, fetch
from pithos_client.operations.listings import Wanted, objects


@dataclass(frozen=True)
class _Errand:
    """An object, and where its file goes. keep: whether files that are there stay."""

    thing: Object
    folder: LocalPath
    name: str
    keep: bool
    records: HashRecords
    progress: Progress

    def run(self) -> tuple[str, Fetched]:
        """Get it, or what the file lacks."""
        path = file_path(self.folder, self.name)
        if self.thing.extra["content_type"] == FOLDER_TYPE and not self.thing.size:
            path.mkdir(parents=True, exist_ok=True)
            return self.thing.name, Fetched(0, 0)
        if self.keep and path.exists():
            raise click.ClickException(f"{path} exists already")
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_same(path, self.thing, self.records):
            self.progress(self.thing.size)
            set_time(path, self.thing)
            return self.thing.name, Fetched(self.thing.size, 0)
        return self.thing.name, self._fetch(path)

    def _fetch(self, path: LocalPath) -> Fetched:
        # It has its time before it has its name: who writes to it from then on gives it another.
        timed = partial(_set_time, self.thing)
        done = fetch(self.thing.version, path, self.progress, timed)
        size, found = self.thing.container.block_size, self.thing.object_hash
        if found:
            self.records.keep(path, size, Stamp.of(path), time.time_ns(), found)
        return done


def _set_time(thing: Object, file: BinaryIO) -> None:
    set_time(file.fileno(), thing)


@click.command()
@click.argument("place", type=Path())
@click.argument("local", default=".")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), default=4, help="Files at once; 4.")
@click.option("--version", type=int, help="One of the versions of an object.")
@click.option("--at", type=Moment(), metavar="TIME", help="As of then: 2h ago, 2026-11-29.")
@click.option("--keep", is_flag=True, help="Replace no file.")
@checksum
@pass_session
def get(session: Session, /, place: Remote, local: str, jobs: int, **how: Any) -> None:
    """Make files of an object, a folder or a container; - is standard output.

    What goes to a folder that is there keeps its own name if it is an object; what is in a folder
    goes to LOCAL itself, unless LOCAL is ., or ends in /. Only what the files lack is sent, so the
    same command again goes on after an interruption.
    """
    if local == "-":
        _print(state_of(session, place, how["version"], how["at"]))
        return
    found = [] if how["version"] else list(_inside(session, place, how["at"]))
    if found:
        folder = _folder(local, place)
        names = [(thing, folder, thing.name.removeprefix(place.below)) for thing in found]
    elif place.name and not place.name.endswith("/"):
        thing = state_of(session, place, how["version"], how["at"])
        names = [(thing, *_file(local, thing))]
    else:
        names = []
    records = session.records(trusts=not how["checksum"])
    _run(session, names, jobs, records, keep=bool(how["keep"]))


def _inside(session: Session, place: Remote, at: float | None) -> Iterator[Object]:
    return objects(session.driver(place.account), place.container, Wanted(place.below, until=at))


def _folder(local: str, place: Remote) -> LocalPath:
    """Return where the contents of a folder go."""
    own = place.name.rstrip("/").rpartition("/")[2] or place.container
    is_parent = local.endswith("/") or LocalPath(local).name in {"", ".."}
    return file_path(LocalPath(local), own) if is_parent else LocalPath(local)


def _file(local: str, thing: Object) -> tuple[LocalPath, str]:
    """Return the folder and the name of a file that is the only one."""
    if local.endswith("/") or LocalPath(local).is_dir():
        return LocalPath(local), thing.name.rpartition("/")[2]
    return LocalPath(local).parent, object_name(LocalPath(local).name)


def _run(
    session: Session,
    names: list[tuple[Object, LocalPath, str]],
    jobs: int,
    records: HashRecords,
    *,
    keep: bool,
) -> None:
    done: list[Fetched] = []
    with session.output.progress(sum(thing.size for thing, _, _ in names)) as progress:
        errands = [_Errand(*one, keep, records, progress) for one in names]
        for name, fetched in each(_Errand.run, errands, jobs):
            done.append(fetched)
            _tell(session, name, [fetched])
    total, received = sum(one.size for one in done), sum(one.received for one in done)
    count = len(done)
    session.output.say(
        f"{count} {'file' if count == 1 else 'files'}, {_amount(done)}",
        files=count,
        bytes=total,
        received=received,
    )


def _tell(session: Session, name: str, done: list[Fetched]) -> None:
    one = done[0]
    session.output.detail(
        f"{name}: {_amount(done)}", name=name, bytes=one.size, received=one.received
    )


def _amount(done: list[Fetched]) -> str:
    total, received = sum(one.size for one in done), sum(one.received for one in done)
    there = f"; {size(total - received)} were there already" if total > received else ""
    return f"{size(total)}{there}"


def _print(thing: Object) -> None:
    for piece in checked(thing.version, thing.pieces()):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


@click.command()
@click.argument("local", type=click.Path(exists=True))
@click.argument("place", type=Path())
@pass_session
def verify(session: Session, local: str, place: Remote) -> None:
    """Compare files with what is in the store, by their hashes; no bytes travel.

    Exit code 1: they differ.
    """
    driver, root = session.driver(place.account), LocalPath(local)
    if root.is_dir():
        here = {one.name: one for one in walk(root, place.below)}
        there = {one.name: one for one in _inside(session, place, None)}
    else:
        here = {place.name: Found(root, place.name)}
        there = {place.name: driver.get_object(*place.path)}
    differ = 0
    for name in sorted(here.keys() | there.keys()):
        problem = _problem(here.get(name), there.get(name))
        if problem:
            differ += 1
            session.output.result(f"{problem}: {name}", name=name, problem=problem)
    same = len(here.keys() | there.keys()) - differ
    session.output.say(f"{same} are the same, {differ} differ", same=same, differ=differ)
    if differ:
        raise FailedError(1)


def _problem(here: Found | None, there: Object | None) -> str:
    if here is None:
        return "only in the store"
    if there is None:
        return "only here"
    is_folder = there.extra["content_type"] == FOLDER_TYPE
    same = is_folder if here.is_folder else is_same(here.path, there, HashRecords(None))
    return "" if same else "different"


COMMANDS = (get, verify)
