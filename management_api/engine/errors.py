"""What can be wrong with a request for resources.

Each error is of one category (``web/errors.py``). ``code`` and ``details`` are what clients read
(contract resources b); the message says the same to people.
"""

from collections.abc import Mapping
from typing import ClassVar

from web.errors import InvalidRequest, NotFound, PithosError, Unauthorized
from web.json_values import JSONObject, JSONValue


class EngineError(PithosError):
    """The root of them. details: what the client is told besides the code."""

    code: ClassVar[str] = "SERVER_ERROR"

    def __init__(self, message: str, details: JSONObject) -> None:
        super().__init__(message)
        self.details = details


class FieldError(EngineError, InvalidRequest):
    """What was asked of a field cannot be. said: the message, of ``{resource}`` and ``{field}``."""

    said: ClassVar[str]

    def __init__(self, resource: str, field: str) -> None:
        details: JSONObject = {"object_name": resource, "field_name": field}
        super().__init__(self.said.format(resource=resource, field=shown(field)), details)


class UnknownFieldError(FieldError):
    """The resource has no field of this name."""

    code, said = "FIELD_DOES_NOT_EXISTS", "{resource} has no field {field}"


class ReadonlyFieldError(FieldError):
    """Nobody may write the field."""

    code, said = "FIELD_IS_READONLY", "{field} of {resource} cannot be written"


class ForbiddenFieldError(FieldError):
    """The actor may not write the field, or not any more."""

    code = "FIELD_UPDATE_FORBIDDEN"
    said = "you cannot write {field} of {resource}, or not any more"


class ForbiddenSearchError(FieldError):
    """Nothing is found or sorted by this field."""

    code, said = "SEARCH_FORBIDDEN", "{resource} is not found or sorted by {field}"


class InvalidParamError(EngineError, InvalidRequest):
    """A parameter of the query has a value that it may not have. accepted: those that it may."""

    code = "BAD_PARAM_VALUE"

    def __init__(self, param: str, accepted: str) -> None:
        details = {"param_name": param, "accepted_values": accepted}
        super().__init__(f"the parameter {param} must be {accepted}", details)


class FieldValueError(EngineError, InvalidRequest):
    """A field has a value that it may not have. kind: what it must be."""

    code = "BAD_FIELD_VALUE"

    def __init__(self, resource: str, field: str, value: object, kind: str) -> None:
        message = f"{field} of {resource} must be {kind}, not {shown(value)}"
        details: dict[str, JSONValue] = {
            "msg": message,
            "value": shown(value),
            "type": kind,
            "object_name": resource,
            "field_name": field,
        }
        super().__init__(message, details)


class InvalidObjectError(EngineError, InvalidRequest):
    """The object as a whole cannot be. reason: as in "the request …"."""

    code = "BAD_REQUEST"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the request {reason}", {"msg": f"the request {reason}"})


class UnknownActorError(EngineError, Unauthorized):
    """Nobody is known to call."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("this needs a token", {})


class UnknownObjectError(EngineError, NotFound):
    """There is no such object, or the actor may not know of it. key: "" is the resource itself."""

    code = "OBJECT_DOES_NOT_EXIST"

    def __init__(self, resource: str, key: object = "") -> None:
        details: Mapping[str, JSONValue] = {"object_name": resource, "object_id": as_json(key)}
        super().__init__(f"there is no {shown(resource)} {shown(key)}", details)


def as_json(value: object) -> JSONValue:
    """Return a value as it was sent, if it is short, else its beginning."""
    return value if isinstance(value, int | float | None) else shown(value)


def shown(value: object) -> str:
    """Return a value as a message names it: printable, and not long."""
    text = value if isinstance(value, str) else repr(value)
    return "".join(each if each.isprintable() else "?" for each in text[:200])
