"""What keeps blobs. A site may bring its own: PITHOS_BLOBS_BACKEND names its class.

Blobs belong to a user and lie in a namespace, in which each has an id. A blob's bytes never
change. What does change is its flags. A blob that was deleted is remembered by its id.

The REST interface has checked who asks, and all names, before it calls a backend. Whatever is not
there is a NotFound, whatever is there already a Conflict. ``namespace`` is never empty but where
it says so.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from blobs.values.blobs import Blob
from blobs.values.requests import ArrivingBlob, BlobRequest
from web.reply import Piece


class IBlobsBackend(Protocol):
    """The ten methods of a backend (contract blobs b)."""

    def read_blob(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> Blob:
        """Return a blob, whose bytes are read as they are sent. Raises: NotFound."""

    def write_blob(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Make the request's body a blob, durably; it begins with the request's flags.

        Raises: Conflict: there is one, and it stays as it is. InsufficientStorage, TooLarge: there
            is no room. Then nothing is kept.
        """

    def delete_blob(self, user: str, blob_id: str, namespace: str = "") -> None:
        """Delete a blob and its flags, and remember its id. Raises: NotFound."""

    def get_blob_size(self, user: str, blob_id: str, namespace: str = "") -> int:
        """Return how many bytes a blob has. Raises: NotFound."""

    def count(self, user: str, request: BlobRequest, namespace: str = "") -> int:
        """Return how many blobs there are; no namespace is all of them."""

    def list_blobs(  # noqa: PLR0913, PLR0917 - the contract's
        self,
        user: str,
        request: BlobRequest,
        namespace: str = "",
        order_by: str | None = None,
        deleted: bool = False,
        filter_flag: str | None = None,
    ) -> str:
        """Return ids as a JSON list.

        order_by: ``date`` or ``+date``, the oldest first, ``-date``, the newest first; the date is
        that of the writing, whatever flags are set later. deleted: only ids of blobs that were
        deleted and not written again. filter_flag: only blobs that have this flag.
        """

    def get_total_storage(self, user: str) -> int:
        """Return what all blobs of all namespaces take, in units of 1024 bytes, rounded up."""

    def add_tag_header(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Add ``Tag`` to the headers of the request's reply: as ``tag_of``. Raises: NotFound."""

    def get_flags(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> str:
        """Return a blob's flags as a JSON list. Raises: NotFound."""

    def set_flags(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> str | None:
        """Give a blob the flags in the request's body, a JSON list, in place of those it has.

        Returns: what is wrong with a flag that is not known, and nothing is changed; else None.
        Raises: NotFound; InvalidRequest: the body is no list. Conflict: it was to be PROCESSING,
            and is so for less than PITHOS_BLOBS_PROCESSING_TIMEOUT.
        """


class Streams(Protocol):
    """What a backend may offer besides: many blobs at once. Without it the ten methods do."""

    def read_blobs(
        self, user: str, ids: Sequence[str], request: BlobRequest, namespace: str
    ) -> tuple[list[Blob], Iterator[Iterator[Piece]]]:
        """Return blobs in this order, and what yields the bytes of each. Raises: NotFound."""

    def write_blobs(
        self, user: str, arriving: Sequence[ArrivingBlob], request: BlobRequest, namespace: str
    ) -> None:
        """Make the request's body, their bytes in a row, these blobs: all of them or none.

        Raises: as ``write_blob``.
        """
