"""changes, diff, restore, undo."""

import difflib
import shlex
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from pithos_client import Driver, ObjectNotFoundError
from pithos_client.command.terminal.moments import Moment
from pithos_client.command.terminal.session import Path, Remote, Session, pass_session
from pithos_client.operations import time
from pithos_client.operations.copies import Original, copy
from pithos_client.operations.history import object_at, version_of
from pithos_client.operations.history import versions as versions_of
from pithos_client.operations.listings import Wanted, objects
from pithos_client.operations.time import Change, Restored

_LETTERS = {"added": "A", "changed": "C", "metadata": "P", "moved": "M", "removed": "D"}
_MOST_BYTES = 10 * 2**20  # of a file whose lines are compared
_SINCE = click.option(
    "--since", required=True, type=Moment(), metavar="TIME", help="From when: 2h ago, 2026-11-29."
)
_UNTIL = click.option("--until", type=Moment(), metavar="TIME", help="Until when; else until now.")


@click.command()
@click.argument("place", type=Path())
@_SINCE
@_UNTIL
@pass_session
def changes(session: Session, place: Remote, since: float, until: float | None) -> None:
    """Tell what changed in a container or folder.

    A is added, C changed, P has other metadata, M was moved, D is removed.
    """
    for change in _changes(session, place, since, until):
        came = f"{change.moved_from} -> " if change.moved_from is not None else ""
        text = f"{_LETTERS[change.change]} {came}{change.name}"
        session.output.result(text, **asdict(change))


def _changes(
    session: Session, place: Remote, since: float, until: float | None
) -> Iterator[Change]:
    """Yield the changes of a folder, or of the object of that name."""
    driver = session.driver(place.account)
    for change in time.changes(driver, place.container, since, until, place.name.rstrip("/")):
        if change.name == place.name or change.name.startswith(place.below):
            yield change


@click.command()
@click.argument("place", type=Path())
@_SINCE
@_UNTIL
@pass_session
def diff(session: Session, place: Remote, since: float, until: float | None) -> None:
    """Tell which lines of an object, or of all in a folder, changed."""
    driver = session.driver(place.account)
    for change in _changes(session, place, since, until):
        if change.change in {"metadata", "moved"} and change.size == change.size_before:
            continue
        old = _lines(driver, place.container, change.name, change.version_before)
        new = _lines(driver, place.container, change.name, change.version)
        name = str(place.at(change.name))
        if old is None or new is None:
            session.output.result(f"{name} differs", name=name, lines=None)
            continue
        lines = list(difflib.unified_diff(old, new, f"{name} then", f"{name} now", lineterm=""))
        session.output.result("\n".join(lines), name=name, lines=lines)


def _lines(driver: Driver, container: str, name: str, version: int | None) -> list[str] | None:
    """Return the lines of a text, none of what is not there; None if it is none, or too long."""
    if version is None:
        return []
    try:
        thing = version_of(driver, container, name, version)
    except ObjectNotFoundError:  # it had another name
        return None
    if thing.size > _MOST_BYTES:
        return None
    data = b"".join(thing.pieces())
    try:
        return None if b"\0" in data else data.decode().splitlines()
    except UnicodeDecodeError:
        return None


@click.command()
@click.argument("place", type=Path())
@click.option("--at", required=True, type=Moment(), metavar="TIME", help="As it was then.")
@click.option("--keep-newer", is_flag=True, help="Keep what was not there then.")
@click.option("-n", "--rehearse", is_flag=True, help="Only tell what would be done.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_session
def restore(session: Session, /, place: Remote, at: float, **how: bool) -> None:
    """Make an object, a folder or a container what it was.

    What would be done is told first. It tells how to undo.
    """
    driver = session.driver(place.account)
    if place.name and not _is_folder(driver, place, at):
        _restore_object(session, place, object_at(driver, *place.path, at).extra["version"])
        return
    keep = how["keep_newer"]
    plan = time.restore(driver, place.container, at, place.below, keep_newer=keep, rehearse=True)
    if how["rehearse"]:
        session.output.result(_told("would be", place, plan), name=str(place), **asdict(plan))
        return
    if not how["yes"]:
        _ask(session, place, plan)
    done = time.restore(driver, place.container, at, place.below, keep_newer=keep)
    _tell(session, place, done)


def _is_folder(driver: Driver, place: Remote, at: float) -> bool:
    """Return whether anything is below the place, now or then."""
    moments = (None, at)
    below = (objects(driver, place.container, Wanted(place.below, until=each)) for each in moments)
    return any(next(each, None) is not None for each in below)


def _ask(session: Session, place: Remote, plan: Restored) -> None:
    """Let people at a terminal decide. Raises: Abort; UsageError: there is nobody to ask."""
    if not sys.stdin.isatty():
        raise click.UsageError("say --yes where nobody can be asked, or --rehearse")
    click.echo(_told("would be", place, plan), err=True)
    click.confirm("Go on?", abort=True, err=True)


def _told(verb: str, place: Remote, plan: Restored) -> str:
    parts = (
        f"{plan.restored} restored, {plan.recreated} recreated, {plan.removed} removed",
        f"{plan.kept} kept, {plan.unchanged} unchanged",
    )
    return f"{place}: {verb} {', '.join(parts)}"


def _tell(session: Session, place: Remote, done: Restored) -> None:
    where = shlex.quote(str(place))
    undo = f"pithos restore --yes --at {done.moment:.6f} -- {where}"
    text = f"{_told('were', place, done)}; to undo: {undo}"
    session.output.say(text, name=str(place), undo=undo, **asdict(done))


def _restore_object(session: Session, place: Remote, version: int) -> None:
    """Make a version of an object current again; nothing else is asked, as history keeps all."""
    original = Original(session.account(place), *place.path, version)
    copy(session.driver(place.account), *place.path, original)
    text = f"{place}: is version {version} again; to undo: pithos undo {shlex.quote(str(place))}"
    session.output.say(text, name=str(place), version=version)


@click.command()
@click.argument("place", type=Path())
@pass_session
def undo(session: Session, place: Remote) -> None:
    """Undo the last change of an object, a folder or a container.

    Once more, and it is redone. What was restored or deleted as a folder is one change.
    """
    driver = session.driver(place.account)
    last = time.last_change(driver, place.container, place.below) if _below(place) else None
    if last is not None:
        _tell(session, place, time.restore(driver, place.container, last, place.below))
        return
    if not place.name:
        raise ObjectNotFoundError(404, f"nothing was ever changed in {place}")
    known: list[Any] = [each.version for each in versions_of(driver, *place.path)]
    try:
        driver.get_object(*place.path)
    except ObjectNotFoundError:
        _restore_object(session, place, known[-1])
        return
    if len(known) > 1:
        _restore_object(session, place, known[-2])
        return
    driver.delete_path(*place.path)
    session.output.say(f"{place}: is deleted, as it was new", name=str(place), version=None)


def _below(place: Remote) -> bool:
    """Return whether the place can be more than an object: a container, or what ends in /."""
    return not place.name or place.name.endswith("/")


COMMANDS = (changes, diff, restore, undo)
