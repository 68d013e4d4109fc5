"""Which state of an object is read, and its lists that both dialects have: versions, blocks."""

from typing import Any

from pithos_api.http.operations.table import Call
from pithos_api.http.rendering.fields import object_headers
from pithos_api.http.rendering.lists import render_hashmap, render_versions
from pithos_api.services.objects import reading
from pithos_api.services.objects.large_objects.opening import open_stored
from pithos_api.services.objects.versions.past import version_at
from pithos_api.values import HashMap, ObjectPath
from pithos_api.values.requests import ReadObject
from web.errors import InvalidRequest
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.views import not_modified


class FormatNeededError(InvalidRequest):
    """The answer has a form in JSON and XML only."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"{parameter} needs format=json or format=xml")


def version_of(call: Call[ObjectPath, Any], wanted: ReadObject) -> int | None:
    """Return which version is to be read, None for the current one. Raises: as ``version_at``."""
    if wanted.until is None:
        return wanted.version
    return version_at(call.credentials, call.path, wanted.until)


def get_versions(call: Call[ObjectPath, ReadObject]) -> Reply:
    """List the object's versions."""
    form = _needed(call.wanted, "version=list")
    versions = reading.list_object_versions(call.credentials, call.path)
    headers = [("Content-Type", CONTENT_TYPES[form])]
    return Reply(200, headers, render_versions(form, call.path.name, versions))


def get_hashmap(call: Call[ObjectPath, ReadObject]) -> Reply:
    """List the object's blocks, as it is stored."""
    wanted = call.wanted
    state = open_stored(call.credentials, call.path, version_of(call, wanted), content=True)
    form = _needed(wanted, "hashmap")
    headers = [field for field in object_headers(state, call.origin) if field[0] != "Content-Type"]
    version = state.version
    unchanged = not_modified(wanted.conditions, state.subject, headers)
    if unchanged is not None:
        return unchanged
    body = render_hashmap(form, state.path.name, HashMap(version.size, tuple(version.digests)))
    return Reply(200, [*headers, ("Content-Type", CONTENT_TYPES[form])], body)


def _needed(wanted: ReadObject, parameter: str) -> Format:
    if wanted.form is None:
        raise FormatNeededError(parameter)
    return wanted.form
