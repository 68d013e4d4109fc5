"""What a request asks of an operation, as frozen values: parsing makes them, services take them.

A body is no part of them: it is read once, so it goes beside them.
"""

from pithos_api.values.requests.changes import (
    DataUpdate,
    MetadataUpdate,
    SourceObject,
    WriteTarget,
)
from pithos_api.values.requests.containers import (
    AccountChange,
    ContainerChange,
    GroupChange,
    ListContainers,
    ListObjects,
)
from pithos_api.values.requests.copies import Copy, Selection
from pithos_api.values.requests.deletions import Deletion, Purge
from pithos_api.values.requests.reading import ReadObject, ReadState
from pithos_api.values.requests.time import (
    ArchiveRequest,
    ChangesRequest,
    MomentsRequest,
    RestoreRequest,
    UsageRequest,
)
from pithos_api.values.requests.uploads import (
    InlineSegment,
    MapUpload,
    Segment,
    Upload,
    WrongSegment,
)

__all__ = [
    "AccountChange",
    "ArchiveRequest",
    "ChangesRequest",
    "ContainerChange",
    "Copy",
    "DataUpdate",
    "Deletion",
    "GroupChange",
    "InlineSegment",
    "ListContainers",
    "ListObjects",
    "MapUpload",
    "MetadataUpdate",
    "MomentsRequest",
    "Purge",
    "ReadObject",
    "ReadState",
    "RestoreRequest",
    "Segment",
    "Selection",
    "SourceObject",
    "Upload",
    "UsageRequest",
    "WriteTarget",
    "WrongSegment",
]
