"""Copy the whole store while it serves: ``manage.py backup DIR``."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from pithos_api.management.outcomes import PROBLEMS, unchecked_on_failure
from pithos_api.management.progress import track
from pithos_api.services.backups.making import Backup, back_up


class Command(BaseCommand):
    help = (
        "Copy the database and, of the blocks, those that DIR has not yet, while the store serves."
        " Exit status: 0 complete, 1 the store itself has lost blocks, 2 no backup was made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="also read the blocks in DIR, replace damaged ones"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object as the result")

    def handle(self, *, directory: Path, check: bool, json: bool, **_: Any) -> None:
        with unchecked_on_failure("no backup was made"):
            made = back_up(directory, track, check=check)
        self.stdout.write(_json(made) if json else _told(made))
        if made.missing:
            raise SystemExit(PROBLEMS)


def _json(made: Backup) -> str:
    return orjson.dumps(
        {
            "name": made.state.name,
            "rows": made.rows,
            "blocks": made.blocks,
            "copied": made.copied,
            "copied_bytes": made.copied_bytes,
            "missing": made.missing,
        }
    ).decode()


def _told(made: Backup) -> str:
    lost = "".join(f"\nthe store has lost block {name}" for name in made.missing)
    return (
        f"{made.state.name}: {made.rows} rows, {made.blocks} blocks; {made.copied} of them,"
        f" {made.copied_bytes} bytes, are new{lost}"
    )
