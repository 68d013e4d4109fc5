"""Whole objects on their way in."""

from dataclasses import dataclass

from pithos_api.values import Conditions, Details, ObjectPath, ShareChange
from web.negotiation import Format


@dataclass(frozen=True, slots=True)
class Upload:
    """What is said of a whole object.

    etag: the MD5 that its bytes must have, in small hex, or a text that none has; None is any.
    uuid: None is that of the object which it replaces, or a new one.
    """

    details: Details
    conditions: Conditions = Conditions()
    etag: str | None = None
    share: ShareChange = ShareChange()
    uuid: str | None = None


@dataclass(frozen=True, slots=True)
class MapUpload:
    """An object that comes as the list of its blocks.

    form: in which the list is said to come; None leaves that to the list. later: whether the
    client does not wait for the MD5.
    """

    upload: Upload
    form: Format | None
    later: bool = False


@dataclass(frozen=True, slots=True)
class InlineSegment:
    """A segment whose bytes stand in the list itself."""

    data: bytes


@dataclass(frozen=True, slots=True)
class WrongSegment:
    """An entry of a list that is no segment. shown: its path, or which entry it is."""

    shown: str
    problem: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as a client describes it; None where the client does not say.

    etag: MD5, 16 bytes. size: bytes of the object.
    range: the bytes of it that are meant: ``first-last``, ``first-`` or ``-count``.
    """

    path: ObjectPath
    etag: bytes | None = None
    size: int | None = None
    range: str | None = None
