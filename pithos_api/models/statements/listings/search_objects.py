"""A page of some of a container's objects. Each search has SQL of its own: it is not prepared."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db import connection

from pithos_api.models.statements.listings.list_objects import ENTRY, NOW, THEN
from pithos_api.models.statements.time_limits import limited
from pithos_api.values import Entry, MetaQuery, ObjectPage

# Rows to choose from: path, and whether all below it belongs, too.
_GRANTED: Final = "SELECT path, true AS whole FROM object_grant WHERE container_id = %(container)s"
_GRANTED_TO_CALLER: Final = (
    f"{_GRANTED} AND (readers && %(called)s::text[] OR writers && %(called)s::text[])"
)
_PUBLIC: Final = (
    "SELECT name AS path, false AS whole FROM publication WHERE container_id = %(container)s"
)

_COMPARISONS: Final = {
    "=": "v.meta @> jsonb_build_object(%(key{n})s::text, %(value{n})s::text)",
    "!=": "NOT v.meta @> jsonb_build_object(%(key{n})s::text, %(value{n})s::text)",
    **{
        operator: f"""(v.meta ->> %(key{{n}})s) COLLATE "C" {operator} %(value{{n}})s"""
        for operator in ("<", "<=", ">", ">=")
    },
}


def search_objects(page: ObjectPage, parameters: Mapping[str, Any]) -> list[Entry]:
    """Return the rows, as of ``list_objects``, that the page selects, in order of names.

    parameters: container, called (None where the caller sees everything), and ``bounds_of``.
    """
    found = {**parameters, **_meta_parameters(page.meta)}
    source = _source(page, limited=parameters["called"] is not None)
    conditions = "".join(f" AND {each}" for each in _meta_conditions(page.meta))
    sql = f"""
        SELECT DISTINCT ON (v.name) {ENTRY} FROM {source}
         WHERE v.name > %(marker)s AND v.name >= %(first)s AND v.name < %(beyond)s{conditions}
         ORDER BY v.name LIMIT %(limit)s
        """
    with connection.cursor() as cursor:
        cursor.execute(limited(sql), found)
        return list(map(Entry._make, cursor.fetchall()))


def _source(page: ObjectPage, *, limited: bool) -> str:
    """Return the rows to choose from: all, or what grants and publications name."""
    state = NOW if page.until is None else THEN
    every = f"(SELECT * FROM version v WHERE v.container_id = %(container)s AND {state}"
    scopes = _scopes(page, limited=limited)
    if not scopes:
        return f"{every}) AS v"
    return f"""
        ({" UNION ALL ".join(scopes)}) AS scope CROSS JOIN LATERAL (
            {every} AND v.name = scope.path)
            UNION ALL
            {every} AND scope.whole AND v.name >= scope.path || '/'
                AND v.name < scope.path || '0')) AS v
    """


def _scopes(page: ObjectPage, *, limited: bool) -> list[str]:
    """Return where paths are looked up; nowhere if everything belongs."""
    if limited:
        return [_GRANTED_TO_CALLER]
    return [*([_GRANTED] if page.shared else []), *([_PUBLIC] if page.public else [])]


def _meta_parameters(query: MetaQuery | None) -> dict[str, Any]:
    if query is None:
        return {}
    found: dict[str, Any] = {"any_of": list(query.any_of), "none_of": list(query.none_of)}
    for number, (key, _, value) in enumerate(query.comparisons):
        found[f"key{number}"], found[f"value{number}"] = key, value
    return found


def _meta_conditions(query: MetaQuery | None) -> Iterator[str]:
    """Yield conditions; those that index version_meta can answer come as it knows them."""
    if query is None:
        return
    if query.any_of or query.comparisons:
        yield "v.meta <> '{}'"  # the index leaves out what has no metadata
    if query.any_of:
        yield "v.meta ?| %(any_of)s"
    if query.none_of:
        yield "NOT v.meta ?| %(none_of)s"
    for number, (_, operator, _) in enumerate(query.comparisons):
        yield f"v.meta ? %(key{number})s"
        yield _COMPARISONS[operator].format(n=number)
