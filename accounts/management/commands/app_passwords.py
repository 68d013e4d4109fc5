from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.models import User
from accounts.tokens import app_passwords
from accounts.users.users import find_user


class Command(BaseCommand):
    help = "List the app passwords of a user, or revoke one with all tokens got by it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument("--revoke", type=int, metavar="NUMBER", help="as the list shows it")

    def handle(self, *, name: str, revoke: int | None, **_: str | int | bool | None) -> None:
        try:
            user = find_user(name)
            if revoke is not None:
                app_passwords.revoke_app_password(user, revoke)
                self.stdout.write(self.style.SUCCESS(f"revoked app password {revoke}"))
                return
        except AccountsError as error:
            raise CommandError(str(error)) from error
        self._list(user)

    def _list(self, user: User) -> None:
        for each in app_passwords.list_app_passwords(user):
            used = f"{each.last_used:%Y-%m-%d %H:%M}" if each.last_used else "never used"
            scope = app_passwords.scope_of(each)
            self.stdout.write(f"{each.pk}\t{each.label}\t{scope}\t{used}")
