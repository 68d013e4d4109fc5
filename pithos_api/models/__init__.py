from pithos_api.models.account import Account, PastMetadata
from pithos_api.models.block import (
    Block,
    BlockClaim,
    Collection,
    LateMD5,
    LimitedClaim,
    ScrubPass,
    Store,
)
from pithos_api.models.container import Container, UsageDelta
from pithos_api.models.link import Link
from pithos_api.models.sharing import Grant, GroupMember, Publication
from pithos_api.models.version import HashmapPiece, Version

__all__ = [
    "Account",
    "Block",
    "BlockClaim",
    "Collection",
    "Container",
    "Grant",
    "GroupMember",
    "HashmapPiece",
    "LateMD5",
    "LimitedClaim",
    "Link",
    "PastMetadata",
    "Publication",
    "ScrubPass",
    "Store",
    "UsageDelta",
    "Version",
]
