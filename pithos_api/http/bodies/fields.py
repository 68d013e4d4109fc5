"""Bodies that are small JSON objects: what a request asks for, field by field."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson

from web.bodies.body import NOTHING, RequestBody, read_all
from web.errors import InvalidRequest, NoLengthError
from web.json_values import JSONValue

MAX_DOCUMENT: Final = 64 * 1024

Fields = Mapping[str, JSONValue]


class InvalidFieldsError(InvalidRequest):
    """The body is no JSON object with fields that are known. reason: as in "the body …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the body {reason}")


class InvalidFieldError(InvalidRequest):
    """The value of a field breaks a rule. reason: as in "the field X …"."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the field {name!r} {reason}")


def read_fields(
    open_body: Callable[[], RequestBody], known: frozenset[str], admit: Callable[[], object]
) -> Fields:
    """Return the fields of the body, none where there is no body.

    known: the names that there may be. admit: makes sure, before anything of a body is read, that
    the caller may send one.

    Raises: InvalidFieldsError; UploadTooLargeError, IncompleteBodyError, BrokenBodyError; whatever
        ``admit`` raises.
    """
    try:
        body = open_body()
    except NoLengthError:
        body = NOTHING
    if body.length != 0:
        admit()
    sent = read_all(body, MAX_DOCUMENT)
    try:
        found: JSONValue = orjson.loads(sent) if sent else {}
    except ValueError as error:
        raise InvalidFieldsError("is not JSON") from error
    if not isinstance(found, dict):
        raise InvalidFieldsError("is not a JSON object")
    unknown = sorted(found.keys() - known)
    if unknown:
        raise InvalidFieldsError(f"has a field {unknown[0][:100]!r}, which nobody knows here")
    return found


def choice_of(fields: Fields, name: str, choices: tuple[str, ...]) -> str | None:
    """Return a field that is one of ``choices``, None if it is absent or null.

    Raises: InvalidFieldError.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in choices:
        raise InvalidFieldError(name, f"is one of {', '.join(choices)}")
    return value


def number_of(fields: Fields, name: str, most: int) -> int | None:
    """Return a field that is a whole number from 1 on, None if it is absent or null.

    Raises: InvalidFieldError.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InvalidFieldError(name, f"is a whole number from 1 to {most}")
    return value
