"""What a listing says of each container (contract §2.2): once for SQL and once for Python."""

from typing import Any

import orjson

from pithos_api.http.pithos.rendering.documents import finished, listing_in_xml
from pithos_api.http.pithos.rendering.fields import keys_of
from pithos_api.values import (
    ContainerField,
    ContainerListing,
    ContainerListingForm,
    ContainerState,
    FieldValue,
)
from web.documents import iso_time, json_list, text_lines
from web.negotiation import Format

_TIME = """to_char(c.modified, 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')"""
_POLICIES = """
    concat('{"quota":"', c.quota, '","versioning":"', c.versioning, '"',
           ',"keep_days":"' || c.keep_days || '"', ',"keep_versions":"' || c.keep_versions || '"',
           '}')"""
# Marked as metadata of objects are, see ``objects``.
_META = "CASE WHEN c.meta <> '{}' THEN chr(2) || c.meta::text || chr(2) END"


def _policies(state: ContainerState) -> dict[str, str]:
    kept = {"keep_days": state.keep_days, "keep_versions": state.keep_versions}
    limits = {name: str(limit) for name, limit in kept.items() if limit is not None}
    return {"quota": str(state.quota), "versioning": state.versioning, **limits}


def _until(state: ContainerState) -> FieldValue:
    return None if state.until_change is None else int(state.until_change.timestamp())


CONTAINERS = ContainerListingForm(
    "pithos",
    (
        ContainerField("name", "to_json(c.name)", lambda state: state.name),
        ContainerField("count", "c.object_count", lambda state: state.object_count),
        ContainerField("bytes", "c.byte_count", lambda state: state.byte_count),
        ContainerField("last_modified", _TIME, lambda state: iso_time(state.modified), quoted=True),
        ContainerField("x_container_policy", _POLICIES, _policies),
        ContainerField("x_container_until_timestamp", "", _until, optional=True),
        ContainerField("x_container_meta", _META, lambda state: keys_of(state.meta), optional=True),
    ),
)


def container_fields(state: ContainerState) -> dict[str, Any]:
    """Return a container's entry; others than the owner see less."""
    if not state.owned:
        return {"name": state.name, "last_modified": iso_time(state.modified)}
    return CONTAINERS.show(state)


def render_containers(form: Format, account: str, listing: ContainerListing) -> bytes:
    """Return an account's listing."""
    if listing.json is not None:
        return json_list([finished(listing.json)])
    states = [each for each in listing.containers if not isinstance(each, str)]
    if form is Format.TEXT:
        return text_lines(state.name for state in states)
    if form is Format.JSON:
        return orjson.dumps(list(map(container_fields, states)))
    return listing_in_xml(("account", account), "container", map(container_fields, states))
