from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountNotFoundError, AccountsError
from accounts.management.arguments import add_scope, moment, scope_of
from accounts.tokens.tokens import check_scope, create_token
from accounts.users.suspension import require_resumed
from accounts.users.users import create_user, find_user


class Command(BaseCommand):
    help = "Print a new token of a user, alone on standard output. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument("--expires", type=moment, help="such as 30d, 12h or 2027-01-31T12:00")
        parser.add_argument("--label", default="", help="what the token is for")
        parser.add_argument("--create", action="store_true", help="create the user if need be")
        add_scope(parser)

    def handle(
        self, *, name: str, expires: datetime | None, label: str, create: bool, **options: Any
    ) -> None:
        scope = scope_of(options)
        try:
            check_scope(scope)
            try:
                user = find_user(name)
            except AccountNotFoundError:
                if not create:
                    raise
                user = create_user(name)
            require_resumed(user)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        token = create_token(user, expires=expires, label=label, scope=scope)
        self.stdout.write(token)
