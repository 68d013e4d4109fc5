"""What a reader asks for: how deep, which objects, in which order, how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from management_api.engine.errors import InvalidParamError
from web.json_values import JSONObject, JSONValue
from web.numbers import whole_number

USUAL_DEPTH: Final = 1
MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class ResourceQuery:
    """What of a resource is read.

    depth: 0 is ids alone, 1 objects, n objects with what they relate to at n - 1.
    filter: the value that each field must have. sort: names of fields, the most important
    first; ``-`` before one is descending. limit: None is all. offset: how many are left out.
    """

    depth: int = USUAL_DEPTH
    filter: JSONObject = field(default_factory=dict)
    sort: Sequence[str] = ()
    limit: int | None = None
    offset: int = 0


def parse_query(params: Mapping[str, str], max_depth: int) -> ResourceQuery:
    """Return what parameters ask for; an empty one is as if it were not there.

    Raises: InvalidParamError.
    """
    return ResourceQuery(
        depth=parse_depth(params, max_depth),
        filter=_filter(params.get("filter", "")),
        sort=_sort(params.get("sort", "")),
        limit=_number(params, "limit", None),
        offset=_number(params, "offset", 0) or 0,
    )


def parse_depth(params: Mapping[str, str], max_depth: int) -> int:
    """Return how deep an answer goes. Raises: InvalidParamError."""
    text = params.get("depth", "")
    depth = whole_number(text, 4) if text else USUAL_DEPTH
    if depth is None or depth > max_depth:
        raise InvalidParamError("depth", f"a whole number from 0 to {max_depth}")
    return depth


def _number(params: Mapping[str, str], name: str, usual: int | None) -> int | None:
    text = params.get(name, "")
    if not text:
        return usual
    number = whole_number(text, MOST_DIGITS)
    if number is None:
        raise InvalidParamError(name, "a whole number, 0 or more")
    return number


def _filter(text: str) -> JSONObject:
    found = _json("filter", text, "a JSON object of fields and values") if text else {}
    if not isinstance(found, dict):
        raise InvalidParamError("filter", "a JSON object of fields and values")
    return found


def _sort(text: str) -> Sequence[str]:
    accepted = "a JSON list of fields, with - for descending"
    found = _json("sort", text, accepted) if text else []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InvalidParamError("sort", accepted)
    return found


def _json(name: str, text: str, accepted: str) -> JSONValue:
    try:
        found: JSONValue = orjson.loads(text)
    except ValueError as error:
        raise InvalidParamError(name, accepted) from error
    return found
