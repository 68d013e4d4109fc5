"""Parameters as literals: of a list, the driver would look at each element in turn, as SQL."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

# Of an element between quotes, in a literal of its own.
_ESCAPED: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "'": "''"})


def with_literals(statement: str, parameters: Mapping[str, object]) -> str:
    """Return a statement with literals for its ``%(name)s``, each of which is cast to its type.

    Lists are of one type and may have NULLs. The session's standard_conforming_strings is on.

    Raises: KeyError: a parameter is missing, or of another type. ValueError: a text has a NUL,
    where the driver would cut the statement.
    """
    literals = {name: _MAKERS[type(value)](value) for name, value in parameters.items()}
    text = statement % literals
    if "\0" in text:
        raise ValueError("a parameter has a NUL")
    return text


def _list(values: Sequence[Any]) -> str:
    first = next((value for value in values if value is not None), None)
    return "'{" + ",".join(_ELEMENTS[type(first)](values)) + "}'"


def _bytes_within(values: Sequence[bytes | None]) -> list[str]:
    return ["NULL" if each is None else '"\\\\x' + each.hex() + '"' for each in values]


def _numbers_within(values: Sequence[int | None]) -> list[str]:
    return ["NULL" if each is None else str(each) for each in values]


def _texts_within(values: Sequence[str | None]) -> list[str]:
    return ["NULL" if each is None else f'"{each.translate(_ESCAPED)}"' for each in values]


def _nothing_within(values: Sequence[None]) -> list[str]:
    return ["NULL"] * len(values)


_MAKERS: Final[Mapping[type, Callable[[Any], str]]] = {
    bool: str,
    bytes: lambda value: f"'\\x{value.hex()}'",
    int: str,
    list: _list,
    str: lambda value: "'" + value.replace("'", "''") + "'",
}
_ELEMENTS: Final[Mapping[type, Callable[[Sequence[Any]], list[str]]]] = {
    bool: _numbers_within,
    bytes: _bytes_within,
    int: _numbers_within,
    str: _texts_within,
    type(None): _nothing_within,
}
