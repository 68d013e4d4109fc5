"""Images and their properties as Compute shows them, in JSON and XML (contract b1, b2)."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from django.template.loader import render_to_string

from images.http.compute.parsing import STATUSES
from images.http.replies import json_reply
from images.values.images import DeletedImage, RegisteredImage, Visibility
from web.json_values import JSONObject, JSONValue
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply

Changes: TypeAlias = tuple[list[RegisteredImage], list[DeletedImage]]

_STATUS_NAMES: Final = {status: name for name, each in STATUSES.items() for status in each}


def brief(image: RegisteredImage) -> dict[str, JSONValue]:
    """Return an image as it is in the plain list."""
    return {"id": image.id, "name": image.name}


def detailed(image: RegisteredImage) -> dict[str, JSONValue]:
    """Return everything about an image but its properties."""
    status = _STATUS_NAMES[image.status]
    detail: dict[str, JSONValue] = {
        **brief(image),
        "updated": image.updated.isoformat(),
        "created": image.created.isoformat(),
        "status": status,
        "progress": 100 if status == "ACTIVE" else 0,
    }
    if image.server is not None:
        detail["serverRef"] = image.server
    return detail


def deleted(image: DeletedImage) -> dict[str, JSONValue]:
    """Return what is told of an image that is gone, in lists of changes."""
    return {
        "id": image.id,
        "name": image.name,
        "updated": image.updated.isoformat(),
        "created": image.created.isoformat(),
        "status": "DELETED",
        "progress": 0,
    }


def with_values(image: RegisteredImage) -> JSONObject:
    """Return everything about an image, as version 1.1 has it."""
    properties = {"metadata": {"values": dict(image.properties)}} if image.properties else {}
    return {**detailed(image), **properties}


def with_links(image: RegisteredImage, base: str, *, detail: bool) -> JSONObject:
    """Return an image as version 2.0 has it. base: where the store is."""
    place = f"{base}/compute/v2.0/images/{image.id}"
    links = [
        {"rel": "self", "href": place},
        {"rel": "bookmark", "href": place},
        {"rel": "alternate", "href": f"{base}/image/v1.0/images/{image.id}"},
    ]
    if not detail:
        return {**brief(image), "links": links}
    return {
        **detailed(image),
        "user_id": image.owner,
        "tenant_id": image.owner,
        "public": image.visibility is Visibility.PUBLIC,
        "is_snapshot": False,
        "minDisk": image.min_disk,
        "minRam": image.min_ram,
        "metadata": dict(image.properties),
        "links": links,
    }


def list_reply(changes: Changes, form: Format, *, detail: bool) -> Reply:
    """Return the list of version 1.1."""
    images, gone = changes
    lost = [deleted(each) if detail else {"id": each.id, "name": each.name} for each in gone]
    if form is Format.JSON:
        values = [with_values(image) if detail else brief(image) for image in images]
        return json_reply(200, {"images": {"values": [*values, *lost]}})
    shown = [_for_xml(image, detail=detail) for image in images]
    shown += [{"attributes": list(each.items()), "metadata": []} for each in lost]
    return _xml(200, "list_images", {"images": shown})


def image_reply(status: int, image: RegisteredImage, form: Format) -> Reply:
    """Return one image of version 1.1."""
    if form is Format.JSON:
        return json_reply(status, {"image": with_values(image)})
    return _xml(status, "image", {"image": _for_xml(image, detail=True)})


def metadata_reply(
    status: int, properties: Mapping[str, str], form: Format, *, values: bool = False
) -> Reply:
    """Return properties. values: under one more key, as version 1.1 lists them."""
    if form is Format.XML:
        return _xml(status, "metadata", {"metadata": list(properties.items())})
    shown: JSONObject = {"values": dict(properties)} if values else dict(properties)
    return json_reply(status, {"metadata": shown})


def meta_reply(status: int, key: str, value: str, form: Format) -> Reply:
    """Return one property."""
    if form is Format.XML:
        return _xml(status, "meta", {"key": key, "value": value})
    return json_reply(status, {"meta": {key: value}})


def _for_xml(image: RegisteredImage, *, detail: bool) -> Mapping[str, object]:
    """Return what the templates show. Pairs: a property may be called ``items``."""
    fields = detailed(image) if detail else brief(image)
    properties = list(image.properties.items()) if detail else []
    return {"attributes": list(fields.items()), "metadata": properties}


def _xml(status: int, template: str, context: Mapping[str, object]) -> Reply:
    body = render_to_string(f"compute/{template}.xml", dict(context)).strip().encode()
    return Reply(status, [("Content-Type", CONTENT_TYPES[Format.XML])], body)
