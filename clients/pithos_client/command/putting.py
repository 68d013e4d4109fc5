"""put."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as LocalPath

import click

from pithos_client import Container, Object
from pithos_client.command.terminal.names import object_name
from pithos_client.command.terminal.output import size
from pithos_client.command.terminal.session import (
    Path,
    Remote,
    Session,
    checksum,
    each,
    pass_session,
)
from pithos_client.command.terminal.trees import (
    FOLDER_TYPE,
    Found,
    has_time_of,
    meta_of,
    type_of,
    walk,
)
from pithos_client.downloads import Progress
from pithos_client.errors import ObjectNotFoundError
from pithos_client.hash_records import HashRecords, Stamp
from pithos_client.operations.listings import Wanted, objects
from pithos_client.operations.metadata import set_meta
from pithos_client.resources import meta_headers
from pithos_client.uploads import Place, upload


@dataclass(frozen=True)
class _Done:
    """What came of a file. is_same: it was there already, as the newest version."""

    found: Found
    size: int
    sent: int
    is_same: bool = True


@dataclass(frozen=True)
class _Errand:
    """Where it all goes. there: what is there already, by name."""

    container: Container
    there: dict[str, Object]
    records: HashRecords
    progress: Progress

    def run(self, found: Found) -> _Done:
        """Put one file, or what it lacks."""
        there = self.there.get(found.name)
        if found.is_folder:
            return self._mark(found, there)
        stamp, begun = Stamp.of(found.path), time.time_ns()
        if there and self._known(found, stamp) == there.object_hash:
            self.progress(there.size)
            done = _Done(found, there.size, 0)
        else:
            done = self._upload(found, there.object_hash if there else "", stamp, begun)
        if there and done.is_same and not has_time_of(there, found.path):
            place = (self.container.name, found.name)
            set_meta(self.container.driver, place, meta_of(found.path))
        return done

    def _known(self, found: Found, stamp: Stamp) -> str | None:
        return self.records.known(found.path, self.container.block_size, stamp)

    def _upload(self, found: Found, unless: str, stamp: Stamp, begun: int) -> _Done:
        headers = {**meta_headers(meta_of(found.path)), **type_of(found.path)}
        done = upload(self._place(found.name, headers), found.path, self.progress, unless)
        size = self.container.block_size
        self.records.keep(found.path, size, stamp, begun, done.object_hash)
        return _Done(found, done.size, done.sent, is_same=done.version is None)

    def _mark(self, found: Found, there: Object | None) -> _Done:
        if there is None or there.extra["content_type"] != FOLDER_TYPE:
            upload(self._place(found.name, {"Content-Type": FOLDER_TYPE}), b"")
        return _Done(found, 0, 0)

    def _place(self, name: str, headers: dict[str, str]) -> Place:
        box = self.container
        return Place(box.driver.connection, box.name, name, box.block_size, headers, waits=False)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="LOCAL...")
@click.argument("place", type=Path())
@click.option("-j", "--jobs", type=click.IntRange(1, 64), default=4, help="Files at once; 4.")
@checksum
@pass_session
def put(
    session: Session, /, sources: tuple[str, ...], place: Remote, jobs: int, **how: bool
) -> None:
    """Store files and folders; - is standard input.

    What goes to a container, or to a name that ends in /, keeps its own name there. Only what the
    store lacks is sent, so the same command again goes on after an interruption.
    """
    into = len(sources) > 1 or not place.name or place.name.endswith("/")
    if "-" in sources:
        if into:
            raise click.UsageError("standard input needs a name: pithos put - CONTAINER/NAME")
        _put_stdin(session, place)
        return
    found = [each for source in sources for each in _found(source, place, into)]
    there = _there(session, place, sources, found)
    total = sum(each.path.stat().st_size for each in found if not each.is_folder)
    container = session.driver(place.account).known_container(place.container)
    done: list[_Done] = []
    with session.output.progress(total) as progress:
        records = session.records(trusts=not how["checksum"])
        for one in each(_Errand(container, there, records, progress).run, found, jobs):
            done.append(one)
            _tell(session, one)
    _tell_sum(session, done)


def _found(source: str, place: Remote, into: bool) -> Iterator[Found]:
    path = LocalPath(source)
    own = object_name(path.name) if path.name not in {"", ".."} else ""
    name = place.below + own if into else place.name
    if path.is_dir():
        yield from walk(path, f"{name.rstrip('/')}/" if name else "")
    elif path.is_file():
        yield Found(path, name)
    else:
        what = "is no file" if path.exists() else "does not exist"
        raise click.BadParameter(f"{source!r} {what}", param_hint="LOCAL")


def _there(
    session: Session, place: Remote, sources: tuple[str, ...], found: list[Found]
) -> dict[str, Object]:
    """Return what is there already, of one file by one request, of more by a list."""
    driver = session.driver(place.account)
    if len(found) == 1:
        try:
            return {found[0].name: driver.get_object(place.container, found[0].name)}
        except ObjectNotFoundError:
            return {}
    common = _common([each.name for each in found])
    return {thing.name: thing for thing in objects(driver, place.container, Wanted(common))}


def _common(names: list[str]) -> str:
    """Return the folder in which all of these are."""
    first, last = min(names, default=""), max(names, default="")
    same = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    return first[: first.rfind("/", 0, same) + 1]


def _put_stdin(session: Session, place: Remote) -> None:
    container = session.driver(place.account).known_container(place.container)
    goal = Place(container.driver.connection, container.name, place.name, container.block_size)
    with session.output.progress(None) as progress:
        done = upload(goal, sys.stdin.buffer, progress)
    _tell_sum(session, [_Done(Found(LocalPath("-"), place.name), done.size, done.sent)])


def _tell(session: Session, one: _Done) -> None:
    session.output.detail(
        f"{one.found.name}: {_amount([one])}",
        name=one.found.name,
        bytes=one.size,
        sent=one.sent,
    )


def _tell_sum(session: Session, done: list[_Done]) -> None:
    count = len(done)
    session.output.say(
        f"{count} {'file' if count == 1 else 'files'}, {_amount(done)}",
        files=count,
        bytes=sum(one.size for one in done),
        sent=sum(one.sent for one in done),
    )


def _amount(done: list[_Done]) -> str:
    total, sent = sum(one.size for one in done), sum(one.sent for one in done)
    there = f"; {size(total - sent)} were there already" if total > sent else ""
    return f"{size(total)}{there}"


COMMANDS = (put,)
