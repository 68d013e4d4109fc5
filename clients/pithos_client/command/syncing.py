"""sync."""

import time
from pathlib import Path as LocalPath

import click
from platformdirs import user_state_path

from pithos_client.command.terminal.output import complain
from pithos_client.command.terminal.session import (
    FailedError,
    Path,
    Remote,
    Session,
    checksum,
    pass_session,
)
from pithos_client.errors import ContainerNotFoundError
from pithos_client.resources import Container
from pithos_client.sync import Action, Direction, Synchronizer
from pithos_client.sync.memory import Memory
from pithos_client.sync.planning import Terms


@click.command()
@click.argument("folder", type=click.Path(path_type=LocalPath, file_okay=False, exists=True))
@click.argument("place", type=Path())
@click.option("--push", is_flag=True, help="Change the store only: what is here goes there.")
@click.option("--pull", is_flag=True, help="Change the folder only.")
@click.option("--delete", is_flag=True, help="With --push or --pull: delete, too.")
@click.option("-n", "--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("-w", "--watch", is_flag=True, help="Go on until Ctrl-C.")
@checksum
@click.option("--every", type=click.FloatRange(0.1), default=5.0, help="Seconds between looks; 5.")
@pass_session
def sync(session: Session, /, folder: LocalPath, place: Remote, **how: bool | float) -> None:
    """Make a local folder and a place in the store the same.

    What changed on one side since the last sync goes to the other. What changed on both is kept
    twice, and the copy's name tells whose it is. Renames are moves, and send nothing.
    """
    terms = _terms(how)
    prefix = f"{place.name.rstrip('/')}/" if place.name else ""
    records = session.records(trusts=not how["checksum"])
    memory = Memory(user_state_path("pithos") / "sync.sqlite", records)
    try:
        pair = Synchronizer(folder, _container(session, place), prefix, memory)
        if how["dry_run"]:
            for action in pair.plan(terms):
                _tell(session, action)
            return
        failed = _run(session, pair, terms)
        while how["watch"]:
            time.sleep(float(how["every"]))
            failed = _run(session, pair, terms)
    finally:
        memory.close()
    if failed:
        raise FailedError(1)


def _terms(how: dict[str, bool | float]) -> Terms:
    """Return what may be done. Raises: UsageError."""
    if how["push"] and how["pull"]:
        raise click.UsageError("--push and --pull: neither is both")
    if how["delete"] and not (how["push"] or how["pull"]):
        raise click.UsageError("--delete goes with --push or --pull; else deletions go both ways")
    one_way = {"push": Direction.PUSH, "pull": Direction.PULL}
    chosen = [direction for name, direction in one_way.items() if how[name]]
    return Terms(chosen[0] if chosen else Direction.BOTH, bool(how["delete"]))


def _container(session: Session, place: Remote) -> Container:
    driver = session.driver(place.account)
    try:
        return driver.get_container(place.container)
    except ContainerNotFoundError:
        return driver.create_container(place.container)


def _run(session: Session, pair: Synchronizer, terms: Terms) -> bool:
    """Do it once, and tell; return whether something could not be done."""
    failed = False
    for done in pair.run(terms):
        if done.problem:
            complain(f"{done.action.path}: {done.problem}")
            failed = True
        else:
            _tell(session, done.action)
    return failed


def _tell(session: Session, action: Action) -> None:
    come = f"{action.source} -> " if action.source else ""
    text = f"{action.kind.value}: {come}{action.path}"
    session.output.say(text, action=action.kind.value, name=action.path, source=action.source)


COMMANDS = (sync,)
