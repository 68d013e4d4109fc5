"""link, links, relink, unlink."""

import re
import sys
import time
from datetime import datetime
from typing import Any, Final

import click

from pithos_client.command.terminal.moments import Moment
from pithos_client.command.terminal.session import Path, Remote, Session, pass_session
from pithos_client.operations import links as operations
from pithos_client.operations.links import Link, key_of

_SPAN: Final = re.compile(r"(?:in )?([0-9]{1,6}) ?([hdw])[a-z]*")
_SECONDS: Final = {"h": 3600, "d": 86_400, "w": 604_800}


class End(click.ParamType[float]):
    """``7d``, ``12h``, ``2w``, or a time such as ``2026-12-24 18:00`` (here)."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """Return seconds since 1970."""
        if isinstance(value, float):
            return value
        if found := _SPAN.fullmatch(str(value).strip().lower()):
            return time.time() + int(found[1]) * _SECONDS[found[2]]
        return Moment().convert(value, param, ctx)


_EXPIRES = click.option("--expires", type=End(), help="When it ends: 7d, 12h, 2026-12-24.")
_DOWNLOADS = click.option("--downloads", type=click.IntRange(1), help="How many there may be.")
_PASSWORD = click.option("--password", is_flag=True, help="Ask for a password that it shall have.")


@click.command()
@click.argument("place", type=Path())
@click.option("--folder", is_flag=True, help="PLACE is a folder, as one that ends with / is.")
@_PASSWORD
@_EXPIRES
@_DOWNLOADS
@pass_session
def link(session: Session, /, place: Remote, folder: bool, **options: Any) -> None:
    """Make a link, which lets anybody read an object, a folder or a container.

    It needs no login. It leads to what has the name when it is used.
    """
    given = {**options, "password": _asked(options["password"])}
    limits = {name: value for name, value in given.items() if value is not None}
    made = operations.make_link(
        session.driver(place.account),
        place.container,
        place.name,
        folder=folder or place.name.endswith("/"),
        **limits,
    )
    _tell(session, made, made.url)


@click.command()
@click.argument("place", type=Path(), required=False)
@pass_session
def links(session: Session, place: Remote | None) -> None:
    """List your links, or those to PLACE: how often they were used, and their limits."""
    where = place.path if place else ("", "")
    for each in operations.list_links(session.driver(), *where):
        _tell(session, each, f"{each.url}  {each.place}  {', '.join(_limits(each))}")


@click.command()
@click.argument("url", metavar="LINK")
@_PASSWORD
@_EXPIRES
@_DOWNLOADS
@click.option("--no-password", is_flag=True, help="It shall have none.")
@click.option("--no-end", is_flag=True, help="It shall not end.")
@click.option("--no-limit", is_flag=True, help="Any number of downloads.")
@pass_session
def relink(session: Session, /, url: str, **options: Any) -> None:
    """Change the limits of a LINK, which is given by its URL or its key."""
    names = {"password": "no_password", "expires": "no_end", "downloads": "no_limit"}
    limits: dict[str, Any] = {name: None for name, without in names.items() if options[without]}
    twice = [name for name in limits if options[name]]
    if twice:
        raise click.UsageError(f"give --{twice[0]}, or that there shall be none")
    given = {**options, "password": _asked(options["password"])}
    limits |= {name: given[name] for name in names if given[name] is not None}
    if not limits:
        raise click.UsageError("say what to change")
    changed = operations.change_link(session.driver(), key_of(url), **limits)
    _tell(session, changed, f"{changed.url}  {', '.join(_limits(changed))}")


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="LINK...")
@pass_session
def unlink(session: Session, urls: tuple[str, ...]) -> None:
    """Revoke links for good, which are given by their URLs or keys."""
    for url in urls:
        operations.revoke_link(session.driver(), key_of(url))
        session.output.say(f"revoked {url}", key=key_of(url))


def _asked(wanted: bool) -> str | None:
    """Return a password that is typed: off a terminal, the first line of standard input."""
    if not wanted:
        return None
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.ClickException("standard input has no password")
    return password


def _limits(each: Link) -> list[str]:
    told = [f"used {each.used}"]
    told += [f"{each.downloads} left"] if each.downloads is not None else []
    told += ["password"] if each.has_password else []
    if each.expires is not None:
        told.append(f"ends {datetime.fromtimestamp(each.expires):%Y-%m-%d %H:%M}")
    return told


def _tell(session: Session, each: Link, words: str) -> None:
    session.output.result(
        words,
        url=each.url,
        key=each.key,
        container=each.container,
        name=each.name,
        folder=each.folder,
        expires=each.expires,
        password=each.has_password,
        downloads=each.downloads,
        used=each.used,
    )


COMMANDS = (link, links, relink, unlink)
