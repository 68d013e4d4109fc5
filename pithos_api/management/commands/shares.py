"""List what users share with others, or end a share: ``manage.py shares``."""

from django.core.management.base import CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users.users import find_user
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.access import exposure


class Command(ReportingCommand):
    help = (
        "List shares: account/container/object, account/container or account, readers, writers,"
        " admins of accounts; '*' is every user, '.r:*' is anybody. Or end one for good. With"
        " --json an object a line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--user", default="", metavar="NAME", help="only of this account")
        parser.add_argument("--revoke", metavar="PATH", help="as the list shows it")

    def handle(
        self, *, user: str, revoke: str | None, json: bool, **_: str | int | bool | None
    ) -> None:
        try:
            account = find_user(user).account if user else ""
            if revoke is not None:
                exposure.end_share(revoke, account)
                self.stdout.write(self.style.SUCCESS(f"ended {revoke}"))
                return
        except (AccountsError, exposure.ShareNotFoundError) as error:
            raise CommandError(str(error)) from error
        for share in exposure.list_shares(account):
            self._tell(share, json=json)

    def _tell(self, share: exposure.OpenShare, *, json: bool) -> None:
        readers, writers = list(share.readers), list(share.writers)
        lists = (f"read={','.join(readers)}", f"write={','.join(writers)}")
        admins = [f"admin={','.join(share.admins)}"] if share.admins else []
        words = [str(share.place), *lists, *admins, *(["suspended"] if share.suspended else [])]
        told = {"path": str(share.place), "readers": readers, "writers": writers}
        if share.admins:
            told["admins"] = list(share.admins)
        self.tell({**told, "suspended": share.suspended}, "\t".join(words), json=json)
