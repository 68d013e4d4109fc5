"""What a client sent of an object, field by field, before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from management_api.engine.actors import Actor
from management_api.engine.errors import (
    FieldValueError,
    ForbiddenFieldError,
    InvalidObjectError,
    ReadonlyFieldError,
)
from management_api.engine.fields import Calc, Field, Rel, Scalar, Values
from management_api.engine.resource import Resource
from management_api.engine.searching import read_value
from web.json_values import JSONObject, JSONValue


class Way(Enum):
    """How an object is written."""

    CREATE = "create"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent. values: of scalars, as they are kept; rels: of relations, as they came."""

    values: dict[str, object]
    rels: list[tuple[Rel, JSONValue]]


def check_object(
    actor: Actor, resource: Resource, content: JSONValue, way: Way, given: Values
) -> Sent:
    """Return what a client sent of an object, in the order in which fields are declared.

    given: fields that are known without the client, who is not asked for them.

    Raises: InvalidObjectError, UnknownFieldError, ReadonlyFieldError, ForbiddenFieldError,
        FieldValueError.
    """
    if not isinstance(content, dict):
        raise InvalidObjectError(f"must have an object of fields for each {resource.name}")
    for name in content:
        _check_writable(actor, resource, resource.field(name), way)
    values: dict[str, object] = dict(_defaults(resource)) if way is Way.CREATE else {}
    rels: list[tuple[Rel, JSONValue]] = []
    for each in resource.fields:
        if each.name not in content or each.name in given:
            continue
        if isinstance(each, Rel):
            rels.append((each, _checked_rel(resource, each, content[each.name])))
        else:
            values |= _values(resource, each, content[each.name])
    if way is Way.CREATE:
        _check_complete(resource, content, given)
    return Sent(values, rels)


def _check_writable(actor: Actor, resource: Resource, each: Field, way: Way) -> None:
    cannot = isinstance(each, Calc) and each.setter is None
    if each.readonly or cannot:
        raise ReadonlyFieldError(resource.name, each.name)
    if (each.at_creation and way is Way.CHANGE) or not each.writable(actor):
        raise ForbiddenFieldError(resource.name, each.name)


def _defaults(resource: Resource) -> Iterator[tuple[str, object]]:
    for each in resource.fields:
        if isinstance(each, Scalar) and each.default is not None:
            yield each.name, each.default


def _check_complete(resource: Resource, content: JSONObject, given: Values) -> None:
    for each in resource.fields:
        required = isinstance(each, Scalar | Rel) and each.required
        if required and content.get(each.name) is None and each.name not in given:
            raise InvalidObjectError(f"must say {each.name} of the {resource.name}")


def _values(resource: Resource, each: Field, value: JSONValue) -> Values:
    """Return what a value sets."""
    if isinstance(each, Calc) and each.setter is not None:
        scalar = Scalar(each.name, each.kind)
        return each.setter(None if value is None else read_value(resource, scalar, value))
    if isinstance(each, Scalar) and value is not None:
        return {each.name: read_value(resource, each, value)}
    return {each.name: None}


def _checked_rel(resource: Resource, rel: Rel, value: JSONValue) -> JSONValue:
    """Return ids and objects as they were sent. Raises: FieldValueError."""
    one = f"the id of a {rel.stores}, or a new one"
    if not rel.multi:
        if value is not None and not _is_related(value):
            raise FieldValueError(resource.name, rel.name, value, one)
        return value
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(map(_is_related, listed)):
        raise FieldValueError(resource.name, rel.name, value, f"a list, each {one}")
    return listed


def _is_related(value: JSONValue) -> bool:
    return isinstance(value, str | int | dict) and not isinstance(value, bool)
