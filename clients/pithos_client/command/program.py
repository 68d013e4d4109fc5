"""The command as a whole: its options, its commands, and how it ends."""

import os
import sys
from importlib import import_module
from typing import Final, NoReturn

import click

from pithos_client import PithosClientError
from pithos_client.command.terminal.output import Output, complain
from pithos_client.command.terminal.session import FailedError, Session, exit_code, message

_MODULES: Final = {
    "logins": ("login", "logout", "whoami"),
    "reading": ("ls", "du", "stat", "cat", "find"),
    "restoring": ("changes", "diff", "restore", "undo"),
    "putting": ("put",),
    "getting": ("get", "verify"),
    "changing": ("cp", "mv", "rm", "mkdir"),
    "history": ("versions", "meta", "container"),
    "sharing": ("share", "unshare", "shared", "groups"),
    "linking": ("link", "links", "relink", "unlink"),
    "syncing": ("sync",),
    "manual": ("man",),
}


class _Program(click.Group):
    """Reads the module of a command when that is wanted: so each starts in less time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(name for names in _MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        for module, names in _MODULES.items():
            if cmd_name in names and cmd_name not in self.commands:
                for command in import_module(f"pithos_client.command.{module}").COMMANDS:
                    self.add_command(command)
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", metavar="NAME", help="A store by the name that you gave it at login.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what was asked for, and errors.")
@click.option("-v", "--verbose", is_flag=True, help="Tell of each file.")
@click.pass_context
def program(
    context: click.Context, store: str | None, as_json: bool, quiet: bool, verbose: bool
) -> None:
    """Store files in a Pithos object store, and read them back.

    A place is CONTAINER/NAME, and /ACCOUNT/CONTAINER/NAME in the account of somebody else. Put --
    before names that begin with a dash.

    PITHOS_URL (it ends in /v1/ACCOUNT) and PITHOS_TOKEN go before what was kept at login.

    Exit codes: 0 all is done, 1 something failed, 2 wrong usage, 3 not found, 4 not allowed, 5 the
    store is away, 130 interrupted.
    """
    context.obj = Session(Output(as_json, quiet, verbose), store)


def main() -> NoReturn:
    """Run what the command line says, and end with its exit code."""
    try:
        code = program.main(prog_name="pithos", standalone_mode=False)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; the same command again goes on")
        _leave(130)
    except BrokenPipeError:
        _leave(141)  # as programs do that the signal ends
    except FailedError as error:
        _leave(error.code)
    except (PithosClientError, OSError, click.ClickException) as error:
        complain(message(error))
        _leave(exit_code(error))
    sys.exit(code if isinstance(code, int) else 0)


def _leave(code: int) -> NoReturn:
    """End at once: threads may still wait for the store, for something that nobody wants now."""
    os._exit(code)
