"""Containers and accounts as they were at a time.

Their counters are counted back from now, or counted from the versions of then: whichever is less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from pithos_api.models.statements.objects import read_history as statements

# Counting back costs two probes for each change, counting all that was there one step a state.
_FEW_CHANGES = 20_000


@dataclass(frozen=True, slots=True)
class ContainerThen:
    """A container at a time. meta_keys: those that its objects carried, in order.

    changed: the last change before then.
    """

    meta: dict[str, str]
    object_count: int
    byte_count: int
    changed: datetime
    meta_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountThen:
    """An account at a time. changed: the last change before then, None if there is none."""

    meta: dict[str, str]
    containers: Sequence[ContainerThen]
    changed: datetime | None


def read_containers_at(containers: Sequence[int], until: float) -> dict[int, ContainerThen]:
    """Return the containers as they were before ``until``, if they existed then.

    until: seconds since the epoch. The cost grows with the changes since, or with the objects then.
    """
    wanted = {"containers": list(containers), "until": until, "most": _FEW_CHANGES}
    row = statements.count_changes.one(wanted)
    few = row is not None and row[0] < _FEW_CHANGES
    statement = statements.count_back if few else statements.count_then
    return {
        id_: ContainerThen(_loaded(meta), objects, size, changed, tuple(sorted(keys or ())))
        for id_, meta, objects, size, changed, keys in statement.all(wanted)
    }


def read_account_at(owner: int, until: float) -> AccountThen:
    """Return what the account was before ``until``, seconds since the epoch."""
    row = statements.read_account_at.one({"owner": owner, "until": until})
    meta, since, ids = row or (None, None, None)
    containers = list(read_containers_at(ids, until).values()) if ids else []
    moments = [each.changed for each in containers] + ([since] if since else [])
    return AccountThen(_loaded(meta), containers, max(moments, default=None))


def _loaded(meta: str | None) -> dict[str, str]:
    return orjson.loads(meta) if meta else {}
