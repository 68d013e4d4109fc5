from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users import suspension
from accounts.users.users import find_user


class Command(BaseCommand):
    help = "Let a suspended user in again. Their tokens, shares and public links work as before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")

    def handle(self, *, name: str, **_: str | int | bool | None) -> None:
        try:
            user = find_user(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        done = "resumed" if suspension.resume(user) else "not suspended:"
        self.stdout.write(self.style.SUCCESS(f"{done} {user.account}"))
