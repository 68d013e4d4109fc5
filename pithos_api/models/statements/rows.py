"""Rows of statements: NamedTuples, of which SELECT lists are made, and which are made of rows.

A field may be a NamedTuple itself and then stands for as many columns as that has fields. Where
it may be None, as what an outer join finds, it is None if its first column is NULL.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple, TypeAlias, TypeVar, get_args, get_type_hints

Row = TypeVar("Row", bound=NamedTuple)
Columns: TypeAlias = tuple[Any, ...]
Expressions: TypeAlias = Mapping[str, "str | Expressions"]
Maker: TypeAlias = Callable[[Columns], Row]


class Counted(NamedTuple):
    """How many rows a statement has changed or found."""

    rows: int


class _Part(NamedTuple):
    """A field that is a row of its own."""

    row: type[Any]
    optional: bool


def columns(row: type[NamedTuple], expressions: Expressions) -> str:
    """Return a SELECT list for ``row``: each field's SQL, called as the field, in its order.

    Raises: TypeError: a field has no SQL, or SQL has no field.
    """
    if expressions.keys() != set(row._fields):
        raise TypeError(f"{row.__name__} differs in {expressions.keys() ^ set(row._fields)}")
    parts = _parts(row)
    return ", ".join(_column(name, expressions[name], parts.get(name)) for name in row._fields)


def same_columns(row: type[NamedTuple], table: str) -> dict[str, str]:
    """Return SQL for the fields of ``row`` where ``table`` has columns of just these names."""
    return {name: f"{table}.{name}" for name in row._fields}


def column_names(row: type[NamedTuple]) -> list[str]:
    """Return what the columns of ``row`` are called."""
    return list(_names(row))


def maker_of(row: type[Row]) -> Maker[Row]:
    """Return what makes a ``row`` of the columns that the database sends."""
    parts = _parts(row)
    if not parts:
        return row._make
    spans = []
    start = 0
    for name in row._fields:
        part = parts.get(name)
        stop = start + (len(column_names(part.row)) if part else 1)
        spans.append((start, stop, part))
        start = stop
    return _nested(row, [_picker(*span) for span in spans])


def _nested(row: type[Row], pickers: list[Callable[[Columns], Any]]) -> Maker[Row]:
    def make(found: Columns) -> Row:
        return row._make([pick(found) for pick in pickers])

    return make


def _picker(start: int, stop: int, part: _Part | None) -> Callable[[Columns], Any]:
    """Return what takes one field out of a row."""
    if part is None:
        return itemgetter(start)
    make = maker_of(part.row)
    if part.optional:
        return lambda found: None if found[start] is None else make(found[start:stop])
    return lambda found: make(found[start:stop])


def _column(name: str, expression: "str | Expressions", part: _Part | None) -> str:
    if part is None and isinstance(expression, str):
        return f"{expression} AS {name}"
    if part is not None and not isinstance(expression, str):
        return columns(part.row, expression)
    raise TypeError(f"{name} takes {'an expression' if part is None else 'one for each field'}")


def _names(row: type[NamedTuple]) -> Iterator[str]:
    parts = _parts(row)
    for name in row._fields:
        if name in parts:
            yield from _names(parts[name].row)
        else:
            yield name


def _parts(row: type[NamedTuple]) -> dict[str, _Part]:
    """Return those fields of ``row`` that are rows of their own."""
    found = {}
    for name, hint in get_type_hints(row).items():
        for each in get_args(hint) or (hint,):
            if isinstance(each, type) and issubclass(each, tuple) and hasattr(each, "_fields"):
                found[name] = _Part(each, optional=NoneType in get_args(hint))
    return found
