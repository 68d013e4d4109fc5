"""Listings of some of a container's objects: by metadata, by what is shared or public."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from pithos_api.models.statements.identities import identities as identities_statement
from pithos_api.models.statements.list_objects import FIELDS, NOW, THEN
from pithos_api.services.bounds import bounds_of
from pithos_api.services.collapsing import collapse, folder_of
from pithos_api.values import Access, ContainerState, Entry, MetaQuery, ObjectPage, Right

# Rows fetched at once where folders have to be made of them here.
_BATCH = 1000


def is_search(access: Access, page: ObjectPage) -> bool:
    """Return whether only some of the objects are wanted, or may be seen."""
    return access.right < Right.OWN or page.shared or page.public or page.meta is not None


def identities(access: Access) -> list[str]:
    """Return every name under which the caller may stand in a grant."""
    row = identities_statement.one({"caller": access.actor})
    return list(row[0]) if row else []


def sees_all(access: Access, state: ContainerState) -> bool:
    """Return whether everything in a container that the caller may list is theirs to see."""
    if not state.readers:
        return False
    if {".r:*", ".rlistings"} <= set(state.readers):
        return True
    return not set(state.readers).isdisjoint(identities(access))


def search(access: Access, page: ObjectPage) -> list[Entry]:
    """Return a page of the objects that ``page`` selects and the caller may see."""
    if not page.delimiter:
        return _matches(access, page, bounds_of(page))
    # After a folder, or something in it, that folder does not come again.
    return collapse(all_matches(access, page), page, passed=folder_of(page.marker, page))


def all_matches(access: Access, page: ObjectPage) -> Iterator[Entry]:
    """Yield every match of the page's query from its marker on, a batch a statement."""
    bounds = {**bounds_of(page), "limit": _BATCH}
    while True:
        batch = _matches(access, page, bounds)
        yield from batch
        if len(batch) < _BATCH:
            return
        bounds["marker"] = batch[-1].name


def _matches(access: Access, page: ObjectPage, bounds: dict[str, Any]) -> list[Entry]:
    parameters: dict[str, Any] = {**bounds, "container": access.container}
    source = _source(access, page, parameters)
    conditions = "".join(f" AND {each}" for each in _meta_conditions(page.meta, parameters))
    sql = f"""
        SELECT DISTINCT ON (v.name) NULL, {FIELDS} FROM {source}
         WHERE v.name > %(marker)s AND v.name >= %(first)s AND v.name < %(beyond)s{conditions}
         ORDER BY v.name LIMIT %(limit)s
    """  # noqa: S608 - put together from constants
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(map(Entry._make, cursor.fetchall()))


def _source(access: Access, page: ObjectPage, parameters: dict[str, Any]) -> str:
    """Return the rows to choose from as SQL: all, or what grants and publications name."""
    state = NOW if page.until is None else THEN
    state = state.replace("::float8", "")
    every = f"(SELECT * FROM version v WHERE v.container_id = %(container)s AND {state}"  # noqa: S608
    scopes = _scopes(access, page, parameters)
    if not scopes:
        return f"{every}) AS v"
    return f"""
        ({" UNION ALL ".join(scopes)}) AS scope CROSS JOIN LATERAL (
            {every} AND v.name = scope.path)
            UNION ALL
            {every} AND scope.whole AND v.name >= scope.path || '/'
                AND v.name < scope.path || '0')) AS v
    """


def _scopes(access: Access, page: ObjectPage, parameters: dict[str, Any]) -> list[str]:
    """Return SQL of path and whether all below it belongs; none where everything does."""
    grants = "SELECT path, true AS whole FROM object_grant WHERE container_id = %(container)s"
    if access.right < Right.OWN:
        parameters["called"] = identities(access)
        return [f"{grants} AND (readers && %(called)s::text[] OR writers && %(called)s::text[])"]
    scopes = [grants] if page.shared else []
    if page.public:
        scopes.append(
            "SELECT name AS path, false AS whole FROM publication"
            " WHERE container_id = %(container)s"
        )
    return scopes


def _meta_conditions(query: MetaQuery | None, parameters: dict[str, Any]) -> Iterator[str]:
    """Yield SQL conditions; those that index version_meta can answer come as it knows them."""
    if query is None:
        return
    if query.any_of or query.comparisons:
        yield "v.meta <> '{}'"  # the index leaves out what has no metadata
    if query.any_of:
        parameters["any_of"] = list(query.any_of)
        yield "v.meta ?| %(any_of)s"
    if query.none_of:
        parameters["none_of"] = list(query.none_of)
        yield "NOT v.meta ?| %(none_of)s"
    for number, (key, operator, value) in enumerate(query.comparisons):
        parameters[f"key{number}"], parameters[f"value{number}"] = key, value
        yield f"v.meta ? %(key{number})s"
        yield _COMPARISONS[operator].format(n=number)


_COMPARISONS = {
    "=": "v.meta @> jsonb_build_object(%(key{n})s::text, %(value{n})s::text)",
    "!=": "NOT v.meta @> jsonb_build_object(%(key{n})s::text, %(value{n})s::text)",
    **{
        operator: f"""(v.meta ->> %(key{{n}})s) COLLATE "C" {operator} %(value{{n}})s"""
        for operator in ("<", "<=", ">", ">=")
    },
}
