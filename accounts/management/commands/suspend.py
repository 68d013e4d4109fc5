from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users import suspension
from accounts.users.users import find_user


class Command(BaseCommand):
    help = (
        "Let a user in no more, from the next request on. Others do not get what the user shares"
        " and publishes either. Nothing is deleted; resume takes it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")

    def handle(self, *, name: str, **_: str | int | bool | None) -> None:
        try:
            user = find_user(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        done = "suspended" if suspension.suspend(user) else "already suspended:"
        self.stdout.write(self.style.SUCCESS(f"{done} {user.account}"))
