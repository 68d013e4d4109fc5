"""Requests that a signature stands for: signed URLs, and forms."""

from dataclasses import dataclass, replace

from pithos_api.http.parsing.times import MAX_DIGITS
from pithos_api.http.swift.parsing.reading import read_object
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import ReadObject
from web.bodies.multipart import MEDIA_TYPE
from web.numbers import whole_number
from web.request_head import RequestHead


@dataclass(frozen=True, slots=True)
class SignedRead:
    """What the bearer of a signed URL reads.

    file_name: how the file is to be called; None or "" leaves that to the object.
    inline: it is shown, not saved. expires: when the URL does, seconds since the epoch; None where
    it says so in another way.
    """

    wanted: ReadObject
    file_name: str | None
    inline: bool
    expires: int | None


@dataclass(frozen=True, slots=True)
class SignedForm:
    """A form whose files become objects below ``prefix``. place: the path that was signed."""

    place: str
    content_type: str
    container: ContainerPath
    prefix: str


def is_signed(head: RequestHead) -> bool:
    """Return whether the URL is a signed one, rightly or not."""
    return bool(head.query) and ("temp_url_sig" in head.query or "temp_url_expires" in head.query)


def is_form(head: RequestHead) -> bool:
    """Return whether the request is one that a browser sends for a form with files."""
    media_type = head.fields.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    return head.method == "POST" and media_type == MEDIA_TYPE


def read_signed(head: RequestHead, path: ObjectPath) -> SignedRead:
    """Return what is to be read by a signed URL, and how the file is handed out."""
    query = head.query
    expires = query.get("temp_url_expires", "")
    return SignedRead(
        wanted=read_object(head, path),
        file_name=query.get("filename"),
        inline="inline" in query,
        expires=whole_number(expires, MAX_DIGITS),
    )


def read_form(head: RequestHead, path: ContainerPath) -> SignedForm:
    """Return which form it is, and where its files go: anywhere in the container."""
    return SignedForm(head.path, head.fields.get("CONTENT_TYPE", ""), path, prefix="")


def read_form_below(head: RequestHead, path: ObjectPath) -> SignedForm:
    """Return which form it is, and where its files go: to names that begin with the path's."""
    container = ContainerPath(path.account, path.container)
    return replace(read_form(head, container), prefix=path.name)
