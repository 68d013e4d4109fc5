"""Make a store of a backup: ``manage.py restore DIR``."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from pithos_api.management.outcomes import unchecked_on_failure
from pithos_api.management.progress import track
from pithos_api.services.operations.backups.restoring import restore


class Command(BaseCommand):
    help = (
        "Make this store what it was when DIR was backed up, while no server runs."
        " Exit status: 0 it is, 2 the backup cannot be used or the store is not empty."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        parser.add_argument("--name", help="which backup of DIR; without it the latest")
        parser.add_argument(
            "--force", action="store_true", help="replace a store that is not empty"
        )

    def handle(
        self, *, directory: Path, name: str | None, force: bool, **_: str | int | bool | None
    ) -> None:
        with unchecked_on_failure("nothing was restored"):
            manifest = restore(directory, track, name=name, force=force)
        rows = sum(table.rows for table in manifest.tables)
        self.stdout.write(f"restored {rows} rows and {manifest.blocks} blocks")
