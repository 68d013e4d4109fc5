from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.management.arguments import add_scope, moment, scope_of
from accounts.tokens import app_passwords
from accounts.users.suspension import require_resumed
from accounts.users.users import find_user


class Command(BaseCommand):
    help = (
        "Print a new app password of a user, alone on standard output: a secret that logs in"
        " like the password, and can be limited and revoked. It cannot be shown again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument("--expires", type=moment, help="such as 30d, 12h or 2027-01-31T12:00")
        parser.add_argument("--label", default="", help="what it is for")
        add_scope(parser)

    def handle(self, *, name: str, expires: datetime | None, label: str, **options: Any) -> None:
        try:
            user = find_user(name)
            require_resumed(user)
            secret = app_passwords.create_app_password(
                user, label=label, scope=scope_of(options), expires=expires
            )
        except AccountsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
