from django.core.management.base import CommandError, CommandParser

from accounts.errors import AccountsError
from pithos_api.management.reporting import ReportingCommand, shown_quota
from pithos_api.services.operations.usage_reports import ContainerUsage, list_containers
from web.numbers import rough_size


class Command(ReportingCommand):
    help = (
        "List containers: account and name, bytes, quota, objects, old versions, and the sums."
        " With --json an object a line, with sizes in bytes. It looks at every version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", nargs="?", default="", help="only those of this account")

    def handle(self, *, name: str, json: bool, **_: str | int | bool | None) -> None:
        try:
            containers = list_containers(name)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        for each in containers:
            self.tell(each._asdict(), _line(each), json=json)
        if not json:
            self.stdout.write(_sums(containers))


def _line(each: ContainerUsage) -> str:
    place = f"{each.account}/{each.container}"
    return f"{place}\t{rough_size(each.bytes)}\tof {shown_quota(each.quota)}\t{_counts([each])}"


def _sums(containers: list[ContainerUsage]) -> str:
    size = rough_size(sum(each.bytes for each in containers))
    return f"{len(containers)} containers\t{size}\t\t{_counts(containers)}"


def _counts(containers: list[ContainerUsage]) -> str:
    objects = sum(each.objects for each in containers)
    versions = sum(each.old_versions for each in containers)
    size = rough_size(sum(each.old_bytes for each in containers))
    return f"{objects} objects\t{versions} old versions of {size}"
