"""The groups of an account: lists of users, each under a name that the owner chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from audit.services import record
from pithos_api.errors import GroupLimitError
from pithos_api.models import GroupMember
from pithos_api.services.metadata import require_room
from pithos_api.values import MAX_GROUP, MAX_GROUPS, Access, size_of_fields, size_of_list


@dataclass(frozen=True, slots=True)
class GroupChange:
    """New groups, name to members. A group without members is removed.

    replace: groups that are not named are removed, too.
    """

    groups: Mapping[str, Sequence[str]]
    replace: bool


def record_groups(access: Access, account: str, change: GroupChange) -> None:
    """Tell the audit log of each group that changes."""
    for name, members in change.groups.items():
        details = {"members": list(members)}
        record("group.change", actor=access.account, account=account, target=name, details=details)


def change_groups(owner: int, change: GroupChange) -> None:
    """Write new groups. Without any the groups stay as they are."""
    if not change.groups:
        return
    members = GroupMember.objects.filter(owner_id=owner)
    before = size_of_fields(_joined(members))
    (members if change.replace else members.filter(name__in=change.groups)).delete()
    GroupMember.objects.bulk_create(
        GroupMember(owner_id=owner, name=name, member=member)
        for name, listed in change.groups.items()
        for member in listed
    )
    joined = _joined(members)
    if len(joined) > settings.PITHOS_MAX_GROUPS:
        raise GroupLimitError(settings.PITHOS_MAX_GROUPS)
    require_room("the groups", size_of_fields(joined), MAX_GROUPS, before)
    for name, listed in change.groups.items():
        require_room(f"the group {name[:60]!r}", size_of_list(listed), MAX_GROUP)


def _joined(members: QuerySet[GroupMember]) -> dict[str, str]:
    """Return the members of each group as one text, as a header lists them."""
    groups: dict[str, list[str]] = {}
    for name, member in members.values_list("name", "member"):
        groups.setdefault(name, []).append(member)
    return {name: ",".join(listed) for name, listed in groups.items()}
