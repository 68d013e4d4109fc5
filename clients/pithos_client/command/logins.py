"""login, logout, whoami."""

import sys
from typing import Final
from urllib.parse import urlsplit

import click

from pithos_client import connect
from pithos_client.command.terminal import stores
from pithos_client.command.terminal.output import complain, size
from pithos_client.command.terminal.session import Session, pass_session
from pithos_client.connection import Request
from pithos_client.operations.logins import Login, log_in, split_url

_HERE: Final = {"localhost", "127.0.0.1", "::1"}


@click.command()
@click.argument("url")
@click.option("--account", help="Your account, if the URL does not end in it.")
@pass_session
def login(session: Session, url: str, account: str | None) -> None:
    """Log in to the store at URL, and keep a token.

    On a terminal you are asked for your password, which is not kept. From elsewhere, standard
    input has a token.
    """
    endpoint, named = split_url(url)
    account = account or named
    if not account:
        raise click.UsageError("say whose account it is: --account, or a URL with /v1/ACCOUNT")
    parts = urlsplit(endpoint)
    if parts.scheme == "http" and parts.hostname not in _HERE:
        complain("http:// lets others on the way read the token; https:// does not")
    if sys.stdin.isatty():
        found = log_in(endpoint, account, click.prompt("Password", hide_input=True, err=True))
    else:
        found = Login(endpoint, account, sys.stdin.readline().strip())
        if not found.token.isascii() or not found.token:
            raise click.ClickException("standard input has no token")
        connect(found.endpoint, account, found.token).connection.send(Request("HEAD"))
    stores.keep(session.store or stores.DEFAULT, found)
    session.output.say(
        f"logged in to {found.endpoint} as {found.account}",
        endpoint=found.endpoint,
        account=found.account,
    )


@click.command()
@pass_session
def logout(session: Session) -> None:
    """Forget the token of the store. It stays valid until it ends."""
    name = session.store or stores.DEFAULT
    if name not in stores.known():
        raise click.ClickException(f"no store {name!r} is known")
    stores.keep(name, None)
    session.output.say(f"forgot {name}", store=name)


@click.command()
@pass_session
def whoami(session: Session) -> None:
    """Tell the account, its store, and how much is in it."""
    headers = session.driver().connection.send(Request("HEAD")).headers
    used = int(headers.get("X-Account-Bytes-Used", 0))
    quota = int(headers.get("X-Account-Policy-Quota") or 0)
    found = session.login
    of = f" of {size(quota)}" if quota else ""
    session.output.result(
        f"{found.account} at {found.endpoint}: {size(used)}{of}",
        account=found.account,
        endpoint=found.endpoint,
        bytes=used,
        quota=quota or None,
    )


COMMANDS = (login, logout, whoami)
