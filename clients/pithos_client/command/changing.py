"""cp, mv, rm, mkdir."""

import shlex
from collections.abc import Callable
from typing import Any

import click

from pithos_client import ChangedError, Container, Driver, Object, ObjectNotFoundError
from pithos_client.command.terminal.moments import Moment
from pithos_client.command.terminal.names import shown
from pithos_client.command.terminal.session import Path, Remote, Session, each, pass_session
from pithos_client.command.terminal.trees import FOLDER_TYPE
from pithos_client.operations.copies import Original, copy, move
from pithos_client.operations.history import object_at
from pithos_client.operations.listings import Wanted, objects

_RECURSIVE = click.option("-r", "--recursive", is_flag=True, help="Folders, with all in them.")
_JOBS = 4


@click.command()
@click.argument("source", type=Path())
@click.argument("goal", type=Path())
@_RECURSIVE
@click.option("--version", type=int, help="One of the versions of an object.")
@click.option("--at", type=Moment(), metavar="TIME", help="As of then, also what is gone by now.")
@pass_session
def cp(session: Session, /, source: Remote, goal: Remote, **of: Any) -> None:
    """Copy in the store.

    To a container, or to a name that ends in /, it keeps its own name.
    """
    version, until = of["version"], of["at"]
    if version is not None and (of["recursive"] or until is not None):
        raise click.UsageError("--version is of one object, without -r and --at")
    if of["recursive"]:
        pairs = _all_below(session, source, _goal(source, goal), until)
    elif until is not None:
        version = object_at(session.driver(source.account), *source.path, until).extra["version"]
        pairs = [(_one(session, source, version), _goal(source, goal))]
    else:
        pairs = [(_one(session, source, version), _goal(source, goal))]
    _transfer(session, goal, pairs, copy)


@click.command()
@click.argument("source", type=Path(needs_name=True))
@click.argument("goal", type=Path())
@_RECURSIVE
@pass_session
def mv(session: Session, source: Remote, goal: Remote, recursive: bool) -> None:
    """Move or rename in the store; history moves along."""
    to = _goal(source, goal)
    pairs = _all_below(session, source, to, None) if recursive else [(_one(session, source), to)]
    _transfer(session, goal, pairs, move)


def _goal(source: Remote, goal: Remote) -> Remote:
    into = not goal.name or goal.name.endswith("/")
    own = source.name.rstrip("/").rpartition("/")[2]
    return goal.at(goal.below + own) if into else goal


def _one(session: Session, source: Remote, version: int | None = None) -> Original:
    if not source.name or source.name.endswith("/"):
        raise click.UsageError(f"{source} is a folder: -r takes all that is in it")
    return Original(session.account(source), *source.path, version)


def _all_below(
    session: Session, source: Remote, goal: Remote, until: float | None
) -> list[tuple[Original, Remote]]:
    """Return what is in a folder, also the object of its name, and where each goes."""
    same = session.account(source) == session.account(goal)
    if same and until is None and _is_inside(goal, source):
        raise click.UsageError(f"{goal} is in {source}")
    found = _with_itself(session, source, until)
    account, cut = session.account(source), len(source.below)
    return [
        (
            Original(
                account,
                source.container,
                thing.name,
                thing.extra["version"] if until is not None else None,
            ),
            goal.at(goal.below + thing.name[cut:] if len(thing.name) >= cut else goal.name),
        )
        for thing in found
    ]


def _is_inside(goal: Remote, source: Remote) -> bool:
    return goal.container == source.container and f"{goal.name}/".startswith(source.below)


def _with_itself(session: Session, place: Remote, until: float | None = None) -> list[Object]:
    """Return what is in a folder, also the object of its name, as of a time.

    Raises: ObjectNotFoundError: nothing is.
    """
    driver, found = session.driver(place.account), list[Object]()
    own = place.name.rstrip("/")
    for thing in objects(driver, place.container, Wanted(own, until=until)):
        if not own or thing.name == own or thing.name.startswith(f"{own}/"):
            found.append(thing)
    if own and not found:
        raise ObjectNotFoundError(404, f"there is nothing at {str(place)!r}")
    return found


def _transfer(
    session: Session,
    goal: Remote,
    pairs: list[tuple[Original, Remote]],
    how: Callable[[Driver, str, str, Original], None],
) -> None:
    to = session.driver(goal.account)

    def run(pair: tuple[Original, Remote]) -> tuple[Original, Remote]:
        how(to, *pair[1].path, pair[0])
        return pair

    for original, place in each(run, pairs, _JOBS):
        source = f"{original.container}/{original.name}"
        session.output.say(
            f"{shown(source)} -> {shown(str(place))}", source=source, goal=str(place)
        )


@click.command()
@click.argument("places", nargs=-1, required=True, type=Path(), metavar="PLACE...")
@_RECURSIVE
@pass_session
def rm(session: Session, places: tuple[Remote, ...], recursive: bool) -> None:
    """Delete objects; with -r folders and containers. It tells how to undo."""
    for place in places:
        if not recursive and (not place.name or place.name.endswith("/")):
            raise click.UsageError(f"{place} is a folder: -r deletes all that is in it")
    if recursive:
        for place in places:
            _remove_folder(session, place)
    else:
        for place, version in each(_remover(session), places, _JOBS):
            undo = f"pithos cp --version {version} -- {_quoted(place)} {_quoted(place)}"
            session.output.say(f"deleted {place}; to undo: {undo}", name=str(place), undo=undo)


def _remover(session: Session) -> Callable[[Remote], tuple[Remote, int]]:
    def remove(place: Remote) -> tuple[Remote, int]:
        driver = session.driver(place.account)
        version = driver.get_object(*place.path).extra["version"]
        driver.delete_path(*place.path)
        return place, version

    return remove


def _remove_folder(session: Session, place: Remote) -> None:
    """Delete all that is in it; a container goes, too."""
    if not place.name:
        session.driver(place.account).delete_container(place.container)
        session.output.say(f"deleted {place}, for good", name=str(place))
        return
    found = _with_itself(session, place)
    for _ in each(_remover(session), [place.at(thing.name) for thing in found], _JOBS):
        pass
    # The store's clock, not ours: all of them were there when the last of them was made. Times of
    # the store have microseconds, of which a float loses a part.
    before = max(thing.extra["since"] for thing in found) + 0.000_002
    undo = f"pithos cp -r --at {before:.6f} -- {_quoted(place)} {_quoted(place)}"
    session.output.say(f"deleted {place}; to undo: {undo}", name=str(place), undo=undo)


def _quoted(place: Remote) -> str:
    return shlex.quote(str(place))


@click.command()
@click.argument("places", nargs=-1, required=True, type=Path(), metavar="PLACE...")
@pass_session
def mkdir(session: Session, places: tuple[Remote, ...]) -> None:
    """Make containers, or folders in them. What is there already stays."""
    for place in places:
        driver = session.driver(place.account)
        if place.name:
            container = driver.known_container(place.container)
            _make_folder(driver, container, place)
        else:
            driver.create_container(place.container)
        session.output.say(f"made {place}", name=str(place))


def _make_folder(driver: Driver, container: Container, place: Remote) -> None:
    """Make a folder. ``If-None-Match`` keeps an object that has the name."""
    name, never = place.name.rstrip("/"), {"If-None-Match": "*"}
    try:
        driver.upload_object(container, b"", name, content_type=FOLDER_TYPE, headers=never)
    except ChangedError:
        if driver.get_object(place.container, name).extra["content_type"] != FOLDER_TYPE:
            raise click.ClickException(f"{place} is an object") from None


COMMANDS = (cp, mv, rm, mkdir)
