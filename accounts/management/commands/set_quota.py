from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.management.arguments import byte_size_or_default
from accounts.users.users import find_user, set_quota
from web.numbers import exact_size


class Command(BaseCommand):
    help = "Give a user another quota. It holds for their next upload."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's account")
        parser.add_argument(
            "quota",
            type=byte_size_or_default,
            help='bytes, such as 50G; 0 is unlimited; "default" takes PITHOS_DEFAULT_QUOTA',
        )

    def handle(self, *, name: str, quota: int | None, **_: str | int | bool | None) -> None:
        try:
            user = find_user(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        set_quota(user, quota)
        told = "default" if quota is None else exact_size(quota) if quota else "unlimited"
        self.stdout.write(self.style.SUCCESS(f"the quota of {user.account} is {told}"))
