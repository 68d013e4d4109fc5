from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.management.arguments import byte_size
from accounts.users.users import create_user


class Command(BaseCommand):
    help = "Create a user and thereby an account of that name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the account's name; lower-cased")
        parser.add_argument("--operator", action="store_true", help="may use the admin pages")
        parser.add_argument("--quota", type=byte_size, help="bytes, such as 50G; 0 is unlimited")

    def handle(
        self, *, name: str, operator: bool, quota: int | None, **_: str | int | bool | None
    ) -> None:
        try:
            user = create_user(name, operator=operator, quota=quota)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"created {user.account} ({user.uuid})"))
