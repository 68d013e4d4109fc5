"""What a PUT or POST makes of a container, or of an account (contract §2.2, §2.3)."""

from dataclasses import dataclass

from pithos_api.http.parsing.metadata import meta_change, policy_change
from pithos_api.http.parsing.sharing import group_change
from pithos_api.values import ContainerPath
from pithos_api.values.requests import AccountChange, ContainerChange
from web.negotiation import Format, negotiate
from web.request_head import RequestHead

META = "X-Container-Meta-"


@dataclass(frozen=True, slots=True)
class BlocksUpload:
    """Blocks for hashmaps to come. form: of the list of digests that answers them."""

    form: Format
    change: ContainerChange


def read_new(head: RequestHead, _: ContainerPath) -> ContainerChange:
    """Return what a PUT says of a container. Raises: InvalidHeaderError."""
    meta = meta_change(head, META, replace=False)
    return ContainerChange(meta, policy_change(head, reset=False))


def read_change(head: RequestHead, _: ContainerPath) -> ContainerChange:
    """Return what a POST says; without ``update`` it replaces all that was said.

    Raises: InvalidHeaderError.
    """
    replace = "update" not in head.query
    meta = meta_change(head, META, replace=replace)
    return ContainerChange(meta, policy_change(head, reset=replace))


def read_blocks_upload(head: RequestHead, path: ContainerPath) -> BlocksUpload:
    """Return what a POST with blocks says besides. Raises: InvalidHeaderError."""
    return BlocksUpload(negotiate(head), read_change(head, path))


def read_account_change(head: RequestHead, _: str) -> AccountChange:
    """Return what a POST says of an account; without ``update`` it replaces all that was said.

    Raises: InvalidHeaderError.
    """
    replace = "update" not in head.query
    meta = meta_change(head, "X-Account-Meta-", replace=replace)
    return AccountChange(meta, group_change(head, replace=replace))
