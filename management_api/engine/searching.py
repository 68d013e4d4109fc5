"""Filters and orders as the ORM has them."""

from collections.abc import Iterator, Sequence

from django.db.models import F, OrderBy, Q

from management_api.engine.errors import FieldValueError, ForbiddenSearchError
from management_api.engine.fields import Field, Rel, Scalar
from management_api.engine.kinds import Kept
from management_api.engine.query import ResourceQuery
from management_api.engine.resource import Catalogue, Resource
from web.json_values import JSONValue

NOTHING = Q(pk__in=())


def condition_of(catalogue: Catalogue, resource: Resource, query: ResourceQuery) -> Q:
    """Return what objects must be like.

    Raises: UnknownFieldError, ForbiddenSearchError, FieldValueError.
    """
    condition = Q()
    for name, value in query.filter.items():
        found = _searched(resource, name)
        if isinstance(found, Rel):
            condition &= _related(catalogue, resource, found, value)
        elif name == "id":
            condition &= with_key(resource, value)
        else:
            condition &= _equal(resource, found, value)
    return condition


def with_key(resource: Resource, key: JSONValue, prefix: str = "") -> Q:
    """Return what selects the object with an id; nothing, if no object can have it."""
    lookups = resource.key.lookups(key, prefix)
    return NOTHING if lookups is None else Q(**lookups)


def order_of(resource: Resource, query: ResourceQuery) -> Sequence[OrderBy]:
    """Return the order that is asked for; of equals, that of ids. What has no value comes last.

    Raises: UnknownFieldError, ForbiddenSearchError.
    """
    return (*_asked_order(resource, query.sort), *key_order(resource))


def key_order(resource: Resource) -> tuple[OrderBy, ...]:
    """Return the order of ids."""
    return tuple(F(path).asc() for path in resource.key.paths)


def _asked_order(resource: Resource, sort: Sequence[str]) -> Iterator[OrderBy]:
    for each in sort:
        found = _searched(resource, each.removeprefix("-"))
        if isinstance(found, Rel):
            raise ForbiddenSearchError(resource.name, found.name)
        paths = resource.key.paths if found.name == "id" else (found.path,)
        for path in paths:
            if each.startswith("-"):
                yield F(path).desc(nulls_last=True)
            else:
                yield F(path).asc(nulls_last=True)


def _searched(resource: Resource, name: str) -> Scalar | Rel:
    """Return the field of this name, if objects are found by it."""
    found: Field = resource.field(name)
    searched = isinstance(found, Scalar) or (isinstance(found, Rel) and found.is_reference)
    if found.hidden or not searched:
        raise ForbiddenSearchError(resource.name, name)
    return found  # type: ignore[return-value]


def _related(catalogue: Catalogue, resource: Resource, rel: Rel, value: JSONValue) -> Q:
    if value is None:
        return Q(**{f"{rel.source}__isnull": True})
    if not isinstance(value, str | int):
        raise FieldValueError(resource.name, rel.name, value, f"the id of a {rel.stores}")
    return with_key(catalogue[rel.stores], value, f"{rel.source}__")


def _equal(resource: Resource, scalar: Scalar, value: JSONValue) -> Q:
    if value is None:
        return Q(**{f"{scalar.path}__isnull": True})
    return Q(**{scalar.path: read_value(resource, scalar, value)})


def read_value(resource: Resource, scalar: Scalar, value: JSONValue) -> Kept:
    """Return what a client sent, as the field keeps it. Raises: FieldValueError."""
    try:
        return scalar.kind.read(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise FieldValueError(resource.name, scalar.name, value, scalar.kind.name) from error
