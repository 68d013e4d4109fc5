"""Links of an account: made at what they lead to, and kept at the account."""

from dataclasses import dataclass

from pithos_api.http.bodies.fields import read_fields
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.listings import comparable, read_limit
from pithos_api.http.pithos.parsing.links import LIMITS, NEW, read_folder, read_limits
from pithos_api.http.pithos.rendering.links import link_reply, links_reply
from pithos_api.services.access.permissions import authorize_path
from pithos_api.services.containers.account import authorize_account
from pithos_api.services.links import owning
from pithos_api.values import ContainerPath, ObjectPath, Right
from web.reply import Reply
from web.request_head import RequestHead


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Which links of an account are wanted, as of ``list_own_links``."""

    limit: int
    marker: str
    place: str


def read_page(head: RequestHead, _: str) -> LinkPage:
    """Return which links a GET wants."""
    query = head.query
    return LinkPage(
        read_limit(head), comparable(query.get("marker", "")), comparable(query.get("path", ""))
    )


def read_key(head: RequestHead, _: str) -> str:
    """Return the key of the link that is to be changed or revoked."""
    return comparable(head.query["links"])


def read_nothing(_: RequestHead, __: ContainerPath | ObjectPath) -> None:
    """Return that the head says no more: what is wanted is in the body."""


def post_object_link(call: Call[ObjectPath, None]) -> Reply:
    """201 with a link to the object, or to the folder of that name."""
    fields = read_fields(call.body, NEW, lambda: _owned(call))
    make = owning.link_folder if read_folder(fields) else owning.link_object
    return link_reply(201, make(call.credentials, call.path, read_limits(fields)), call.origin)


def post_container_link(call: Call[ContainerPath, None]) -> Reply:
    """201 with a link to the whole container."""
    fields = read_fields(call.body, NEW, lambda: _owned(call))
    read_folder(fields)  # it is one in any case
    link = owning.link_folder(call.credentials, call.path, read_limits(fields))
    return link_reply(201, link, call.origin)


def get_links(call: Call[str, LinkPage]) -> Reply:
    """200 with a page of the account's links."""
    page = call.wanted
    links = owning.list_own_links(
        call.credentials, call.path, limit=page.limit, marker=page.marker, place=page.place
    )
    return links_reply(links, call.origin)


def post_link(call: Call[str, str]) -> Reply:
    """200 with the link as it is now."""
    fields = read_fields(
        call.body, LIMITS, lambda: authorize_account(call.credentials, call.path, Right.OWN)
    )
    limits = read_limits(fields)
    link = owning.change_own_link(call.credentials, call.path, call.wanted, limits)
    return link_reply(200, link, call.origin)


def _owned(call: Call[ObjectPath, None] | Call[ContainerPath, None]) -> None:
    """Make sure that the caller is the owner. Raises: InvalidTokenError, NotAllowedError."""
    authorize_path(call.credentials, call.path, Right.OWN)


def delete_link(call: Call[str, str]) -> Reply:
    """204."""
    owning.revoke_own_link(call.credentials, call.path, call.wanted)
    return Reply(204)
