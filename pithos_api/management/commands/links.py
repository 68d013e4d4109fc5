"""List the links and public links of all users, or end one: ``manage.py links``."""

from datetime import datetime

from django.core.management.base import CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.users.users import find_user
from pithos_api.errors import PublicNotFoundError
from pithos_api.management.reporting import ReportingCommand
from pithos_api.services.access import exposure
from pithos_api.services.links import keeping
from pithos_api.services.links.keeping import LinkNotFoundError
from pithos_api.values.links import LinkState
from web.json_values import JSONObject


class Command(ReportingCommand):
    help = (
        "List public links, and then links with their limits: key, object or folder, since when;"
        " of a suspended user they do not work. Or end one for good. With --json an object a line."
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
                _end(revoke.rpartition("/")[2], account)
                self.stdout.write(self.style.SUCCESS(f"ended {revoke}"))
                return
        except (AccountsError, LinkNotFoundError) as error:
            raise CommandError(str(error)) from error
        for link in exposure.list_links(account):
            self._tell_public(link, json=json)
        for limited in keeping.list_links(account):
            self._tell_limited(limited, json=json)

    def _tell_public(self, link: exposure.PublicLink, *, json: bool) -> None:
        since = _shown(link.since)
        told = {"key": link.key, "path": str(link.place), "since": since}
        words = [link.key, str(link.place), since, *(["suspended"] if link.suspended else [])]
        self.tell({**told, "suspended": link.suspended}, "\t".join(words), json=json)

    def _tell_limited(self, link: LinkState, *, json: bool) -> None:
        place, since = f"{link.account}/{link.container}/{link.name}", _shown(link.created)
        told: JSONObject = {
            "key": link.key,
            "path": place,
            "since": since,
            "suspended": link.suspended,
            "password": link.has_password,
            "used": link.used,
            "expires": None if link.expires is None else _shown(link.expires),
            "downloads": link.downloads,
        }
        self.tell(told, "\t".join([link.key, place, since, *_limits(link)]), json=json)


def _limits(link: LinkState) -> list[str]:
    """Return what there is to say of a link besides its place, in words."""
    said = [f"used {link.used}"]
    said += ["password"] if link.has_password else []
    said += [f"expires {_shown(link.expires)}"] if link.expires else []
    said += [] if link.downloads is None else [f"left {link.downloads}"]
    return said + (["suspended"] if link.suspended else [])


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _end(key: str, account: str) -> None:
    """End the public link or the link that has the key. Raises: LinkNotFoundError."""
    try:
        exposure.end_link(key, account)
    except PublicNotFoundError:
        keeping.revoke_link(key, account)
