import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users.users import find_user, set_password


class Command(BaseCommand):
    help = "Give a user another password: asked for at a terminal, else read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")

    def handle(self, *, name: str, **_: str | int | bool | None) -> None:
        try:
            user = find_user(name)
            password = _ask() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
            validate_password(password, user)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        set_password(user, password)
        self.stdout.write(self.style.SUCCESS(f"set the password of {user.account}"))


def _ask() -> str:
    password = getpass("New password: ")
    if getpass("Again: ") != password:
        raise CommandError("the two are not the same; nothing is changed")
    return password
