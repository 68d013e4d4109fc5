"""What values a scalar field has: how they are read, and how they are shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from uuid import UUID

from accounts.fields import Digest
from web.json_values import JSONValue

Kept: TypeAlias = "JSONValue | datetime | UUID | Digest"
"""A value as rows have it."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """A kind of value.

    name: as in "must be …". json, format: its type in a JSON schema.
    read: makes it of what a client sent; raises ValueError, TypeError or OverflowError.
    show: makes JSON of it.
    """

    name: str
    json: str
    read: Callable[[JSONValue], Kept]
    show: Callable[[Kept], JSONValue]
    format: str = ""


def _reversible(make: Callable[[JSONValue], Kept]) -> Callable[[JSONValue], Kept]:
    """Return ``make`` for values that can be made back: "1" is a number, "1 " and 1.1 are none."""

    def read(value: JSONValue) -> Kept:
        made = make(value)
        back: Callable[[Kept], JSONValue] = type(value)
        if back(made) != value:
            raise ValueError(value)
        return made

    return read


def _text(value: JSONValue) -> str:
    if isinstance(value, bool | list | dict):
        raise TypeError(value)
    text = str(value)
    if "\0" in text:
        raise ValueError(text)
    return text


def _truth(value: JSONValue) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _hex(value: JSONValue) -> str:
    text = _text(value)
    if bytes.fromhex(text).hex() != text:
        raise ValueError(text)
    return text


def _uuid(value: JSONValue) -> UUID:
    return UUID(_text(value))


def _time(value: JSONValue) -> datetime:
    if not isinstance(value, str):
        raise TypeError(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def _show_time(value: Kept) -> JSONValue:
    if not isinstance(value, datetime):
        raise TypeError(value)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _texts(value: JSONValue) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(value)
    if not all(isinstance(each, str) for each in value):
        raise ValueError(value)
    return list(map(_text, value))


def _names(value: JSONValue) -> Mapping[str, JSONValue]:
    if not isinstance(value, dict):
        raise TypeError(value)
    _check_texts(value)
    return value


def _check_texts(value: JSONValue) -> None:
    """Make sure that no text within has a NUL, which the database cannot keep."""
    if isinstance(value, str):
        _text(value)
    elif isinstance(value, dict):
        for name, each in value.items():
            _text(name)
            _check_texts(each)
    elif isinstance(value, list):
        for each in value:
            _check_texts(each)


def _show_texts(value: Kept) -> JSONValue:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def _as_it_is(value: Kept) -> JSONValue:
    return value  # type: ignore[return-value]


def _show_text(value: Kept) -> JSONValue:
    return str(value)


def _number(value: JSONValue) -> int:
    if isinstance(value, bool):
        raise TypeError(value)
    return int(value)  # type: ignore[arg-type]


INTEGER: Final = FieldKind("a whole number", "integer", _reversible(_number), _as_it_is, "int64")
TEXT: Final = FieldKind("a text", "string", _reversible(_text), _show_text)
HEX: Final = FieldKind("hex digits", "string", _hex, _show_text)
UUID_TEXT: Final = FieldKind("a UUID", "string", _uuid, _show_text, "uuid")
BOOLEAN: Final = FieldKind("true or false", "boolean", _truth, _as_it_is)
TIME: Final = FieldKind(
    "a time such as 2026-11-29T12:00:00Z", "string", _time, _show_time, "date-time"
)
TEXTS: Final = FieldKind("a list of texts", "array", _texts, _show_texts)
OBJECT: Final = FieldKind("an object of names and values", "object", _names, _as_it_is)
