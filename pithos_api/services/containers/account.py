"""The account itself: its totals, metadata and groups."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.tokens.credentials import Credentials
from accounts.users.users import find_user, set_quota
from audit.services import record
from pithos_api.errors import NotAllowedError
from pithos_api.models import Account, PastMetadata
from pithos_api.models.expressions import in_this_second
from pithos_api.models.statements.containers import read_container as statements
from pithos_api.services.access.groups import change_groups, record_groups
from pithos_api.services.access.permissions import account_parameters, admit
from pithos_api.services.access.scopes import guarded, require_unlimited, require_writer
from pithos_api.services.containers.history import read_account_at
from pithos_api.services.metadata import (
    apply_change,
    require_room,
    signing_keys,
    without_signing_keys,
)
from pithos_api.services.storage.long_reads import read_in_time
from pithos_api.values import (
    MAX_LIST,
    Access,
    AccountLists,
    AccountState,
    Right,
    size_of_list,
)
from pithos_api.values.requests import AccountChange


def read_account(
    credentials: Credentials, account: str, until: float | None = None
) -> AccountState:
    """Return the account with exact totals, or as it was before ``until`` (contract §2.2).

    until: seconds since the epoch.

    Raises:
        InvalidTokenError.
        NotAllowedError: nothing there is shared with the caller, or they ask for the past.
        TooLongError, BusyError, ClientGoneError: of the past.
    """
    row = statements.read_account.one(account_parameters(credentials, account))
    state = _state(admit(credentials, row, Right.READ if until is None else Right.OWN))
    if until is not None:
        state = _past(state, until)
    if credentials.scope is None:
        return state
    return replace(state, meta=without_signing_keys(state.meta))


def _state(row: statements.FoundAccount) -> AccountState:
    access = row.access
    quota = access.account_quota
    return AccountState(
        id=access.owner,
        container_count=row.container_count,
        object_count=row.object_count,
        byte_count=row.byte_count,
        created=row.created,
        modified=row.modified,
        meta=orjson.loads(row.meta),
        quota=settings.PITHOS_DEFAULT_QUOTA if quota is None else quota,
        groups=orjson.loads(row.groups) if row.groups else {},
        owned=access.right == Right.OWN,
        sees_all=access.may(Right.LIST),
        lists=_lists(row),
    )


def _lists(row: statements.FoundAccount) -> AccountLists | None:
    columns = (row.readers, row.writers, row.admins)
    return AccountLists(*(tuple(each or ()) for each in columns)) if any(columns) else None


def _past(state: AccountState, until: float) -> AccountState:
    then = read_in_time(state.id, lambda: read_account_at(state.id, until))
    return replace(
        state,
        container_count=len(then.containers),
        object_count=sum(each.object_count for each in then.containers),
        byte_count=sum(each.byte_count for each in then.containers),
        meta=then.meta,
        until_change=then.changed or moment_of(until),
    )


def moment_of(until: float) -> datetime:
    """Return seconds since the epoch as a time; the latest time that there is for later ones."""
    return datetime.fromtimestamp(min(until, 253402300799), UTC)


def authorize_account(credentials: Credentials, account: str, least: Right) -> Access:
    """Return what the caller may do with the whole account.

    Raises: InvalidTokenError, NotAllowedError.
    """
    row = statements.read_account.one(account_parameters(credentials, account))
    return admit(credentials, row, least).access


def update_account(credentials: Credentials, account: str, wanted: AccountChange) -> None:
    """Change the account's metadata, groups and lists, together or not at all.

    Contract §2.2, POST.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, MetadataLimitError,
        GroupLimitError, HeadLimitError.
    """
    require_writer(credentials)
    change, groups = wanted.meta, wanted.groups
    access = authorize_account(credentials, account, Right.OWN)
    if wanted.quota is not None and not credentials.everywhere:
        raise NotAllowedError
    if wanted.lists is not None:
        require_unlimited(credentials, "share the account")
    owner = access.owner
    with transaction.atomic():
        _, is_new = Account.objects.get_or_create(user_id=owner)
        stored = Account.objects.select_for_update().get(user_id=owner)
        _change_meta(stored, apply_change(stored.meta, guarded(credentials, stored.meta, change)))
        change_groups(owner, groups)
        record_groups(access, account, groups)
        _change_lists(access, account, wanted.lists)
        if wanted.quota is not None:
            set_quota(find_user(account), None if wanted.quota == "" else wanted.quota)
        for key in signing_keys(change.values):
            record("key.change", actor=access.account, account=account, target=key)
        shares_second = False if is_new else in_this_second("modified")
        Account.objects.filter(user_id=owner).update(modified=Now(), shares_second=shares_second)


def _change_lists(access: Access, account: str, lists: AccountLists | None) -> None:
    if lists is None:
        return
    columns = {name: list(members) for name, members in asdict(lists).items()}
    require_room("the access control", sum(map(size_of_list, columns.values())), MAX_LIST)
    Account.objects.filter(user_id=access.owner).update(**columns)
    record("account.share", actor=access.account, account=account, details=columns)


def _change_meta(stored: Account, changed: Mapping[str, str]) -> None:
    """Write new metadata, and keep the old metadata as history."""
    if changed == stored.meta:
        return
    PastMetadata.objects.create(
        account_id=stored.user_id,
        meta=stored.meta,
        valid_from=stored.meta_since,
        valid_to=Now(),
    )
    Account.objects.filter(user_id=stored.user_id).update(meta=changed, meta_since=Now())
