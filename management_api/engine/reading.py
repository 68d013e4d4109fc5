"""From rows to what clients read, in a number of statements that does not grow with the rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Final, TypeAlias, cast

from django.db.models import Model, Q, QuerySet

from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidParamError, UnknownObjectError
from management_api.engine.fields import Calc, Field, Ref, Rel, Row, Scalar
from management_api.engine.kinds import Kept
from management_api.engine.query import ResourceQuery
from management_api.engine.resource import Catalogue, Resource
from management_api.engine.searching import (
    NOTHING,
    condition_of,
    key_order,
    order_of,
    with_key,
)
from web.json_values import JSONObject, JSONValue

MOST_ROWS: Final = 10_000
"""How many objects one answer has at most, with those that they relate to."""

Rows: TypeAlias = "QuerySet[Model, dict[str, Any]]"

Once: TypeAlias = Mapping[tuple[str, str | int], JSONObject]
"""What is told of objects that were just made, by resource and id."""


@dataclass(slots=True)
class Reader:
    """Reads for one actor, once. once: what they are told besides. left: rows to come."""

    catalogue: Catalogue
    actor: Actor
    once: Once = field(default_factory=dict)
    left: int = MOST_ROWS

    def many(self, resource: Resource, query: ResourceQuery) -> list[JSONValue]:
        """Return the objects that are selected.

        Raises: InvalidParamError: they are more than one answer has; as ``condition_of``.
        """
        condition = condition_of(self.catalogue, resource, query)
        order = order_of(resource, query)
        stop = None if query.limit is None else query.offset + query.limit
        found = resource.rows(self.actor).filter(condition).order_by(*order)
        rows = found.values(*self._paths(resource, query.depth))[query.offset : stop]
        return self._shown(resource, self._taken(rows), query.depth)

    def one(self, resource: Resource, key: str | int, depth: int) -> JSONValue:
        """Return an object. Raises: UnknownObjectError; InvalidParamError."""
        row = self._row(resource, key, self._paths(resource, depth))
        return self._shown(resource, [row], depth)[0]

    def several(self, resource: Resource, targets: Sequence[Ref], depth: int) -> list[JSONValue]:
        """Return these objects, in this order. Raises: UnknownObjectError: one is gone."""
        # By their ids: a write may have put another row in the place of one.
        condition = reduce(or_, (with_key(resource, each.id) for each in targets), NOTHING)
        found = self._by_id(resource, condition, depth)
        gone = next((each.id for each in targets if each.id not in found), None)
        if gone is not None:
            raise UnknownObjectError(resource.name, gone)
        return [found[each.id] for each in targets]

    def find(self, resource: Resource, key: JSONValue) -> Ref:
        """Return an object that the actor may see. Raises: UnknownObjectError."""
        row = self._row(resource, key, _key_paths(resource))
        return _ref(resource, row)

    def referring(self, resource: Resource, rel: Rel, target: Ref) -> list[Ref]:
        """Return all that refers to an object by ``rel``, a reference of ``resource``."""
        rows = resource.rows(self.actor).filter(**{f"{rel.source}__in": [target.pk]})
        found = rows.order_by(*key_order(resource)).values(*_key_paths(resource))
        return [_ref(resource, row) for row in found]

    def _row(self, resource: Resource, key: JSONValue, paths: Sequence[str]) -> Row:
        rows = resource.rows(self.actor).filter(with_key(resource, key)).values(*paths)
        for row in rows[:1]:
            return cast(Row, row)
        raise UnknownObjectError(resource.name, key)

    def _taken(self, rows: Rows) -> list[Row]:
        """Return the rows, if there is room for them. Raises: InvalidParamError."""
        taken: list[Row] = list(rows[: self.left + 1])
        self.left -= len(taken)
        if self.left < 0:
            raise InvalidParamError("limit", f"so that an answer has at most {MOST_ROWS} objects")
        return taken

    def _paths(self, resource: Resource, depth: int) -> list[str]:
        """Return what has to be read of each object; each path once."""
        paths = _key_paths(resource)
        if depth or self.once:
            for each in resource.fields:
                paths += self._paths_of(each)
        return list(dict.fromkeys(paths))

    def _paths_of(self, each: Field) -> Iterator[str]:
        if isinstance(each, Scalar) and not each.hidden:
            yield each.path
        elif isinstance(each, Calc):
            yield from each.needs
        elif isinstance(each, Rel) and each.is_list:
            yield each.source
        elif isinstance(each, Rel) and each.is_reference:
            yield f"{each.source}__pk"
            keys = self.catalogue[each.stores].key.paths
            yield from (f"{each.source}__{path}" for path in keys)

    def _shown(self, resource: Resource, rows: Sequence[Row], depth: int) -> list[JSONValue]:
        """Return what rows look like: ids, or objects in the order of the rows."""
        if depth == 0:
            return [_id(resource, row) for row in rows]
        shown: list[dict[str, JSONValue]] = [{"id": _id(resource, row)} for row in rows]
        for each in resource.fields:
            if not each.hidden:
                for found, value in zip(
                    shown, self._column(resource, each, rows, depth), strict=True
                ):
                    if value is not None:
                        found[each.name] = value
        for found in shown:
            found.update(self.once.get((resource.name, cast(str, found["id"])), {}))
        return list(shown)

    def _column(
        self, resource: Resource, each: Field, rows: Sequence[Row], depth: int
    ) -> Sequence[JSONValue]:
        """Return a field's value for each row, None where it is not shown."""
        if isinstance(each, Scalar):
            return [_scalar(each, row) for row in rows]
        if isinstance(each, Calc):
            return [each.getter(row, self.actor) for row in rows]
        rel = cast(Rel, each)
        if rel.on_demand and depth < 2:
            return [None] * len(rows)
        if rel.is_list:
            return self._lists(rel, rows, depth)
        if rel.is_reference:
            return self._references(rel, rows, depth)
        return self._referring(resource, rel, rows, depth)

    def _references(self, rel: Rel, rows: Sequence[Row], depth: int) -> list[JSONValue]:
        other = self.catalogue[rel.stores]
        ids = [other.key.of(row, f"{rel.source}__") for row in rows]
        if depth < 2:
            return list(ids)
        pks = {row[f"{rel.source}__pk"] for row in rows} - {None}
        found = self._by_id(other, Q(**{f"{other.pk}__in": pks}), depth - 1)
        return [None if each is None else found.get(each, each) for each in ids]

    def _lists(self, rel: Rel, rows: Sequence[Row], depth: int) -> list[JSONValue]:
        lists = [sorted(cast(list[str], row[rel.source] or [])) for row in rows]
        if depth < 2:
            return list(lists)
        other = self.catalogue[rel.stores]
        ids = {each for listed in lists for each in listed}
        condition = Q(**{f"{other.key.paths[0]}__in": ids})
        found = self._by_id(other, condition, depth - 1)
        return [[found.get(each, each) for each in listed] for listed in lists]

    def _by_id(self, other: Resource, condition: Q, depth: int) -> dict[str | int, JSONValue]:
        rows = other.rows(self.actor).filter(condition).values(*self._paths(other, depth))
        taken = self._taken(rows)
        shown = self._shown(other, taken, depth)
        return {_id(other, row): each for row, each in zip(taken, shown, strict=True)}

    def _referring(
        self, resource: Resource, rel: Rel, rows: Sequence[Row], depth: int
    ) -> list[JSONValue]:
        other, forward = self.catalogue[rel.stores], self.catalogue.forward(rel)
        at, pks = f"{forward.source}__pk", [row[resource.pk] for row in rows]
        found = other.rows(self.actor).filter(**{f"{forward.source}__in": pks})
        paths = dict.fromkeys([at, *self._paths(other, depth - 1)])
        taken = self._taken(found.order_by(*key_order(other)).values(*paths))
        related: dict[object, list[JSONValue]] = defaultdict(list)
        for row, each in zip(taken, self._related(other, taken, depth - 1), strict=True):
            related[row[at]].append(each)
        if rel.multi:
            return [related.get(pk, []) for pk in pks]
        return [next(iter(related.get(pk, [])), None) for pk in pks]

    def _related(self, other: Resource, rows: Sequence[Row], depth: int) -> list[JSONValue]:
        """Return what is related; of what was just made also what is told once."""
        shown = self._shown(other, rows, depth)
        if depth:
            return shown
        return [
            self._shown(other, [row], 1)[0] if (other.name, _id(other, row)) in self.once else each
            for row, each in zip(rows, shown, strict=True)
        ]


def _key_paths(resource: Resource) -> list[str]:
    return [*resource.key.paths, *filter(None, [resource.pk])]


def _id(resource: Resource, row: Row) -> str | int:
    key = resource.key.of(row)
    if key is None:
        raise TypeError(f"a {resource.name} without an id")
    return key


def _ref(resource: Resource, row: Row) -> Ref:
    return Ref(_id(resource, row), row[resource.pk] if resource.pk else None)


def _scalar(scalar: Scalar, row: Row) -> JSONValue:
    value = row[scalar.path]
    return None if value is None else scalar.kind.show(cast(Kept, value))
