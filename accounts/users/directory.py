"""Users by id and by name: what clients show to people, and what they send."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from web.names import lowered


def names_of(ids: Sequence[str] | None) -> dict[str, str]:
    """Return id → name of those users who are there; None is everybody.

    ids: accounts, which never change, or UUIDs; in any case.
    """
    if ids is None:
        return {user.account: user.name for user in User.objects.all()}
    found = _by_id(User.objects.filter(_is_any_of(ids)))
    return {each: found[lowered(each)].name for each in ids if lowered(each) in found}


def ids_of(names: Sequence[str] | None) -> dict[str, str]:
    """Return name → id of those users who are there; None is everybody."""
    users = User.objects.order_by("-id")  # of two who are called alike, the first to come
    if names is not None:
        unnamed = Q(display_name="", account__in=names)
        users = users.filter(unnamed | Q(display_name__in=names))
    return {user.name: user.account for user in users}


def _by_id(users: QuerySet[User]) -> dict[str, User]:
    return {key: user for user in users for key in (str(user.uuid), user.account)}


def _is_any_of(ids: Sequence[str]) -> Q:
    uuids = []
    for each in ids:
        with suppress(ValueError):
            uuids.append(UUID(each))
    return Q(account__in=[lowered(each) for each in ids]) | Q(uuid__in=uuids)
