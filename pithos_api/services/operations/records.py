"""The store's rows as queries, which whoever shows them narrows, sorts and cuts.

They know no rights: callers show each user what is theirs. Counters are exact, as of the object
API: those of the row with what is not folded yet.
"""

from typing import Any, TypeAlias

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BigIntegerField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Now

from accounts.models import User
from pithos_api.models import Container, Grant, GroupMember, Publication, UsageDelta, Version
from pithos_api.models.expressions import Infinity

Groups: TypeAlias = "QuerySet[GroupMember, Any]"


def list_users() -> QuerySet[User]:
    """Return users with ``used_bytes``, and ``sealed_bytes`` of them in sealed containers."""
    theirs = Container.objects.filter(account=OuterRef("pk"))
    pending = UsageDelta.objects.filter(container__account=OuterRef("pk"))
    sealed = Q(sealed=True)
    return User.objects.annotate(
        used_bytes=_sum(theirs, "byte_count") + _sum(pending, "bytes_added"),
        sealed_bytes=_sum(theirs.filter(sealed), "byte_count")
        + _sum(pending.filter(container__sealed=True), "bytes_added"),
    )


def list_containers() -> QuerySet[Container]:
    """Return containers with ``last_change``, ``count`` and ``bytes`` of their current objects."""
    pending = UsageDelta.objects.filter(container=OuterRef("pk"))
    return Container.objects.annotate(
        count=F("object_count") + _sum(pending, "objects_added"),
        bytes=F("byte_count") + _sum(pending, "bytes_added"),
        last_change=Greatest("modified", Subquery(_last(pending))),
    )


def list_objects() -> QuerySet[Version]:
    """Return the current versions of objects with ``key``, the public one, NULL without any."""
    public = Publication.objects.filter(container=OuterRef("container"), name=OuterRef("name"))
    alive = Q(expires=None) | Q(expires__gt=Now())
    rows = Version.objects.filter(alive, valid_to=Infinity())
    return rows.annotate(key=Subquery(public.values("key")[:1]))


def list_publications() -> QuerySet[Publication]:
    """Return public objects."""
    return Publication.objects.all()


def list_grants() -> QuerySet[Grant]:
    """Return the access lists of objects and of what is below their names."""
    return Grant.objects.all()


def list_groups() -> Groups:
    """Return each group once, with its ``members``: accounts, in order."""
    rows = GroupMember.objects.values("owner", "name")
    return rows.annotate(members=ArrayAgg("member", order_by="member"))


def _last(pending: QuerySet[UsageDelta]) -> QuerySet[UsageDelta, Any]:
    return pending.order_by().values(zero=Value(0)).annotate(at=Max("at")).values("at")


def _sum(rows: QuerySet[Any], column: str) -> Coalesce:
    total = rows.order_by().values(zero=Value(0)).annotate(sum=Sum(column)).values("sum")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)
