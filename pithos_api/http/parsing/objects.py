import mimetypes
import re
from collections.abc import Callable
from typing import TypeAlias

from django.conf import settings

from pithos_api.errors import NoContentTypeError
from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.metadata import meta_headers
from pithos_api.http.parsing.sharing import share_change
from pithos_api.http.parsing.times import read_expiry
from pithos_api.services.metadata import apply_change, require_description
from pithos_api.values import Details, MetaChange, MetaLimit, ObjectPath
from pithos_api.values.requests import MapUpload, Upload
from web.errors import InvalidRequest
from web.fields.preferences import prefers
from web.headers import checked, decoded_header, header
from web.negotiation import asked_format
from web.request_head import RequestHead

OCTET_STREAM = "application/octet-stream"
RESPOND_ASYNC = "respond-async"

TypeOf: TypeAlias = Callable[[RequestHead, str], str]

_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def content_type(head: RequestHead, name: str) -> str:
    """Return the type as sent, else guessed from the name (contract Δ20).

    Some clients send none, or a word such as ``false`` that is no type.

    Raises: NoContentTypeError.
    """
    value = given_type(head)
    if value is not None:
        return value
    if settings.PITHOS_STRICT_CONTENT_TYPE:
        raise NoContentTypeError
    return guessed_type(name)


def read_upload(
    head: RequestHead,
    path: ObjectPath,
    limit: MetaLimit | None = None,
    type_of: TypeOf = content_type,
) -> Upload:
    """Return what a PUT says of the object that its body is (contract §2.4).

    limit: of its metadata, as of ``MetaChange``. type_of: what its type is.

    Raises: InvalidRequest; NoContentTypeError.
    """
    if header(head, "Content-Range"):
        raise PartialPutError
    return Upload(
        details=read_details(head, path.name, limit, type_of),
        conditions=write_conditions(head),
        etag=read_body_etag(head),
        share=share_change(head),
    )


def read_map_upload(head: RequestHead, path: ObjectPath) -> MapUpload:
    """Return what a PUT of a hashmap says of the object, of the form of the map, and of its MD5.

    Raises: as ``read_upload``.
    """
    upload = read_upload(head, path)
    return MapUpload(upload, asked_format(head), later=prefers(head, RESPOND_ASYNC))


def read_form_type(head: RequestHead, _: ObjectPath) -> str:
    """Return the Content-Type of a form, which tells its boundary."""
    return str(head.fields.get("CONTENT_TYPE", ""))


def read_details(
    head: RequestHead,
    name: str,
    limit: MetaLimit | None = None,
    type_of: TypeOf = content_type,
) -> Details:
    """Return what a PUT says of the object. limit, type_of: as of ``read_upload``.

    Raises: InvalidRequest; NoContentTypeError.
    """
    meta = meta_headers(head, "X-Object-Meta-", limit)
    details = Details(
        content_type=type_of(head, name),
        content_encoding=header(head, "Content-Encoding") or None,
        content_disposition=header(head, "Content-Disposition") or None,
        manifest=decoded_header(head, "X-Object-Manifest") or None,
        expires=read_expiry(head) or None,
        meta=apply_change({}, MetaChange(meta, replace=True, limit=limit)),
    )
    require_description(details)
    return details


def guessed_type(name: str) -> str:
    """Return the type that an object's name ends like."""
    if "." not in name:
        return OCTET_STREAM
    # As a path: of a name such as "data:x/y,z" the beginning would be taken for the type, and newer
    # versions of Python would take "/[x" behind a slash for an address that is none.
    return mimetypes.guess_type(f"./{name}")[0] or OCTET_STREAM


def given_type(head: RequestHead) -> str | None:
    """Return the request's Content-Type, None where it is none.

    Raises: InvalidHeaderError.
    """
    value = sent_type(head)
    return value if _MEDIA_TYPE.match(value) else None


def sent_type(head: RequestHead) -> str:
    """Return the request's Content-Type, whatever it says. Raises: InvalidHeaderError."""
    return checked(head, "Content-Type", head.fields.get("CONTENT_TYPE", "").strip(" "))


def read_body_etag(head: RequestHead) -> str | None:
    """Return what the client takes for the body's MD5 or Merkle hash, without quotes.

    None where any will do.
    What is no hash at all is not the body's either: that is told when the body would be read.
    """
    value: str = head.fields.get("HTTP_ETAG", "")
    return value.strip().strip('"').lower() if value else None


class PartialPutError(InvalidRequest):
    """A PUT brings a part of an object, which would be stored as the whole (RFC 9110 §14.5)."""

    def __init__(self) -> None:
        super().__init__("PUT stores whole objects; send a part by POST with Content-Range")
