"""The terms of the store as frozen values, without I/O. Sizes are bytes, times aware UTC."""

from pithos_api.values.access import Access, MemberChange, Right, ShareChange, Sharing
from pithos_api.values.containers import AccountState, ContainerState, PolicyChange
from pithos_api.values.heads import (
    MAX_DESCRIPTION,
    MAX_GROUP,
    MAX_GROUPS,
    MAX_LIST,
    MAX_META,
    encoded,
    encoded_name,
    size_of_fields,
    size_of_list,
)
from pithos_api.values.listings import Entry, Listing, MetaQuery, ObjectPage, Page
from pithos_api.values.metadata import Details, DetailsChange, MetaChange, MetaLimit, Segmented
from pithos_api.values.objects import (
    DIGEST_SIZE,
    MD5_SIZE,
    Conditions,
    DeleteConditions,
    HashMap,
    ObjectState,
    Published,
    StoredVersion,
)
from pithos_api.values.paths import (
    MAX_CONTAINER_BYTES,
    MAX_OBJECT_BYTES,
    ContainerPath,
    Dialect,
    ObjectPath,
)

__all__ = [
    "DIGEST_SIZE",
    "MAX_CONTAINER_BYTES",
    "MAX_DESCRIPTION",
    "MAX_GROUP",
    "MAX_GROUPS",
    "MAX_LIST",
    "MAX_META",
    "MAX_OBJECT_BYTES",
    "MD5_SIZE",
    "Access",
    "AccountState",
    "Conditions",
    "ContainerPath",
    "ContainerState",
    "DeleteConditions",
    "Details",
    "DetailsChange",
    "Dialect",
    "Entry",
    "HashMap",
    "Listing",
    "MemberChange",
    "MetaChange",
    "MetaLimit",
    "MetaQuery",
    "ObjectPage",
    "ObjectPath",
    "ObjectState",
    "Page",
    "PolicyChange",
    "Published",
    "Right",
    "Segmented",
    "ShareChange",
    "Sharing",
    "StoredVersion",
    "encoded",
    "encoded_name",
    "size_of_fields",
    "size_of_list",
]
