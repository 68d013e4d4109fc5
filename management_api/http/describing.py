"""What OpenAPI says of the resources: made by drf-spectacular of their views and fields."""

from typing import Any, Final, cast

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from management_api.engine.fields import Calc, Field, Rel, Scalar
from management_api.engine.resource import Resource
from management_api.http.routes import VIEWS, urlpatterns
from web.json_values import JSONObject

_JSON: Final = "application/json"
_SUMMARIES: Final = {
    "GET": "Show {}",
    "POST": "Make one {0}, or several: all or none",
    "PUT": "Make {0} with this id",
    "PATCH": "Change fields of {0}",
    "DELETE": "Delete {0}",
}
_DONE: Final = {"GET": "200", "POST": "201", "PUT": "201", "PATCH": "200", "DELETE": "200"}
_REFUSED: Final = (400, 401, 403, 404, 405, 408, 409, 411, 413, 414, 415, 429, 431, 503)
_QUERY: Final = {
    "depth": "How deep related objects are shown: 0 for ids alone, 1 for objects.",
    "filter": 'A JSON object: {"field": value}. All of it must hold.',
    "sort": 'A JSON list of fields, each with "-" before it for the other direction.',
    "limit": "At most so many objects.",
}


class ResourceSchema(AutoSchema):
    """Describes the two views of a resource."""

    @property
    def _resource(self) -> Resource:
        view: Any = self.view
        return cast(Resource, view.resource)

    @property
    def _is_collection(self) -> bool:
        return "{" not in self.path

    def get_operation(self, *args: Any, **more: Any) -> dict[str, Any]:
        """Return what drf-spectacular says, with the errors that any request may have."""
        operation = super().get_operation(*args, **more) or {}
        responses = operation["responses"]
        refused = {str(c): {"$ref": f"#/components/responses/E{c}"} for c in _REFUSED}
        return {**operation, "responses": {**responses, **refused}}

    def get_tags(self) -> list[str]:
        """One for all resources."""
        return ["management"]

    def get_operation_id(self) -> str:
        """The verb, the resource, and whether it is about one object."""
        many = "all" if self._is_collection else "one"
        return f"management-{self.method.lower()}-{self._resource.name}-{many}"

    def get_summary(self) -> str:
        """What the verb does with the resource."""
        many = " objects" if self._is_collection and self.method == "GET" else ""
        return _SUMMARIES[self.method].format(f"{self._resource.name}{many}")

    def get_auth(self) -> list[dict[str, list[str]]]:
        """As everywhere."""
        return [{"token": []}, {"bearer": []}]

    def get_override_parameters(self) -> list[Any]:
        """What a collection, or a request about one object, may be asked with."""
        names = _QUERY if self._is_collection and self.method == "GET" else ("depth",)
        return [OpenApiParameter(name, str, description=_QUERY[name]) for name in names]

    def get_request_serializer(self) -> Any:
        """What is sent: the fields that somebody may write."""
        if self.method not in {"POST", "PUT", "PATCH"}:
            return None
        one = _schema_of(self._resource, written=True, new=self.method != "PATCH")
        both = {"oneOf": [one, {"type": "array", "items": one}]}
        return {_JSON: both if self.method == "POST" else one}

    def get_response_serializers(self) -> Any:
        """What is answered: an object, a list, ids where depth is 0, null after DELETE."""
        code = _DONE[self.method]
        if self.method == "DELETE":
            return {(code, _JSON): {"type": "null"}}
        one = _schema_of(self._resource, written=False)
        shown: dict[str, Any] = {"oneOf": [one, {"type": ["string", "integer"]}]}
        listed = {"type": "array", "items": shown}
        if self._is_collection:
            shown = listed if self.method == "GET" else {"oneOf": [*shown["oneOf"], listed]}
        return {(code, _JSON): shown}


def paths() -> JSONObject:
    """Return the paths of the resources, and what they say of HEAD."""
    for view in VIEWS.values():
        view.schema = ResourceSchema()
    generator: Any = SchemaGenerator
    found = generator(patterns=urlpatterns).get_schema(public=True)["paths"]
    return {path: _with_head(item) for path, item in found.items()}


def _with_head(item: Any) -> JSONObject:
    shown = item["get"]
    bodiless = {
        code: {"description": "As GET, without a body."} if code == "200" else said
        for code, said in shown["responses"].items()
    }
    operation_id = shown["operationId"].replace("-get-", "-head-")
    head = {**shown, "operationId": operation_id, "responses": bodiless}
    return {**item, "head": {**head, "summary": "The same without a body"}}


def _schema_of(resource: Resource, *, written: bool, new: bool = False) -> JSONObject:
    """Return the schema of an object. written: as clients send it; new: of one that is made."""
    fields = [each for each in resource.fields if not each.hidden]
    shown = [each for each in fields if not (written and each.readonly)]
    properties: JSONObject = {each.name: _field(each, written=written) for each in shown}
    needed = [each.name for each in shown if new and getattr(each, "required", False)]
    needs: JSONObject = {"required": list(needed)} if needed else {}
    if not written:
        properties = {"id": _field(resource.id_field, written=False), **properties}
    return {"type": "object", "description": resource.help, "properties": properties, **needs}


def _field(field: Field, *, written: bool) -> JSONObject:
    said: JSONObject = {"description": field.help} if field.help else {}
    if isinstance(field, Rel):
        one: JSONObject = {"type": ["string", "integer", "object", "null"]}
        return {**said, **({"type": "array", "items": one} if field.multi else one)}
    assert isinstance(field, Scalar | Calc)  # noqa: S101 - there is no fourth
    kind = field.kind
    if kind.json in {"array", "object"}:
        return said if kind.json == "object" else {**said, "type": ["array", "null"]}
    if written:  # casts that can be undone are taken, and null clears
        return said
    form: JSONObject = {"format": kind.format} if kind.format else {}
    return {**said, "type": kind.json, **form}
