"""Many blobs in one request, by whatever the backend offers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import cast

from blobs.services.cutting import Cutting
from blobs.services.interface import IBlobsBackend, Streams
from blobs.values.requests import ArrivingBlob, BlobRequest
from web.bodies.body import RequestBody
from web.reply import Piece


def open_stream(
    backend: IBlobsBackend, user: str, ids: Sequence[str], request: BlobRequest, namespace: str
) -> tuple[int, Iterator[Piece]]:
    """Return the length in bytes of a download stream, and what yields it (contract blobs b).

    Before each blob come its size as 8 hex digits, its tag and a space.

    Raises: NotFound: of any of the blobs, before there is a byte.
    """
    if hasattr(backend, "read_blobs"):
        blobs, contents = cast(Streams, backend).read_blobs(user, ids, request, namespace)
    else:
        blobs = [backend.read_blob(user, each, request, namespace) for each in ids]
        contents = (each.read(0, each.size) for each in blobs)
    heads = [f"{each.size:08x}{each.tag} ".encode() for each in blobs]
    length = sum(map(len, heads)) + sum(each.size for each in blobs)
    return length, _joined(heads, contents)


def _joined(heads: Sequence[bytes], contents: Iterator[Iterator[Piece]]) -> Iterator[Piece]:
    for head, content in zip(heads, contents, strict=True):
        yield from chain((head,), content)


def store_stream(
    backend: IBlobsBackend,
    user: str,
    arriving: Sequence[ArrivingBlob],
    request: BlobRequest,
    namespace: str,
) -> None:
    """Store the blobs whose bytes the request's body has in a row, all of them or none.

    Raises: as ``IBlobsBackend.write_blob``; BlobSizesError.
    """
    if hasattr(backend, "write_blobs"):
        cast(Streams, backend).write_blobs(user, arriving, request, namespace)
        return
    written: list[str] = []
    try:
        body = replace(request.body(), pausing=None)  # what has begun here is not begun again
        bodies = Cutting(body).parts([each.size for each in arriving])
        for body, blob in zip(bodies, arriving, strict=True):
            backend.write_blob(user, blob.id, _with_body(request, body), namespace)
            written.append(blob.id)
    except BaseException:
        for each in written:
            backend.delete_blob(user, each, namespace)
        raise


def _with_body(request: BlobRequest, body: RequestBody) -> BlobRequest:
    return replace(request, body=lambda: body)
