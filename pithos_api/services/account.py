"""The account itself: its totals, metadata and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.credentials import Credentials
from audit.services import record
from pithos_api.errors import GroupLimitError
from pithos_api.models import Account, GroupMember, PastMetadata
from pithos_api.models.statements import read_container as statements
from pithos_api.services.metadata import (
    apply_change,
    require_room,
    signing_keys,
    without_signing_keys,
)
from pithos_api.services.past import read_past_account
from pithos_api.services.permissions import Row, account_parameters, admit
from pithos_api.services.scopes import guarded, require_writer
from pithos_api.values import (
    MAX_GROUP,
    MAX_GROUPS,
    Access,
    AccountState,
    MetaChange,
    Right,
    size_of_fields,
    size_of_list,
)

_ACCESS = len(Access._fields)


@dataclass(frozen=True, slots=True)
class GroupChange:
    """New groups, name to members. replace: those not named go; without members one goes."""

    groups: Mapping[str, Sequence[str]]
    replace: bool


def read_account(
    credentials: Credentials, account: str, until: float | None = None
) -> AccountState:
    """Return the account with exact totals, or as it was before ``until`` (contract §2.2).

    until: seconds since the epoch.

    Raises:
        InvalidTokenError.
        NotAllowedError: nothing there is shared with the caller, or the past is asked for.
    """
    row = statements.read_account.one(account_parameters(credentials, account))
    access = admit(credentials, row, Right.READ if until is None else Right.OWN)
    state = _state(access, row or ())
    if until is not None:
        state = _past(state, until)
    if credentials.scope is None:
        return state
    return replace(state, meta=without_signing_keys(state.meta))


def _state(access: Access, row: Row) -> AccountState:
    containers, objects, size, modified, meta, groups, created = row[_ACCESS:]
    quota = access.account_quota
    return AccountState(
        id=access.owner,
        container_count=containers,
        object_count=objects,
        byte_count=size,
        created=created,
        modified=modified,
        meta=orjson.loads(meta),
        quota=settings.PITHOS_DEFAULT_QUOTA if quota is None else quota,
        groups=orjson.loads(groups) if groups else {},
        owned=access.right == Right.OWN,
    )


def _past(state: AccountState, until: float) -> AccountState:
    then = read_past_account(state.id, until)
    return AccountState(
        id=state.id,
        container_count=len(then.containers),
        object_count=sum(each.object_count for each in then.containers),
        byte_count=sum(each.byte_count for each in then.containers),
        created=state.created,
        modified=state.modified,
        meta=then.meta,
        quota=state.quota,
        groups=state.groups,
        until_change=then.changed or moment_of(until),
    )


def moment_of(until: float) -> datetime:
    """Return seconds since the epoch as a time; the end of time for what is beyond it."""
    return datetime.fromtimestamp(min(until, 253402300799), UTC)


def update_account(
    credentials: Credentials, account: str, change: MetaChange, groups: GroupChange
) -> None:
    """Change the account's metadata and groups, together or not at all (contract §2.2, POST).

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, MetadataLimitError,
        GroupLimitError, HeadLimitError.
    """
    require_writer(credentials)
    row = statements.read_account.one(account_parameters(credentials, account))
    access = admit(credentials, row, Right.OWN)
    owner = access.owner
    with transaction.atomic():
        Account.objects.get_or_create(user_id=owner)
        stored = Account.objects.select_for_update().get(user_id=owner)
        _change_meta(stored, apply_change(stored.meta, guarded(credentials, stored.meta, change)))
        _change_groups(owner, groups)
        _record_groups(access, account, groups)
        for key in signing_keys(change.values):
            record("key.change", actor=access.account, account=account, target=key)
        Account.objects.filter(user_id=owner).update(modified=Now())


def _change_meta(stored: Account, changed: Mapping[str, str]) -> None:
    """Write new metadata; what it supersedes becomes history."""
    if changed == stored.meta:
        return
    PastMetadata.objects.create(
        account_id=stored.user_id,
        meta=stored.meta,
        valid_from=stored.meta_since,
        valid_to=Now(),
    )
    Account.objects.filter(user_id=stored.user_id).update(meta=changed, meta_since=Now())


def _record_groups(access: Access, account: str, change: GroupChange) -> None:
    for name, members in change.groups.items():
        details = {"members": list(members)}
        record("group.change", actor=access.account, account=account, target=name, details=details)


def _change_groups(owner: int, change: GroupChange) -> None:
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
