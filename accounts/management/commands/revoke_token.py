from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.tokens.tokens import revoke_all_tokens, revoke_token
from accounts.users.users import find_user


class Command(BaseCommand):
    help = "Make a token, or all tokens of a user, fail from the next request on."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("token", nargs="?", help="the token; - reads it from standard input")
        which.add_argument("--all-of", metavar="NAME", help="every token of this user")

    def handle(
        self, *, token: str | None, all_of: str | None, **_: str | int | bool | None
    ) -> None:
        try:
            if all_of is not None:
                count = revoke_all_tokens(find_user(all_of))
            else:
                revoke_token(input().strip() if token == "-" else str(token))  # noqa: S105
                count = 1
        except AccountsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"revoked {count}"))
