"""Copy all blocks from one store to another: ``manage.py migrate_blocks FROM TO``."""

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.db import Error

from audit.services import record
from pithos_api.management.outcomes import NOT_CHECKED, PROBLEMS, reason
from pithos_api.management.progress import track
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.locks import Job, paused
from pithos_api.services.operations import block_migration
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep import scrubbing
from web.errors import PithosError

OUTCOMES = get_args(block_migration.Outcome)


class Command(ReportingCommand):
    help = (
        "Copy every block of the store FROM that the store TO lacks, comparing each with its"
        " digest, while both are in use. Run it again after an interruption. Exit status: 0 all"
        " is there, 1 blocks of FROM are damaged, 2 could not go on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for name in ("source", "target"):
            metavar = {"source": "FROM", "target": "TO"}[name]
            parser.add_argument(name, metavar=metavar, help="as in PITHOS_BLOCK_STORE")

    def handle(self, *, source: str, target: str, json: bool, **_: str | int | bool | None) -> None:
        try:
            stores = block_store.open_store(source), block_store.open_store(target)
            # What is not collected meanwhile cannot come back after it was passed by.
            with paused(Job.COLLECT_GARBAGE):
                record("blocks.migrate", account="", details={"from": source, "to": target})
                moved = block_migration.copy_blocks(*stores)
                sums = self._follow(track(moved, scrubbing.block_count(), "copying"), json=json)
        except (Error, PithosError, ImproperlyConfigured) as error:
            raise CommandError(
                f"could not go on: {reason(error)}", returncode=NOT_CHECKED
            ) from error
        self.tell(sums, _told(sums), json=json)
        if sums["damaged"]:
            raise SystemExit(PROBLEMS)

    def _follow(self, moved: Iterable[block_migration.MovedBlock], *, json: bool) -> dict[str, int]:
        """Print damaged blocks as they are met; return how many had which outcome."""
        found: Counter[str] = Counter()
        for block in moved:
            found[block.outcome] += 1
            if block.outcome == "copied":
                found["bytes"] += block.size
            elif block.outcome == "damaged" and not json:
                self.stdout.write(f"damaged {block.digest.hex()}")
        return {key: found[key] for key in (*OUTCOMES, "bytes")}


def _told(sums: dict[str, int]) -> str:
    counts = ", ".join(f"{sums[each]} {each}" for each in OUTCOMES)
    return f"{counts}; {sums['bytes']} bytes copied"
