"""Images and members as Glance shows them (contract b4)."""

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import orjson
from django.http import QueryDict

from images.values.images import RegisteredImage, Status
from images.values.queries import SORT_KEYS, ImageQuery, Share, full_order
from web.json_values import JSONObject, JSONValue

ROOT: Final = "/v2"

_WAITING: Final = frozenset({Status.QUEUED, Status.SAVING})


def image_document(image: RegisteredImage) -> JSONObject:
    """Return an image; its properties are beside its fields."""
    place = f"{ROOT}/images/{image.id}"
    return {
        **image.properties,
        "id": image.id,
        "name": image.name or None,
        "status": "killed" if image.status is Status.ERROR else image.status,
        "visibility": image.visibility,
        "protected": image.protected,
        "os_hidden": image.hidden,
        "owner": image.owner,
        **_content(image),
        "disk_format": image.disk_format or None,
        "container_format": image.container_format or None,
        "min_disk": image.min_disk,
        "min_ram": image.min_ram,
        "tags": list(image.tags),
        "created_at": _time(image.created),
        "updated_at": _time(image.updated),
        "self": place,
        "file": f"{place}/file",
        "schema": f"{ROOT}/schemas/image",
    }


def _content(image: RegisteredImage) -> JSONObject:
    """Return what is told of an image's bytes, once there are any."""
    has_bytes = image.status not in _WAITING
    return {
        "size": image.size if has_bytes else None,
        "virtual_size": None,
        "checksum": image.etag.hex() if has_bytes and image.etag else None,
        "os_hash_algo": "sha512" if image.sha512 else None,
        "os_hash_value": image.sha512 or None,
    }


def images_document(
    images: list[RegisteredImage], query: QueryDict, wanted: ImageQuery
) -> JSONObject:
    """Return a page of the images; one more than a page has says that there is another.

    query: as it was sent, which the links repeat.
    """
    limit = wanted.limit - 1
    document: dict[str, JSONValue] = {
        "images": [image_document(image) for image in images[:limit]],
        "first": _link(query, {}),
        "schema": f"{ROOT}/schemas/images",
    }
    if len(images) > limit > 0:
        document["next"] = _link(query, _place(images[limit - 1], wanted))
    return document


def _place(image: RegisteredImage, wanted: ImageQuery) -> dict[str, str]:
    """Return the parameters that lead on behind an image, even if it is gone by then."""
    columns = [SORT_KEYS[each.key] for each in full_order(wanted)]
    values = [getattr(image, column) for column in columns]
    return {"marker": image.id, "after": orjson.dumps(values).decode()}


def _link(query: QueryDict, place: dict[str, str]) -> str:
    kept = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name not in {"marker", "after", "X-Auth-Token"}
    ]
    kept += place.items()
    return f"{ROOT}/images" + (f"?{urlencode(kept)}" if kept else "")


def member_document(image: str, share: Share) -> JSONObject:
    """Return a member of an image."""
    return {
        "member_id": share.member,
        "image_id": image,
        "status": share.status,
        "created_at": _time(share.created),
        "updated_at": _time(share.updated),
        "schema": f"{ROOT}/schemas/member",
    }


def members_document(image: str, shares: list[Share]) -> JSONObject:
    """Return the members of an image."""
    members = [member_document(image, share) for share in shares]
    return {"members": members, "schema": f"{ROOT}/schemas/members"}


def versions_document(base: str) -> JSONObject:
    """Return which versions there are. base: where the image service is, without a slash."""
    return {
        "versions": [
            {
                "id": f"v2.{minor}",
                "status": "CURRENT" if minor == 9 else "SUPPORTED",
                "links": [{"rel": "self", "href": f"{base}/v2/"}],
            }
            for minor in range(9, -1, -1)
        ]
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
