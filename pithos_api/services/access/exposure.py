"""What leaves the house: public links and shares of all users, for operators to see and to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from audit.services import record
from pithos_api.errors import PublicNotFoundError
from pithos_api.models import Account, Container, Grant, Publication, UsageDelta
from pithos_api.models.expressions import in_this_second
from web.errors import NotFound

M = TypeVar("M", Publication, Grant)


class ShareNotFoundError(NotFound):
    """Nothing is shared at exactly this path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"nothing is shared at {path!r}")


@dataclass(frozen=True, slots=True, order=True)
class SharedPlace:
    """Where something is. name: of an object, "" is the whole container, or account."""

    account: str
    container: str = ""
    name: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.account, self.container, self.name)))


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A published object. key: what its link ends with. suspended: its owner is."""

    key: str
    place: SharedPlace
    since: datetime
    suspended: bool


@dataclass(frozen=True, slots=True)
class OpenShare:
    """An object, with all below its name, a container or an account, and who else may use it.

    admins: of an account, who may do all that its owner may.
    """

    place: SharedPlace
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    suspended: bool
    admins: tuple[str, ...] = ()


def list_links(account: str = "") -> Iterator[PublicLink]:
    """Yield all public links, or those of one account, by account, container and name."""
    rows = _of(Publication.objects.select_related("container__account"), account)
    for row in rows.order_by("container__account__account", "container__name", "name").iterator():
        owner = row.container.account
        place = SharedPlace(owner.account, row.container.name, row.name)
        yield PublicLink(row.key, place, row.since, not owner.is_active)


def list_shares(account: str = "") -> Iterator[OpenShare]:
    """Yield all shares, or those of one account, in the same order."""
    kinds = (_open_accounts(account), _open_containers(account), _grants(account))
    return merge(*kinds, key=lambda share: share.place)


def end_link(key: str, account: str = "") -> None:
    """End a publication for good. account: whose it must be; "" is anybody's.

    Raises: PublicNotFoundError.
    """
    found = _of(Publication.objects.select_related("container__account"), account)
    publication = found.filter(key=key).first()
    if publication is None:
        raise PublicNotFoundError
    end_publication(publication)


def end_publication(publication: Publication) -> None:
    """End a publication for good: published again, the object has another key."""
    with transaction.atomic():
        publication.delete()
        _tell("object.unpublish", publication.container, publication.name)


def end_share(path: str, account: str = "") -> None:
    """End the share that has exactly this path: ``account``, or with ``/container/object``.

    account: whose it must be; "" is anybody's.

    Raises: ShareNotFoundError.
    """
    owner, _, rest = path.removeprefix("/").partition("/")
    container, _, name = rest.partition("/")
    if not rest and account in {"", owner} and _close_account(owner):
        return
    place = Q(container__account__account=owner, container__name=container, path=name)
    grant = _of(Grant.objects.select_related("container__account"), account).filter(place).first()
    if grant is not None:
        end_grant(grant)
        return
    shared = _shared_containers().filter(account__account=owner, name=container)
    found = shared.first() if not name and account in {"", owner} else None
    if found is None:
        raise ShareNotFoundError(path)
    close_container(found)


def _close_account(owner: str) -> bool:
    """Empty the lists of who else may use an account. Return whether there was anybody."""
    details: dict[str, list[str]] = {"readers": [], "writers": [], "admins": []}
    with transaction.atomic():
        found = _shared_accounts().filter(user__account=owner).update(**details)
        if found:
            record("account.share", account=owner, details=details)
    return bool(found)


def end_grant(grant: Grant) -> None:
    """End the sharing of an object and all below its name."""
    with transaction.atomic():
        grant.delete()
        _tell("object.unshare", grant.container, grant.path)


def close_container(container: Container) -> None:
    """Empty the lists of who else may read and write a container."""
    with transaction.atomic():
        Container.objects.filter(pk=container.pk).update(
            readers=[], writers=[], modified=Now(), shares_second=in_this_second("modified")
        )
        details: dict[str, list[str]] = {"readers": [], "writers": []}
        owner = container.account.account
        record("container.share", account=owner, target=container.name, details=details)


def _tell(action: str, container: Container, name: str) -> None:
    """Write the event, and let remembered listings of the container end."""
    UsageDelta.objects.create(container=container, objects_added=0, bytes_added=0, at=Now())
    record(action, account=container.account.account, target=f"{container.name}/{name}")


def _grants(account: str) -> Iterator[OpenShare]:
    rows = _of(Grant.objects.select_related("container__account"), account)
    for row in rows.order_by("container__account__account", "container__name", "path").iterator():
        owner = row.container.account
        place = SharedPlace(owner.account, row.container.name, row.path)
        yield OpenShare(place, tuple(row.readers), tuple(row.writers), not owner.is_active)


def _open_accounts(account: str) -> Iterator[OpenShare]:
    rows = _shared_accounts()
    rows = rows.filter(user__account=account) if account else rows
    for row in rows.order_by("user__account").iterator():
        place = SharedPlace(row.user.account)
        lists = tuple(row.readers), tuple(row.writers)
        yield OpenShare(place, *lists, not row.user.is_active, tuple(row.admins))


def _shared_accounts() -> QuerySet[Account]:
    lists = ~Q(readers=[]) | ~Q(writers=[]) | ~Q(admins=[])
    return Account.objects.select_related("user").filter(lists)


def _open_containers(account: str) -> Iterator[OpenShare]:
    rows = _shared_containers()
    rows = rows.filter(account__account=account) if account else rows
    for row in rows.order_by("account__account", "name").iterator():
        owner = row.account
        place = SharedPlace(owner.account, row.name)
        yield OpenShare(place, tuple(row.readers), tuple(row.writers), not owner.is_active)


def _shared_containers() -> QuerySet[Container]:
    lists = ~Q(readers=[]) | ~Q(writers=[])
    return Container.objects.select_related("account").filter(lists)


def _of(rows: QuerySet[M], account: str) -> QuerySet[M]:
    return rows.filter(container__account__account=account) if account else rows
