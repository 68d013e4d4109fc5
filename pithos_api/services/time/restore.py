"""A container or a folder becomes what it was at a time, at the cost of rows."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, NotAllowedError, QuotaExceededError
from pithos_api.models import Container
from pithos_api.models.statements.objects.folders import usage
from pithos_api.models.statements.objects.purge import forget_superseded_at
from pithos_api.models.statements.time import restore as statements
from pithos_api.models.statements.time.restore import RestorePlan
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.containers.account import moment_of
from pithos_api.services.containers.changing import record_change
from pithos_api.services.containers.quotas import account_quota, has_quota
from pithos_api.services.locks import lock_account, lock_containers
from pithos_api.services.storage.heavy_work import turn_at_names
from pithos_api.services.storage.long_reads import while_client_waits
from pithos_api.values import Access, ContainerPath, Right
from pithos_api.values.requests import RestoreRequest


@dataclass(frozen=True, slots=True)
class Restoration:
    """What is done, or would be: to how many objects.

    restored: that have another state again. recreated: that were deleted. removed: that were not
    there then, and are deleted; kept: and stay. unchanged: that are as they were.
    bytes_before, bytes_after: of all below the prefix. moment: right before it was done, so that
    to restore to it undoes it.
    """

    restored: int
    recreated: int
    removed: int
    kept: int
    unchanged: int
    bytes_before: int
    bytes_after: int
    moment: datetime


def restore(credentials: Credentials, path: ContainerPath, wanted: RestoreRequest) -> Restoration:
    """Make what is below the prefix what it was at a time (contract/time.md).

    One transaction of at most eleven statements, which shuts out the container's writers. States of
    then come back as new versions, with their UUIDs unless these have other names by now. Sharing
    stays as it is, but for names that are deleted. With ``rehearse`` nothing is changed or locked.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError.
        ContainerNotFoundError: also where it was not there at the time.
        QuotaExceededError: also of a rehearsal.
        BusyError, ClientGoneError.
    """
    access = authorize(credentials, path, Right.OWN, wanted.prefix)
    if access.sealed:
        raise NotAllowedError
    _require_age(access, path, wanted.until)
    span = {
        "container": access.container,
        "first": wanted.prefix,
        "beyond": after(wanted.prefix),
        "until": wanted.until,
    }
    if not wanted.rehearse:
        require_writer(credentials)
    with turn_at_names(access.actor, path, wanted.prefix):
        return _restored(access, path, span, wanted)


def _restored(
    access: Access, path: ContainerPath, span: dict[str, object], wanted: RestoreRequest
) -> Restoration:
    if wanted.rehearse:
        with while_client_waits():
            return _planned(access, span, wanted)
    with transaction.atomic(), while_client_waits():
        lock_containers(path)
        if has_quota(access):
            lock_account(access)
        statements.lock_history.one(span)
        plan = _planned(access, span, wanted)
        if plan.restored or plan.recreated or plan.removed:
            return _carried_out(access, path, span, wanted, plan)
        return plan


def _require_age(access: Access, path: ContainerPath, until: float) -> None:
    """Make sure that the container was there. Raises: ContainerNotFoundError."""
    then = moment_of(until)
    if not Container.objects.filter(id=access.container, created__lt=then).exists():
        raise ContainerNotFoundError(path.container)


def _planned(access: Access, span: dict[str, object], wanted: RestoreRequest) -> Restoration:
    """Return what would be done. Raises: QuotaExceededError: it would not."""
    row = statements.plan_restore.one({**span, "keep_newer": wanted.keep_newer})
    plan = Restoration(*(row or RestorePlan(0, 0, 0, 0, 0, 0, 0, moment_of(0))))
    _require_room(access, plan)
    return plan


def _require_room(access: Access, plan: Restoration) -> None:
    """Make sure that what grows stays within all quotas. Raises: QuotaExceededError."""
    size = plan.bytes_after - plan.bytes_before
    objects = plan.recreated - plan.removed
    used = usage.one({"container": access.container}) if size > 0 or objects > 0 else None
    if used is None:
        return
    grown = (
        (size, used.in_container, access.container_quota or 0),
        (size, used.in_account, account_quota(access)),
        (objects, used.objects, used.most_objects),
    )
    if any(growth > 0 and 0 < limit < now + growth for growth, now, limit in grown):
        raise QuotaExceededError


def _carried_out(
    access: Access,
    path: ContainerPath,
    span: dict[str, object],
    wanted: RestoreRequest,
    plan: Restoration,
) -> Restoration:
    done = statements.restore_states.one(
        {**span, "keep_newer": wanted.keep_newer, "actor": access.actor}
    )
    if done is not None and not access.keeps_history:
        names = {key: span[key] for key in ("container", "first", "beyond")}
        forget_superseded_at.one({**names, "moment": done.moment})
    counts = {"restored": plan.restored, "recreated": plan.recreated, "removed": plan.removed}
    record_change("container.restore", access, path, until=wanted.until, **counts)
    return replace(plan, moment=done.moment) if done else plan
