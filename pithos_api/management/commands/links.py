"""List the public links of all users, or end one: ``manage.py links``."""

from django.core.management.base import CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users.users import find_user
from pithos_api.errors import PublicNotFoundError
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.access import exposure


class Command(ReportingCommand):
    help = (
        "List public links: key, object, since when; of a suspended user they do not work."
        " Or end one for good. With --json an object a line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--user", default="", metavar="NAME", help="only of this account")
        parser.add_argument("--revoke", metavar="KEY", help="as the list shows it, or a whole link")

    def handle(
        self, *, user: str, revoke: str | None, json: bool, **_: str | int | bool | None
    ) -> None:
        try:
            account = find_user(user).account if user else ""
            if revoke is not None:
                exposure.end_link(revoke.rpartition("/")[2], account)
                self.stdout.write(self.style.SUCCESS(f"ended {revoke}"))
                return
        except (AccountsError, PublicNotFoundError) as error:
            raise CommandError(str(error)) from error
        for link in exposure.list_links(account):
            self._tell(link, json=json)

    def _tell(self, link: exposure.PublicLink, *, json: bool) -> None:
        since = link.since.isoformat(timespec="seconds")
        told = {"key": link.key, "path": str(link.place), "since": since}
        words = [link.key, str(link.place), since, *(["suspended"] if link.suspended else [])]
        self.tell({**told, "suspended": link.suspended}, "\t".join(words), json=json)
