"""Operations on containers that both dialects have. Each makes one reply of one parsed value."""

from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.objects import OCTET_STREAM
from pithos_api.http.rendering.lists import render_digests
from pithos_api.services.containers import changing
from pithos_api.services.containers.deleting import (
    delete_container,
    empty_container,
    purge_container,
)
from pithos_api.services.objects import writing
from pithos_api.values import ContainerPath
from pithos_api.values.requests import ContainerChange, Deletion, Purge
from web.bodies.body import is_chunked
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead


def put(call: Call[ContainerPath, ContainerChange]) -> Reply:
    """Make the container, or change the one that is there."""
    created = changing.create_container(call.credentials, call.path, call.wanted)
    return Reply(201 if created else 202)


def change(call: Call[ContainerPath, ContainerChange]) -> None:
    """Change the container."""
    changing.update_container(call.credentials, call.path, call.wanted)


def post_blocks(call: Call[ContainerPath, Format]) -> Reply:
    """Keep the body's blocks for hashmaps to come; 202 with their digests."""
    digests = writing.store_blocks(call.credentials, call.path, call.body())
    return blocks_reply(call.wanted, digests)


def blocks_reply(form: Format, digests: tuple[bytes, ...]) -> Reply:
    """Return 202 with the digests of blocks that were stored."""
    return Reply(202, [("Content-Type", CONTENT_TYPES[form])], render_digests(form, digests))


def delete(call: Call[ContainerPath, Deletion]) -> Reply:
    """Delete the container, which is empty."""
    delete_container(call.credentials, call.path, call.wanted.conditions)
    return Reply(204)


def empty(call: Call[ContainerPath, Deletion]) -> Reply:
    """Delete all that is in the container."""
    empty_container(call.credentials, call.path, call.wanted.conditions)
    return Reply(204)


def purge(call: Call[ContainerPath, Purge]) -> Reply:
    """Forget history of the container, and the container, if it is to go with its history."""
    wanted = call.wanted
    purge_container(call.credentials, call.path, wanted.until, if_empty_delete=wanted.to_the_moment)
    return Reply(204)


def brings_blocks(head: RequestHead) -> bool:
    """Return whether a POST of a container is a block upload (contract §2.3)."""
    media_type = head.fields.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = head.fields.get("CONTENT_LENGTH") or "0"
    return media_type == OCTET_STREAM and (is_chunked(head.fields) or length != "0")
