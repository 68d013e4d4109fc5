"""One page of objects or containers as the text of a JSON list, made where the rows are.

Of what a listing of a thousand names costs, most went into carrying fourteen columns of each row
to Python and making text of them there.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pithos_api.models.statements.containers.read_container import containers_listed
from pithos_api.models.statements.listings.list_objects import IN_ORDER, NOW, THEN, walked
from pithos_api.models.statements.prepared import Statement
from pithos_api.values import ContainerField, ContainerListingForm, ListedField, ListingForm

# What not every form needs: a time, and who owns the container.
_SPARES = ("until", "owner", "owner_name")

# An object's name ends with the first delimiter behind the prefix.
_NAMES_FOLDER = """
    %(folders)s AND nullif(strpos(substr(v.name, %(inside)s + 1), %(delimiter)s), 0)
        = length(v.name) - %(inside)s - length(%(delimiter)s) + 1"""


class PageText(NamedTuple):
    """The objects of a page as JSON, separated by commas; None of an empty page. last: a name."""

    text: str | None
    last: str | None


@cache
def json_page(form: ListingForm, *, past: bool) -> Statement[PageText]:
    """Return the statement that makes the text of a page. past: as it was at ``until``."""
    pieces = ", ".join(_pieces(form.fields))
    return Statement(
        f"list_{'past_' if past else ''}{form.name}_json",
        PageText,
        f"""
    SELECT string_agg(concat({pieces}), ',' ORDER BY v.name) AS text, max(v.name) AS last
      FROM (SELECT * FROM version v
             WHERE v.container_id = %(container)s::bigint AND {THEN if past else NOW}
               AND v.name > %(marker)s::text AND v.name >= %(first)s::text
               AND v.name < %(beyond)s::text
             ORDER BY v.name LIMIT %(limit)s::int) AS v
    """,
        before=IN_ORDER,
        spares=_SPARES,
    )


@cache
def json_folders(form: ListingForm, *, past: bool) -> Statement[PageText]:
    """Return the statement that makes the text of a page with folders.

    A folder is ``{"subdir": …}`` in every protocol. past: as it was at ``until``.
    """
    pieces = ", ".join(_pieces(form.fields))
    folder = """concat('{"subdir":', to_json(coalesce(walk.folder, v.name)), '}')"""
    named_as_one = f"WHEN {_NAMES_FOLDER} THEN {folder}" if form.folders_hide else ""
    line = f"""
        CASE WHEN walk.folder IS NOT NULL THEN {folder} {named_as_one}
             ELSE concat({pieces}) END"""
    return Statement(
        f"list_{'past_' if past else ''}{form.name}_json_folders",
        PageText,
        walked(
            THEN if past else NOW,
            f"string_agg({line}, ',' ORDER BY walk.resume) AS text, NULL::text AS last",
        ),
        before=IN_ORDER,
        spares=("marker", *_SPARES),
    )


@cache
def json_containers(form: ContainerListingForm, *, reverse: bool) -> Statement[PageText]:
    """Return the statement that makes the text of a page of containers."""
    order = "DESC" if reverse else "ASC"
    pieces = ", ".join(_pieces(form.fields))
    return Statement(
        f"list_{'falling_' if reverse else ''}{form.name}_containers_json",
        PageText,
        f"""
    SELECT string_agg(concat({pieces}), ',' ORDER BY c.name {order}) AS text, NULL::text AS last
      FROM ({containers_listed(order)}) AS c
    """,
    )


def _pieces(fields: Iterable[ListedField | ContainerField]) -> Iterator[str]:
    """Yield SQL of what an entry is put together from, as few pieces as there can be."""
    text, separator = "{", ""
    for field in fields:
        if not field.sql:
            continue
        start = f'{separator}"{field.name}":'
        separator = ","
        if field.optional:
            if text:
                yield f"'{text}'"
            yield f"'{start}' || {field.sql}"
            text = ""
        else:
            quote = '"' if field.quoted else ""
            yield f"'{text}{start}{quote}'"
            yield field.sql
            text = quote
    yield f"'{text}}}'"
