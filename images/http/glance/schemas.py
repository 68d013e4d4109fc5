"""What Glance says of its documents; clients make their model of an image of it (contract b4)."""

from typing import Final

from web.json_values import JSONObject, JSONValue

DISK_FORMATS: Final = (
    *("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"),
    *("diskdump", "extdump", "ntfsdump"),
)
CONTAINER_FORMATS: Final = ("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed")
STATUSES: Final = ("queued", "saving", "active", "killed", "deactivated")
MEMBER_STATUSES: Final = ("pending", "accepted", "rejected")

_UUID: Final = (
    "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"
)
_MAY_BE_NULL: Final[JSONValue] = ["null", "string"]
_LINKS: Final[JSONValue] = [
    {"rel": "self", "href": "{self}"},
    {"rel": "enclosure", "href": "{file}"},
    {"rel": "describedby", "href": "{schema}"},
]


def _read_only(description: str, **more: JSONValue) -> JSONObject:
    return {"type": "string", "readOnly": True, "description": description, **more}


def _number(description: str) -> JSONObject:
    return {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "description": description}


_PROPERTIES: Final[JSONObject] = {
    "id": {"type": "string", "pattern": _UUID, "description": "An identifier for the image"},
    "name": {"type": _MAY_BE_NULL, "maxLength": 255, "description": "Its name"},
    "status": _read_only("Status of the image", enum=list(STATUSES)),
    "visibility": {
        "type": "string",
        "enum": ["public", "shared", "private"],
        "description": "Who sees the image",
    },
    "protected": {"type": "boolean", "description": "Whether it cannot be deleted"},
    "os_hidden": {"type": "boolean", "description": "Whether lists leave it out"},
    "owner": {"type": _MAY_BE_NULL, "maxLength": 256, "description": "The owner's account"},
    "size": {"type": ["null", "integer"], "readOnly": True, "description": "Bytes of the image"},
    "virtual_size": {
        "type": ["null", "integer"],
        "readOnly": True,
        "description": "Bytes of the disk in the image",
    },
    "checksum": _read_only("MD5 of the bytes", type=_MAY_BE_NULL, maxLength=32),
    "os_hash_algo": _read_only("How os_hash_value is made", type=_MAY_BE_NULL),
    "os_hash_value": _read_only("Hash of the bytes", type=_MAY_BE_NULL),
    "disk_format": {
        "type": _MAY_BE_NULL,
        "enum": [None, *DISK_FORMATS],
        "description": "Format of the disk",
    },
    "container_format": {
        "type": _MAY_BE_NULL,
        "enum": [None, *CONTAINER_FORMATS],
        "description": "Format of the container",
    },
    "min_disk": _number("GiB of disk that a server needs"),
    "min_ram": _number("MiB of memory that a server needs"),
    "tags": {
        "type": "array",
        "items": {"type": "string", "maxLength": 255},
        "description": "Words that the image is found by",
    },
    "created_at": _read_only("When the image was registered"),
    "updated_at": _read_only("When it was changed last"),
    "self": _read_only("Where the image is"),
    "file": _read_only("Where its bytes are"),
    "schema": _read_only("What is said of images"),
}
_MEMBER_PROPERTIES: Final[JSONObject] = {
    "member_id": {"type": "string", "description": "The account that it is shared with"},
    "image_id": {"type": "string", "pattern": _UUID, "description": "The image"},
    "status": {"type": "string", "enum": list(MEMBER_STATUSES), "description": "What it says"},
    "created_at": {"type": "string", "description": "Since when it is shared"},
    "updated_at": {"type": "string", "description": "When that was changed last"},
    "schema": {"type": "string", "readOnly": True},
}

BASE: Final = frozenset(_PROPERTIES)
"""The keys of an image that are no properties."""

_IMAGE: Final[JSONObject] = {
    "name": "image",
    "properties": _PROPERTIES,
    "additionalProperties": {"type": "string"},
    "links": _LINKS,
}
_MEMBER: Final[JSONObject] = {"name": "member", "properties": _MEMBER_PROPERTIES}


def _many(name: str, one: JSONObject) -> JSONObject:
    text: JSONObject = {"type": "string"}
    return {
        "name": name,
        "properties": {
            name: {"type": "array", "items": one},
            "first": text,
            "next": text,
            "schema": text,
        },
        "links": [
            {"rel": "first", "href": "{first}"},
            {"rel": "next", "href": "{next}"},
            {"rel": "describedby", "href": "{schema}"},
        ],
    }


SCHEMAS: Final[dict[str, JSONObject]] = {
    "image": _IMAGE,
    "images": _many("images", _IMAGE),
    "member": _MEMBER,
    "members": _many("members", _MEMBER),
}
