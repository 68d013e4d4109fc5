"""versions, meta, container."""

import click

from pithos_client.command.reading import told
from pithos_client.command.terminal.moments import local
from pithos_client.command.terminal.session import Path, Remote, Session, pass_session
from pithos_client.operations.history import versions as versions_of
from pithos_client.operations.metadata import policies, set_meta, set_policies


@click.command()
@click.argument("place", type=Path(needs_name=True))
@pass_session
def versions(session: Session, place: Remote) -> None:
    """List the versions of an object, the oldest first."""
    for past in versions_of(session.driver(place.account), *place.path):
        text = f"{past.version:>10}  {local(past.since)}"
        session.output.result(text, version=past.version, since=past.since)


def _pairs(
    context: click.Context, option: click.Parameter, words: tuple[str, ...]
) -> dict[str, str]:
    if bad := next((word for word in words if not word.partition("=")[1]), None):
        raise click.BadParameter(f"{bad!r} is no KEY=VALUE")
    return {key: value for key, _, value in (word.partition("=") for word in words)}


@click.command()
@click.argument("place", type=Path(needs_name=True))
@click.argument("changes", nargs=-1, callback=_pairs, metavar="[KEY=VALUE]...")
@click.option("--delete", multiple=True, metavar="KEY", help="Remove a key.")
@pass_session
def meta(session: Session, place: Remote, changes: dict[str, str], delete: tuple[str, ...]) -> None:
    """Tell an object's metadata, or change some of it."""
    driver = session.driver(place.account)
    changed = {**changes, **dict.fromkeys(delete, "")}
    if changed:
        set_meta(driver, place.path, changed)
    if not changed or not session.output.quiet:
        found = told(driver.get_object(*place.path))["meta"]
        session.output.result("\n".join(f"{key}={value}" for key, value in found.items()), **found)


@click.command()
@click.argument("place", type=Path())
@click.option("--quota", type=click.IntRange(0), metavar="BYTES", help="0: as much as you like.")
@click.option("--versioning", type=click.Choice(["auto", "none"]), help="none keeps no history.")
@click.option("--keep-days", type=click.IntRange(0), help="History is kept so long; 0: forever.")
@click.option("--keep-versions", type=click.IntRange(0), help="So many old versions; 0: all.")
@pass_session
def container(session: Session, /, place: Remote, **wanted: str | int | None) -> None:
    """Tell what is decided for a container, or decide it."""
    driver = session.driver(place.account)
    changes = {key.replace("_", "-"): str(v) for key, v in wanted.items() if v is not None}
    if place.name:
        raise click.UsageError(f"{place} is no container")
    if changes:
        set_policies(driver, place.container, changes)
    found = policies(driver, place.container)
    session.output.result("\n".join(f"{key}: {value}" for key, value in found.items()), **found)


COMMANDS = (versions, meta, container)
