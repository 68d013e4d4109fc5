"""Changes of objects in place: of their bytes, and of what is said of them."""

from dataclasses import dataclass

from pithos_api.errors import RangeLengthError
from pithos_api.values import Conditions, DetailsChange, ObjectPath, ShareChange
from web.errors import RangeError


@dataclass(frozen=True, slots=True)
class WriteTarget:
    """The bytes that an update writes, as Content-Range says.

    start: None appends. stop: exclusive; None is as far as the new bytes reach.
    total: the size that the object must have, and keep; None is any.
    """

    start: int | None
    stop: int | None = None
    total: int | None = None

    def is_possible(self) -> bool:
        """Return whether any object could have these bytes."""
        stop = self.start if self.stop is None else self.stop - 1
        if self.start is None or stop is None:
            return True
        return self.start <= stop and (self.total is None or stop < self.total)

    def place(self, size: int, length: int) -> int:
        """Return where ``length`` new bytes begin in an object of ``size`` bytes.

        Raises:
            RangeError: it begins beyond the end, or ``total`` is not kept.
            RangeLengthError: the range has another length.
        """
        start = size if self.start is None else self.start
        if self.total is not None and (self.total != size or start + length > size):
            raise RangeError(size)
        if start > size:
            raise RangeError(size)
        if self.stop is not None and self.stop - start != length:
            raise RangeLengthError(self.stop - start, length)
        return start


@dataclass(frozen=True, slots=True)
class MetadataUpdate:
    """What a POST without data changes. change: None leaves the details as they are."""

    change: DetailsChange | None
    conditions: Conditions
    share: ShareChange


@dataclass(frozen=True, slots=True)
class SourceObject:
    """An object whose first bytes an update copies. serial: None is the current version.

    path: an account of "" is the caller's own.
    """

    path: ObjectPath
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class DataUpdate:
    """The changes of a POST with data: the place, the new bytes, and the metadata.

    source: None where the bytes are the request's body. size: cut the object to it; None keeps all.
    """

    target: WriteTarget
    source: SourceObject | None
    size: int | None
    metadata: MetadataUpdate
