"""ls, du, stat, cat, find."""

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import click

from pithos_client import Object
from pithos_client.command.terminal.moments import Moment, local, seconds
from pithos_client.command.terminal.output import folder, size
from pithos_client.command.terminal.session import Path, Remote, Session, pass_session
from pithos_client.downloads import checked
from pithos_client.operations.history import object_at, version_of
from pithos_client.operations.listings import Folder, Wanted, containers, entries, objects

_AT = click.option("--at", type=Moment(), metavar="TIME", help="As of then: 2h ago, 2026-11-29.")


@click.command()
@click.argument("places", nargs=-1, type=Path(), metavar="[PLACE]...")
@click.option("-l", "--long", is_flag=True, help="Also size and time.")
@click.option("-R", "--recursive", is_flag=True, help="Also all that is in folders.")
@_AT
@pass_session
def ls(
    session: Session, places: tuple[Remote, ...], long: bool, recursive: bool, at: float | None
) -> None:
    """List containers, or what is in a container or folder."""
    if not places:
        for row in containers(session.driver(), at):
            _print_container(session, row, long)
    for place in places:
        for entry in _listed(session, place, Wanted(level=not recursive, until=at)):
            _print(session, place, entry, long)


def _listed(session: Session, place: Remote, wanted: Wanted) -> Iterator[Object | Folder]:
    """Yield what is in a folder, or else the object of that name.

    Raises: ObjectNotFoundError.
    """
    driver, found = session.driver(place.account), False
    inside = Wanted(place.below, wanted.level, wanted.until, wanted.meta)
    for entry in entries(driver, place.container, inside):
        found = True
        yield entry
    if found or not place.name:
        return
    if wanted.until is None:
        yield driver.get_object(*place.path)
    else:
        yield object_at(driver, *place.path, wanted.until)


def _print_container(session: Session, row: Any, long: bool) -> None:
    name, count, used = row["name"], row.get("count", 0), row.get("bytes", 0)
    text = f"{size(used):>11}  {count:>9} objects  " if long else ""
    session.output.result(text + folder(f"{name}/"), name=name, objects=count, bytes=used)


def _print(session: Session, place: Remote, entry: Object | Folder, long: bool) -> None:
    if isinstance(entry, Folder):
        text = f"{'':>11}  {'':19}  " if long else ""
        session.output.result(text + folder(entry.name), name=entry.name, folder=True)
        return
    fields = told(entry)
    text = f"{size(entry.size):>11}  {local(fields['modified']):19}  " if long else ""
    session.output.result(text + entry.name, **fields)


def told(thing: Object) -> dict[str, Any]:
    """Return what is told of an object as JSON. modified: seconds since 1970."""
    from email.utils import parsedate_to_datetime

    when = thing.extra["last_modified"]
    modified = parsedate_to_datetime(when).timestamp() if "," in when else seconds(when)
    return {
        "name": thing.name,
        "container": thing.container.name,
        "bytes": thing.size,
        "modified": modified,
        "type": thing.extra["content_type"],
        "hash": thing.object_hash,
        "md5": thing.extra["md5"],
        "version": thing.extra["version"],
        "uuid": thing.extra["uuid"],
        "meta": thing.extra["meta"],
    }


@click.command()
@click.argument("places", nargs=-1, required=True, type=Path(), metavar="PLACE...")
@_AT
@pass_session
def du(session: Session, places: tuple[Remote, ...], at: float | None) -> None:
    """Tell how much is in containers or folders."""
    for place in places:
        count = used = 0
        for entry in _listed(session, place, Wanted(until=at)):
            if isinstance(entry, Object):
                count, used = count + 1, used + entry.size
        session.output.result(
            f"{size(used):>11}  {count:>9} objects  {place}",
            name=str(place),
            objects=count,
            bytes=used,
        )


@click.command()
@click.argument("places", nargs=-1, required=True, type=Path(), metavar="PLACE...")
@pass_session
def stat(session: Session, places: tuple[Remote, ...]) -> None:
    """Tell all about containers or objects."""
    for place in places:
        driver = session.driver(place.account)
        if place.name:
            fields = told(driver.get_object(*place.path))
        else:
            box = driver.get_container(place.container)
            fields = {"name": box.name, "objects": box.object_count, "bytes": box.byte_count}
            fields["block_size"] = box.block_size
        text = "\n".join(f"{key}: {value}" for key, value in fields.items())
        session.output.result(text, **fields)


@click.command()
@click.argument("places", nargs=-1, required=True, type=Path(needs_name=True), metavar="PLACE...")
@click.option("--version", type=int, help="One of its versions.")
@_AT
@pass_session
def cat(
    session: Session, places: tuple[Remote, ...], version: int | None, at: float | None
) -> None:
    """Print the bytes of objects."""
    for place in places:
        thing = state_of(session, place, version, at)
        for piece in checked(thing.version, thing.pieces()):
            sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def state_of(session: Session, place: Remote, version: int | None, at: float | None) -> Object:
    """Return an object, as it is, as one of its versions, or as of a time."""
    driver = session.driver(place.account)
    if version is not None and at is not None:
        raise click.UsageError("--version and --at exclude each other")
    if version is not None:
        return version_of(driver, *place.path, version)
    if at is not None:
        return object_at(driver, *place.path, at)
    return driver.get_object(*place.path)


@click.command()
@click.argument("place", type=Path())
@click.option("--meta", default="", metavar="QUERY", help="By metadata: year>2011, !draft, a=b.")
@click.option("--name", default="*", metavar="PATTERN", help="By the last part: *.jpg.")
@click.option("--since", type=Moment(), metavar="TIME", help="Changed since then.")
@_AT
@pass_session
def find(session: Session, /, place: Remote, **by: Any) -> None:
    """Find objects in a container or folder."""
    driver = session.driver(place.account)
    wanted = Wanted(place.below, until=by["at"], meta=by["meta"])
    for thing in objects(driver, place.container, wanted):
        fields = told(thing)
        recent = by["since"] is None or fields["modified"] >= by["since"]
        if recent and fnmatchcase(thing.name.rstrip("/").rpartition("/")[2], by["name"]):
            session.output.result(thing.name, **fields)


COMMANDS = (ls, du, stat, cat, find)
