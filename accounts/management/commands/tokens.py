from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.models import Token
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import find_token, list_tokens, revoke_token_of
from accounts.users.users import find_user


class Command(BaseCommand):
    help = "List the valid tokens of a user, the newest first, or revoke one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument(
            "--logins", action="store_true", help="those that logins have made, instead of others"
        )
        parser.add_argument("--revoke", metavar="DIGITS", help="as the list shows it")

    def handle(
        self, *, name: str, logins: bool, revoke: str | None, **_: str | int | bool | None
    ) -> None:
        try:
            user = find_user(name)
            if revoke is not None:
                revoke_token_of(user, find_token(user, revoke).digest)
                self.stdout.write(self.style.SUCCESS(f"revoked token {revoke}"))
                return
        except AccountsError as error:
            raise CommandError(str(error)) from error
        for token in list_tokens(user, by_login=logins):
            self.stdout.write(_line(token))


def _line(token: Token) -> str:
    """Digits of the digest, what for, reach, last use and end, separated by tabs."""
    used = f"used {token.last_used:%Y-%m-%d %H:%M}" if token.last_used else "never used"
    ends = f"ends {token.expires:%Y-%m-%d %H:%M}" if token.expires else "no end"
    scope = Scope.from_json(token.scope or {})
    return f"{token.digest.hex()[:8]}\t{token.label}\t{scope}\t{used}\t{ends}"
