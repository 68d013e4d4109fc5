"""Images as Plankton shows them (contract b3): JSON, and the headers of one image."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from images.http.plankton.parsing import STATUSES
from images.values.images import RegisteredImage, Visibility
from images.values.queries import Share
from web.fields.encoding import encoded, encoded_name
from web.json_values import JSONObject, JSONValue

_STATUS_NAMES: Final = {status: name for name, each in STATUSES.items() for status in each}


def location_of(image: RegisteredImage) -> str:
    """Return where an image's object is, as registering takes it."""
    return f"pithos://{image.path}"


def short(image: RegisteredImage) -> dict[str, JSONValue]:
    """Return an image as it is in the plain list."""
    return {
        "id": image.id,
        "name": image.name,
        "status": _STATUS_NAMES[image.status],
        "disk_format": image.disk_format,
        "container_format": image.container_format,
        "size": image.size,
    }


def detailed(image: RegisteredImage) -> JSONObject:
    """Return an image as it is in the detailed list."""
    return {
        **short(image),
        "store": "pithos",
        "location": location_of(image),
        "checksum": image.merkle.hex(),
        "created_at": _time(image.created),
        "updated_at": _time(image.updated),
        "deleted_at": "",
        "is_public": image.visibility is Visibility.PUBLIC,
        "owner": image.owner,
        "properties": dict(image.properties),
        "is_snapshot": False,
        "description": image.properties.get("description", ""),
    }


def headers_of_image(image: RegisteredImage) -> Iterator[tuple[str, str]]:
    """Yield the headers that tell of an image: a field each, and a property each."""
    for name, value in detailed(image).items():
        if name not in {"properties", "is_snapshot", "description"}:
            yield f"X-Image-Meta-{_header_name(name)}", encoded(str(value))
    for key, text in image.properties.items():
        name = encoded_name(f"X-Image-Meta-Property-{_header_name(key)}")
        yield name, encoded(text)


def _header_name(key: str) -> str:
    """Return ``os_family`` as ``Os-Family``: punctuation is ``-``."""
    return "-".join(part.capitalize() for part in re.split(r"[\W_]", key))


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def members(shares: list[Share]) -> JSONObject:
    """Return whom an image is shared with."""
    return {"members": [{"member_id": each.member, "can_share": False} for each in shares]}


def shared_images(images: list[RegisteredImage]) -> JSONObject:
    """Return the images that somebody shares with the caller."""
    return {"shared_images": [{"image_id": each.id, "can_share": False} for each in images]}
