"""History beyond what its container, or else the site, keeps."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from audit.services import record
from pithos_api.models import Container
from pithos_api.models.statements.objects import purge
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms, Step

_ID_BYTES = 8
_POLICY = ("id", "account__account", "name", "days", "versions")


@dataclass(frozen=True, slots=True)
class _Policy:
    """How much history a container keeps; 0 is all."""

    container: int
    account: str
    name: str
    days: int
    versions: int


def old_versions(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Purge what is beyond the policies, as the owner could; what is current stays.

    The blocks that are unused then have their grace before them.
    """
    first, name = int.from_bytes(after[:_ID_BYTES], "big"), after[_ID_BYTES:].decode()
    for policy in _policies(first):
        if policy.container > first:
            name = ""
        place = policy.container.to_bytes(_ID_BYTES, "big")
        while names := _names(policy, name, terms.batch):
            counts = _purge(terms, policy, name, names[-1])
            name = names[-1]
            yield Step(place + name.encode(), counts + CollectionCounts(visited=len(names)))


def _policies(first: int) -> Iterator[_Policy]:
    """Yield the policies that limit anything, from the container ``first`` on, by id."""
    kept = Container.objects.annotate(
        days=Coalesce("keep_days", settings.PITHOS_KEEP_DAYS),
        versions=Coalesce("keep_versions", settings.PITHOS_KEEP_VERSIONS),
    ).filter(Q(days__gt=0) | Q(versions__gt=0))
    while row := kept.filter(id__gte=first).order_by("id").values_list(*_POLICY).first():
        yield _Policy(*row)
        first = row[0] + 1


def _names(policy: _Policy, after: str, limit: int) -> list[str]:
    wanted = {"container": policy.container, "after": after, "limit": limit}
    return [name for (name,) in purge.look_at_names.all(wanted)]


def _purge(terms: CollectionTerms, policy: _Policy, after: str, last: str) -> CollectionCounts:
    """Purge the names after ``after`` up to ``last``, a batch of rows and an event at a time."""
    wanted = {
        "container": policy.container, "days": policy.days, "versions": policy.versions,
        "after": after, "last": last, "limit": terms.batch if terms.apply else 2**31 - 1,
    }  # fmt: skip
    statement = purge.purge_beyond if terms.apply else purge.count_beyond
    counts, purged = CollectionCounts(), terms.batch
    while purged == terms.batch:
        with transaction.atomic():
            purged, size = statement.one(wanted) or (0, 0)
            if terms.apply and purged:
                _record(policy, purged)
        counts += CollectionCounts(versions=purged, version_bytes=size)
        if not terms.apply:
            break
    return counts


def _record(policy: _Policy, versions: int) -> None:
    limits = {"keep_days": policy.days, "keep_versions": policy.versions}
    details = {"versions": versions, **limits}
    record("container.purge", account=policy.account, target=policy.name, details=details)
