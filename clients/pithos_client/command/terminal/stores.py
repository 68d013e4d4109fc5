"""The stores that somebody has logged in to, in the platform's configuration folder."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import click
from platformdirs import user_config_path

from pithos_client.operations.logins import Login, split_url

DEFAULT: Final = "default"


def place() -> Path:
    """Return where they are kept. Only their owner can read it."""
    return user_config_path("pithos") / "stores.json"


def known() -> dict[str, Login]:
    """Return all of them by name."""
    try:
        rows = json.loads(place().read_text())
        return {name: Login(**row) for name, row in rows.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        raise click.ClickException(f"{place()} is damaged: log in anew after removing it") from None


def keep(name: str, login: Login | None) -> None:
    """Keep a login, or forget it. The file is replaced as a whole."""
    stores = {key: asdict(value) for key, value in known().items() if key != name}
    if login:
        stores[name] = asdict(login)
    folder = place().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=folder)  # mode 600
    with os.fdopen(handle, "w") as file:
        json.dump(stores, file, indent=1)
    Path(beside).replace(place())


def chosen(name: str | None) -> Login:
    """Return the store that is meant. ``PITHOS_URL`` and ``PITHOS_TOKEN`` go before what is kept.

    A token that is kept goes to no other store than its own.
    """
    url, token = os.environ.get("PITHOS_URL"), os.environ.get("PITHOS_TOKEN")
    if url and name is None:
        endpoint, account = split_url(url)
        if not (account and token):
            raise click.ClickException(
                "with PITHOS_URL, which ends in /v1/ACCOUNT, there must be a PITHOS_TOKEN"
            )
        return Login(endpoint, unquote(account), token)
    found = known().get(name or DEFAULT)
    if found is None:
        raise click.ClickException(
            f"no store {name!r} is known: pithos --store {name} login URL"
            if name
            else "log in first: pithos login URL"
        )
    return Login(found.endpoint, found.account, token) if token and name is None else found
