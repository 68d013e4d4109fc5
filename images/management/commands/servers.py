from django.core.management.base import BaseCommand, CommandParser

from images.services.servers import list_servers


class Command(BaseCommand):
    help = "List the servers that images can be made of: number, owner, name, disk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="?", default="", help="only of this owner")

    def handle(self, *, account: str, **_: str | int | bool | None) -> None:
        for server in list_servers(account):
            disk = f"{server.container}/{server.object}"
            self.stdout.write(f"{server.pk}\t{server.owner.account}\t{server.name}\t{disk}")
