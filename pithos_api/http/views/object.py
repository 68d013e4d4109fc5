from collections.abc import Iterator
from itertools import chain

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.authentication import credentials_of
from pithos_api.http.conditions import Subject, range_still_applies
from pithos_api.http.inputs.objects import read_upload
from pithos_api.http.names import object_path
from pithos_api.http.outputs import http_date, object_headers
from pithos_api.http.ranges import ByteRange, Multipart, parse_ranges
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import APIView, not_modified
from pithos_api.services import deletions, downloads, uploads
from pithos_api.values import StoredVersion


class ObjectView(APIView):
    """``/v1/A/C/O`` (contract §2.4)."""

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 412."""
        credentials = credentials_of(request)
        path = object_path(account, container, name)
        version = downloads.open_object(credentials, path, content=False)
        headers = list(object_headers(version))
        unchanged = not_modified(request, Subject(version.modified, version.etag), headers)
        return unchanged or Reply(200, [*headers, ("Content-Length", str(version.size))])

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 416 503."""
        credentials = credentials_of(request)
        path = object_path(account, container, name)
        version = downloads.open_object(credentials, path)
        headers = list(object_headers(version))
        subject = Subject(version.modified, version.etag)
        return not_modified(request, subject, headers) or _data(request, version, headers)

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version; errors 400 401 403 404 408 411 412 413 422 507."""
        credentials = credentials_of(request)
        path = object_path(account, container, name)
        stored = uploads.store_object(credentials, path, read_upload(request, name))
        headers = [
            ("ETag", stored.etag.hex()),
            ("X-Object-Version", str(stored.serial)),
            ("Last-Modified", http_date(stored.modified)),
        ]
        return Reply(201, headers)

    def delete(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """204; errors 400 401 403 404."""
        deletions.delete_object(credentials_of(request), object_path(account, container, name))
        return Reply(204)


def _data(request: WSGIRequest, version: StoredVersion, headers: list[tuple[str, str]]) -> Reply:
    """Return the object's bytes, or those that Range selects."""
    ranges = _ranges(request, version)
    if ranges is None:
        return _stream(200, version, ByteRange(0, version.size), headers)
    if len(ranges) == 1:
        headers.append(("Content-Range", ranges[0].content_range(version.size)))
        return _stream(206, version, ranges[0], headers)
    parts = Multipart(ranges, version.size)
    kept = [field for field in headers if field[0] != "Content-Type"]
    kept.append(("Content-Type", f"multipart/byteranges; boundary={parts.boundary}"))
    kept.append(("Content-Length", str(parts.length)))
    return Reply(206, kept, _parts(version, parts))


def _ranges(request: WSGIRequest, version: StoredVersion) -> list[ByteRange] | None:
    value = request.META.get("HTTP_RANGE")
    if not value:
        return None
    if not range_still_applies(request, Subject(version.modified, version.etag)):
        return None
    return parse_ranges(value, version.size)


def _stream(
    status: int, version: StoredVersion, part: ByteRange, headers: list[tuple[str, str]]
) -> Reply:
    """Return one run of bytes. The first piece is read now, so that damage is still a 503."""
    pieces = downloads.read_content(version, part.start, part.stop)
    first = next(pieces, b"")
    length = part.stop - part.start
    if len(first) == length:
        return Reply(status, headers, first)
    headers.append(("Content-Length", str(length)))
    return Reply(status, headers, chain((first,), pieces))


def _parts(version: StoredVersion, parts: Multipart) -> Iterator[bytes]:
    for piece in parts.pieces():
        if isinstance(piece, ByteRange):
            yield from downloads.read_content(version, piece.start, piece.stop)
        else:
            yield piece
