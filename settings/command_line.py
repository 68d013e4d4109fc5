"""``manage.py``: the store's own commands, and those of Django's that developers need."""

import os
import sys
from pathlib import PurePath
from typing import Final, NoReturn

from django.apps import apps
from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand

from observability.release import VERSION

# What Django brings besides would act past the services and leave no event.
FOR_DEVELOPERS: Final = frozenset(
    {"check", "dbshell", "makemigrations", "shell", "showmigrations", "sqlmigrate"}
)
_INSTEAD: Final = {
    "createsuperuser": "create_user --operator, and set_password",
    "changepassword": "set_password",
    "runserver": "serve",
    "dumpdata": "backup",
    "loaddata": "restore",
}
_CHECKED: Final = frozenset({"serve"})
"""Commands of the store that begin with Django's system checks."""

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})

_PIPE_CLOSED: Final = 141
"""How programs end that write to a closed pipe: 128 and the number of SIGPIPE."""


def run(arguments: list[str]) -> None:
    """Run the command that the arguments name. A reader who has gone ends it without a word."""
    try:
        try:
            CommandLine(arguments).execute()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _end_quietly()


def _end_quietly() -> NoReturn:
    """Exit. What is still to be written goes nowhere, or Python would complain of the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(_PIPE_CLOSED)


class CommandLine(ManagementUtility):
    """Django's, without those of its commands that nobody needs here."""

    def execute(self) -> None:
        """Run the command, or tell the version of the store: it is no command's own."""
        if "--version" in self.argv[1:] or self.argv[1:2] == ["version"]:
            sys.stdout.write(f"{VERSION}\n")
        else:
            super().execute()

    def main_help_text(self, commands_only: bool = False) -> str:
        """Return the list of commands."""
        ours = sorted(_ours())
        if commands_only:
            return "\n".join(sorted({*ours, *FOR_DEVELOPERS}))
        return "\n".join(
            [
                f"{self.prog_name} NAME --help tells the options of each command.",
                *("", "Commands of the store (docs/operating.md):", *_indented(ours)),
                *("", "For developers:", *_indented(sorted(FOR_DEVELOPERS))),
            ]
        )

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return a command that is offered; end with a message for another."""
        if subcommand in get_commands() and subcommand not in _ours() | FOR_DEVELOPERS:
            instead = _INSTEAD.get(subcommand)
            hint = f"; instead: {instead}" if instead else ""
            sys.exit(f"{self.prog_name}: {subcommand!r} is no command of the store{hint}")
        command = super().fetch_command(subcommand)
        if subcommand in _ours() - _CHECKED:
            # The checks load every view, which takes longer than most commands.
            command.requires_system_checks = ()
        return command


def _ours() -> set[str]:
    """Return what the store's own applications bring; others are installed with Python packages."""
    ours = {
        app.name for app in apps.get_app_configs() if not _INSTALLED & set(PurePath(app.path).parts)
    }
    return {name for name, app in get_commands().items() if app in ours}


def _indented(names: list[str]) -> list[str]:
    return [f"    {name}" for name in names]
