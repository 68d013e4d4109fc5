from django.core.management.base import BaseCommand, CommandError, CommandParser

from images.services.servers import delete_server
from web.errors import PithosError


class Command(BaseCommand):
    help = "Forget a server. Its disk and the images that were made of it stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="as servers shows it")

    def handle(self, *, number: int, **_: str | int | bool | None) -> None:
        try:
            delete_server(number)
        except PithosError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"forgot server {number}"))
