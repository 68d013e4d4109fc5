from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.identity import users
from accounts.users.users import find_user


class Command(BaseCommand):
    help = "Give a user's account to somebody whom an identity provider knows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument("provider", help="the backend's name, such as keystone")
        parser.add_argument("subject", help="what the provider knows them by, and never changes")

    def handle(
        self, *, name: str, provider: str, subject: str, **_: str | int | bool | None
    ) -> None:
        try:
            user = find_user(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        users.link(user, provider, subject)
        self.stdout.write(self.style.SUCCESS(f"{subject} at {provider} is {user.account}"))
