from django.core.management.base import BaseCommand, CommandError, CommandParser

from images.services import servers
from pithos_api.values import ObjectPath
from web.errors import PithosError


class Command(BaseCommand):
    help = "Make a server whose disk is an object, and print its number. Images can be made of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the server is called")
        parser.add_argument("disk", help="the object, as ACCOUNT/CONTAINER/OBJECT")

    def handle(self, *, name: str, disk: str, **_: str | int | bool | None) -> None:
        account, _slash, rest = disk.partition("/")
        container, _slash, path = rest.partition("/")
        if not (account and container and path):
            raise CommandError(f"{disk!r} is not ACCOUNT/CONTAINER/OBJECT")
        try:
            server = servers.create_server(name, ObjectPath(account, container, path))
        except PithosError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(server.pk))
