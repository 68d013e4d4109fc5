"""Make the MD5s that are waited for, or say how many: ``manage.py make_checksums``."""

from django.core.management.base import CommandError, CommandParser

from accounts.management.arguments import byte_size
from pithos_api.management.outcomes import NOT_CHECKED, PROBLEMS, unchecked_on_failure
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.upkeep.checksums.making import ChecksumMaker, waiting


class Command(ReportingCommand):
    help = (
        "Tell how many versions wait for their MD5, which the server makes in the background of"
        " content beyond PITHOS_MD5_NOW. With --apply make all of them now. Exit status: 0, 1 if"
        " blocks are missing or damaged, 2 could not be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--apply", action="store_true", help="make them")
        parser.add_argument(
            "--rate", type=byte_size, default=0, help="bytes a second, such as 50M; 0 is no limit"
        )

    def handle(self, *, apply: bool, rate: int, json: bool, **_: str | int | bool | None) -> None:
        made, broken = set[bytes](), set[bytes]()
        with unchecked_on_failure("could not be done"), sole_worker(Job.MAKE_MD5) as ours:
            if apply and not ours:
                raise CommandError("a server or command makes them now", returncode=NOT_CHECKED)
            for turn in ChecksumMaker(rate).turns() if apply else ():
                made |= {turn.merkle} if turn.md5 else set()
                broken |= set() if turn.sound else {turn.merkle}
            late = waiting()
        told = {"made": len(made), "broken": len(broken), "versions": late.versions}
        words = f"{late.versions} versions of {late.size} bytes wait for their MD5"
        self.tell({**told, "bytes": late.size}, f"{len(made)} made, {words}", json=json)
        if broken:
            raise SystemExit(PROBLEMS)
