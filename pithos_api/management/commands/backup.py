"""Copy the whole store while it serves: ``manage.py backup DIR``."""

from pathlib import Path

from django.core.management.base import CommandParser

from pithos_api.management.outcomes import PROBLEMS, unchecked_on_failure
from pithos_api.management.progress import track
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.operations.backups.making import Backup, back_up
from web.json_values import JSONObject


class Command(ReportingCommand):
    help = (
        "Copy the database and, of the blocks, those that DIR has not yet, while the store serves."
        " Exit status: 0 complete, 1 the store itself has lost blocks, 2 no backup was made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="also read the blocks in DIR, replace damaged ones"
        )

    def handle(
        self, *, directory: Path, check: bool, json: bool, **_: str | int | bool | None
    ) -> None:
        with unchecked_on_failure("no backup was made"):
            made = back_up(directory, track, check=check)
        self.tell(_result(made), _told(made), json=json)
        if made.missing:
            raise SystemExit(PROBLEMS)


def _result(made: Backup) -> JSONObject:
    return {
        "name": made.state.name,
        "rows": made.rows,
        "blocks": made.blocks,
        "copied": made.copied,
        "copied_bytes": made.copied_bytes,
        "missing": made.missing,
    }


def _told(made: Backup) -> str:
    lost = "".join(f"\nthe store has lost block {name}" for name in made.missing)
    return (
        f"{made.state.name}: {made.rows} rows, {made.blocks} blocks; {made.copied} of them,"
        f" {made.copied_bytes} bytes, are new{lost}"
    )
