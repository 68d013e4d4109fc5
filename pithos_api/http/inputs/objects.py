import mimetypes
import re

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest, NoContentTypeError
from pithos_api.http.body import open_body
from pithos_api.http.conditions import write_conditions
from pithos_api.http.headers import (
    InvalidHeaderError,
    decoded_header,
    header,
    meta_headers,
    share_change,
)
from pithos_api.http.inputs.hashmaps import read_hashmap
from pithos_api.http.inputs.times import read_expiry
from pithos_api.services.hashmaps import MapUpload
from pithos_api.services.metadata import apply_change, require_description
from pithos_api.services.uploads import Upload
from pithos_api.values import MD5_SIZE, Details, MetaChange, MetaLimit

OCTET_STREAM = "application/octet-stream"

_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def read_upload(request: WSGIRequest, name: str, limit: MetaLimit | None = None) -> Upload:
    """Return what a PUT of data brings; its body is not read yet (contract §2.4).

    limit: of its metadata, as of ``MetaChange``.

    Raises: InvalidRequest; NoContentTypeError, NoLengthError.
    """
    return Upload(
        details=read_details(request, name, limit),
        body=open_body(request),
        conditions=write_conditions(request),
        etag=read_body_etag(request),
        share=share_change(request),
    )


def read_map_upload(request: WSGIRequest, name: str) -> MapUpload:
    """Return what a PUT of a hashmap brings (contract §2.4).

    Raises: as ``read_upload``; InvalidHashMapError.
    """
    details = read_details(request, name)
    return MapUpload(
        hashmap=read_hashmap(request),
        details=details,
        conditions=write_conditions(request),
        etag=read_body_etag(request),
        share=share_change(request),
    )


def read_details(request: WSGIRequest, name: str, limit: MetaLimit | None = None) -> Details:
    """Return what a PUT says of the object.

    Raises: InvalidRequest; NoContentTypeError.
    """
    meta = meta_headers(request, "X-Object-Meta-")
    details = Details(
        content_type=_content_type(request, name),
        content_encoding=header(request, "Content-Encoding") or None,
        content_disposition=header(request, "Content-Disposition") or None,
        manifest=decoded_header(request, "X-Object-Manifest") or None,
        expires=read_expiry(request) or None,
        meta=apply_change({}, MetaChange(meta, replace=True, limit=limit)),
    )
    require_description(details)
    return details


def _content_type(request: WSGIRequest, name: str) -> str:
    """Return the type as sent, else guessed from the name (contract Δ20).

    Some clients send none, or a word such as ``false`` that is no type.
    """
    value = given_type(request)
    if value is not None:
        return value
    if settings.PITHOS_STRICT_CONTENT_TYPE:
        raise NoContentTypeError
    # As a path: of a name such as "data:x/y,z" the beginning would be taken for the type.
    return mimetypes.guess_type(f"/{name}")[0] or OCTET_STREAM


def given_type(request: WSGIRequest) -> str | None:
    """Return the request's Content-Type, None where it is none.

    Raises: InvalidHeaderError.
    """
    value: str = request.META.get("CONTENT_TYPE", "").strip(" ")
    if not (value.isascii() and value.isprintable()):
        raise InvalidHeaderError("Content-Type", "has characters other than printable ASCII")
    return value if _MEDIA_TYPE.match(value) else None


def read_body_etag(request: WSGIRequest) -> bytes | None:
    """Return the MD5 that the body must have, None where any will do.

    Raises: InvalidETagError.
    """
    value = header(request, "ETag")
    if not value:
        return None
    try:
        etag = bytes.fromhex(value.strip().strip('"'))
    except ValueError:
        etag = b""
    if len(etag) != MD5_SIZE:
        raise InvalidETagError(value)
    return etag


class InvalidETagError(InvalidRequest):
    def __init__(self, value: str) -> None:
        super().__init__(f"the ETag header {value[:40]!r} is not an MD5 in hex")
