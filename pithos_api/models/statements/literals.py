"""Lists as literals: of ``ARRAY['a', 'b']`` Postgres looks at each element in turn, as SQL."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from psycopg2.extensions import AsIs

# Of an element between quotes; the literal around it is quoted by the driver.
_ESCAPED: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def with_literals(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return parameters with each list as one literal, to be cast to an array's type.

    Lists are of one type and may have NULLs. The session's standard_conforming_strings is on.
    """
    return {
        name: _literal(value) if isinstance(value, list) else value
        for name, value in parameters.items()
    }


def _literal(values: Sequence[object]) -> object:
    """Return ``{…}``: of numbers and bytes without a look at each character, of text to be quoted.

    Raises: KeyError: they are of another type.
    """
    first = next((value for value in values if value is not None), None)
    if first is None:
        return AsIs("'{" + ",".join(["NULL"] * len(values)) + "}'")
    return _MAKERS[type(first)](values)


def _of_bytes(values: Sequence[bytes | None]) -> AsIs:
    parts = ["NULL" if each is None else '"\\\\x' + each.hex() + '"' for each in values]
    return AsIs("'{" + ",".join(parts) + "}'")


def _of_numbers(values: Sequence[int | None]) -> AsIs:
    return AsIs("'{" + ",".join(["NULL" if each is None else str(each) for each in values]) + "}'")


def _of_texts(values: Sequence[str | None]) -> str:
    parts = ["NULL" if each is None else f'"{each.translate(_ESCAPED)}"' for each in values]
    return "{" + ",".join(parts) + "}"


_MAKERS: Final[Mapping[type, Callable[[Sequence[Any]], object]]] = {
    bytes: _of_bytes,
    int: _of_numbers,
    bool: _of_numbers,
    str: _of_texts,
}
