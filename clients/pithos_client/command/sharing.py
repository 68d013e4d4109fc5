"""share, unshare, shared, groups."""

from collections.abc import Iterator

import click

from pithos_client import NotAllowedError
from pithos_client.command.terminal.session import Path, Remote, Session, pass_session
from pithos_client.operations import sharing
from pithos_client.operations.listings import Wanted, containers, objects


@click.command()
@click.argument("place", type=Path(needs_name=True))
@click.option("--read", multiple=True, metavar="WHO", help="Who may read it, and all below.")
@click.option("--write", multiple=True, metavar="WHO", help="Who may also write there.")
@pass_session
def share(session: Session, place: Remote, read: tuple[str, ...], write: tuple[str, ...]) -> None:
    """Let others read or write an object, and all below its name; or tell who may.

    WHO is an account, ACCOUNT:GROUP, or * for everybody with a token. It replaces what was said
    before.
    """
    driver = session.driver(place.account)
    if read or write:
        sharing.share(driver, place.path, read, write)
    told, by = sharing.sharing_of(driver, place.path)
    session.output.result(
        f"{place}: {told or 'not shared'}", name=str(place), sharing=told or None, by=by or None
    )


@click.command()
@click.argument("place", type=Path(needs_name=True))
@pass_session
def unshare(session: Session, place: Remote) -> None:
    """Let nobody else read or write an object any more."""
    sharing.share(session.driver(place.account), place.path, (), ())
    session.output.say(f"{place}: not shared", name=str(place), sharing=None)


@click.command()
@click.option("--mine", is_flag=True, help="What you share with others.")
@pass_session
def shared(session: Session, mine: bool) -> None:
    """List what others share with you."""
    accounts = [session.login.account] if mine else sharing.sharers(session.driver())
    for account in accounts:
        for place in _shared(session, account, mine=mine):
            shown = place if not mine else Remote("", place.container, place.name)
            session.output.result(
                str(shown), account=account, container=place.container, name=place.name
            )


def _shared(session: Session, account: str, *, mine: bool) -> Iterator[Remote]:
    driver = session.driver(account)
    for row in containers(driver):
        try:
            for thing in objects(driver, row["name"], Wanted(shared=mine)):
                yield Remote(account, row["name"], thing.name)
        except NotAllowedError:  # the share has ended meanwhile
            continue


@click.command()
@click.argument("name", required=False)
@click.argument("members", nargs=-1)
@click.option("--delete", is_flag=True, help="Let there be no such group.")
@pass_session
def groups(session: Session, name: str | None, members: tuple[str, ...], delete: bool) -> None:
    """List your groups; with NAME and MEMBERS make a group, or replace it."""
    driver = session.driver()
    if delete == bool(members) and (delete or name):
        raise click.UsageError("give a group's NAME and MEMBERS, or its NAME and --delete")
    if name:
        sharing.set_group(driver, name, members)
    elif delete:
        raise click.UsageError("--delete needs the NAME of a group")
    for group, people in sharing.groups(driver).items():
        session.output.result(f"{group}: {' '.join(people)}", name=group, members=people)


COMMANDS = (share, unshare, shared, groups)
