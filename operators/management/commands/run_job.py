from django.core.management.base import BaseCommand, CommandParser

from operators.services.jobs.running import run_job


class Command(BaseCommand):
    help = "Do a job that an operator has started at /operators/jobs; the page runs this itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="of the run")
        parser.add_argument(
            "--server", type=int, default=0, help="the process with which the run ends; 0: none"
        )

    def handle(self, *, number: int, server: int, **_: str | int | bool | None) -> None:
        run_job(number, server)
