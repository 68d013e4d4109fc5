from django.core.management.base import CommandError, CommandParser

from accounts.errors import AccountsError
from pithos_api.management.reporting import ReportingCommand, shown_quota
from pithos_api.services.operations.usage_reports import UserUsage, list_users
from web.numbers import rough_size


class Command(ReportingCommand):
    help = (
        "List users: account, whether active, role, bytes, quota, objects, containers, name."
        " With --json an object a line, with sizes in bytes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", nargs="?", default="", help="only the user of this account")

    def handle(self, *, name: str, json: bool, **_: str | int | bool | None) -> None:
        try:
            users = list_users(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        for user in users:
            self.tell(user._asdict(), _line(user), json=json)


def _line(user: UserUsage) -> str:
    quota = "default" if user.quota is None else shown_quota(user.quota)
    return "\t".join(
        (
            user.account,
            "active" if user.is_active else "suspended",
            "operator" if user.is_operator else "user",
            rough_size(user.bytes),
            f"of {quota}",
            f"{user.objects} objects",
            f"{user.containers} containers",
            user.display_name,
        )
    ).rstrip()
