import sys
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import Error

from accounts.management.arguments import span
from audit.services import record
from pithos_api.management.outcomes import reason
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.upkeep.collector.passes import run_pass
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms
from web.errors import PithosError

_BY = "command"


class Command(ReportingCommand):
    help = (
        "Free what nobody needs any more: blocks, claims, leftovers of uploads, and history beyond"
        " what containers keep. Without --apply nothing is changed, only counted. Exit status: 0"
        " when all is done, 1 when the database or block store fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--apply", action="store_true", help="do it")
        parser.add_argument(
            "--grace",
            type=span,
            default=settings.PITHOS_GARBAGE_GRACE,
            help="how long nothing may have needed what goes, such as 0 or 24h;"
            " PITHOS_GARBAGE_GRACE by default",
        )
        parser.add_argument(
            "--batch", type=int, default=1000, help="rows looked at in one step (default 1000)"
        )
        parser.add_argument("--resume", action="store_true", help="go on where --apply was broken")

    def handle(self, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1")
        terms = CollectionTerms(options["grace"], options["batch"], options["apply"])
        counts = CollectionCounts()
        try:
            if terms.apply:
                details = {"grace_seconds": terms.grace_seconds}
                record("garbage.collect", account="", details=details)
            for place, each in run_pass(terms, _BY, resume=options["resume"]):
                counts += each
                self._show(f"{place.stage or 'done'}: {counts.visited} looked at")
        except (Error, PithosError) as error:
            raise CommandError(reason(error)) from error
        finally:
            self._show("")
        result = {"applied": terms.apply, **asdict(counts)}
        self.tell(result, _report(counts, applied=terms.apply), json=options["json"])

    def _show(self, progress: str) -> None:
        """Put the line of progress in the place of the last, on terminals only."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{progress}", ending="")
            self.stderr.flush()


def _report(counts: CollectionCounts, *, applied: bool) -> str:
    done = "freed" if applied else "would be freed (--apply does it)"
    lines = [
        f"{counts.freed_bytes} bytes {done}",
        f"{counts.blocks} blocks without use",
        f"{counts.leftovers} files of broken uploads",
        f"{counts.claims} expired claims",
        f"{counts.versions} old versions of {counts.version_bytes} bytes",
        f"{counts.waiting} blocks of {counts.waiting_bytes} bytes wait for their grace to end",
    ]
    return "\n".join(lines)
