"""Check that rows, blocks and counters agree: ``manage.py fsck``."""

from dataclasses import asdict

from django.core.management.base import CommandParser

from audit.services import record
from pithos_api.management.outcomes import PROBLEMS, unchecked_on_failure
from pithos_api.management.progress import track
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.upkeep import integrity
from pithos_api.services.upkeep.integrity.running import CheckResult, run_check


class Command(ReportingCommand):
    help = (
        "Check that rows, blocks and counters agree, while the store serves. Changes nothing"
        " without --repair. Exit status: 0 sound, 1 problems are left, 2 could not check."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--strict", action="store_true", help="also read and hash all content")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="put right counters, remove leftovers, set damaged blocks aside",
        )

    def handle(
        self, *, strict: bool, repair: bool, json: bool, **_: str | int | bool | None
    ) -> None:
        if repair:
            with unchecked_on_failure():
                record("fsck.repair", account="")
        results = []
        for check in integrity.checks(strict=strict):
            with unchecked_on_failure():
                results.append(run_check(check, track, repair=repair))
            if not json:
                self._tell(results[-1])
        sound = not any(result.problems for result in results)
        if json:
            self.tell_json({"sound": sound, "checks": [asdict(result) for result in results]})
        if not sound:
            raise SystemExit(PROBLEMS)

    def _tell(self, result: CheckResult) -> None:
        repaired = f", {result.repaired} repaired" if result.repaired else ""
        found = f"{result.problems} problems" if result.problems else "sound"
        self.stdout.write(f"{result.name}: {found}{repaired}")
        for line in result.told:
            self.stdout.write(f"  {line}")
        if result.problems > len(result.told):
            self.stdout.write(f"  and {result.problems - len(result.told)} more")
