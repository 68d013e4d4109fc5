"""Read every block and set damaged ones aside: ``manage.py scrub``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from django.core.management.base import CommandError, CommandParser

from accounts.management.arguments import byte_size
from pithos_api.management.outcomes import NOT_CHECKED, PROBLEMS, unchecked_on_failure
from pithos_api.management.progress import track
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.upkeep import scrubbing

VERDICTS = get_args(scrubbing.Verdict)

# Blocks that the JSON names, so that it stays readable when a whole disk is gone.
NAMED = 1000


class Command(ReportingCommand):
    help = (
        "Read every block, set damaged ones aside so that a re-upload heals them. Goes on where"
        " it was interrupted. Exit status: 0 sound, 1 damage found, 2 could not check."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--rate", type=byte_size, default=0, help="bytes a second, such as 50M; 0 is no limit"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--restart", action="store_true", help="begin with the first block")
        how.add_argument(
            "--dry-run",
            action="store_true",
            help="begin with the first block, and only tell what is damaged",
        )

    def handle(
        self,
        *,
        rate: int,
        restart: bool,
        dry_run: bool,
        json: bool,
        **_: str | int | bool | None,
    ) -> None:
        with unchecked_on_failure():
            if dry_run:
                found = self._read(scrubbing.look(rate), json=json)
            else:
                found = self._scrub(rate, restart=restart, json=json)
        if found["damaged"] + found["missing"] + found["unreadable"]:
            raise SystemExit(PROBLEMS)

    def _scrub(self, rate: int, *, restart: bool, json: bool) -> Counter[str]:
        with sole_worker(Job.SCRUB) as ours:
            if not ours:
                raise CommandError("another scrub is under way", returncode=NOT_CHECKED)
            return self._read(scrubbing.scrub(rate, restart=restart), json=json)

    def _read(self, blocks: Iterator[scrubbing.Inspection], *, json: bool) -> Counter[str]:
        return self._inspect(track(blocks, scrubbing.block_count(), "reading"), json=json)

    def _inspect(self, blocks: Iterable[scrubbing.Inspection], *, json: bool) -> Counter[str]:
        """Print what is not sound as it is found, and the sums at the end."""
        found: Counter[str] = Counter()
        named: list[dict[str, str]] = []
        for block in blocks:
            found.update({"blocks": 1, "bytes": block.length, block.verdict: 1})
            if block.verdict == "sound":
                continue
            if not json:
                self.stdout.write(f"{block.verdict} {block.digest.hex()}")
            elif len(named) < NAMED:
                named.append({"digest": block.digest.hex(), "verdict": block.verdict})
        sums = {key: found[key] for key in ("blocks", "bytes", *VERDICTS)}
        self.tell(sums | {"named": named}, _told(sums), json=json)
        return found


def _told(sums: dict[str, int]) -> str:
    verdicts = [f"{sums[each]} {each}" for each in VERDICTS if sums[each] or each == "sound"]
    return f"{sums['blocks']} blocks read, {sums['bytes']} bytes: {', '.join(verdicts)}"
