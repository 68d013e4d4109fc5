"""With whom a request shares: objects, and the groups of an account."""

from django.conf import settings

from pithos_api.values import MAX_LIST, ShareChange, settled_lists, size_of_list
from pithos_api.values.requests import GroupChange
from web.errors import InvalidHeaderError
from web.headers import decoded, decoded_header, prefixed_headers
from web.names import lowered
from web.request_head import RequestHead

MAX_MEMBER = 256


GROUP = "X-Account-Group-"


def share_change(head: RequestHead) -> ShareChange:
    """Return what ``X-Object-Sharing`` and ``X-Object-Public`` ask for.

    Raises: InvalidHeaderError.
    """
    sharing = decoded_header(head, "X-Object-Sharing")
    public = decoded_header(head, "X-Object-Public")
    readers, writers = (None, None) if sharing is None else parse_sharing(sharing)
    return ShareChange(readers, writers, None if public is None else _public(public))


def _public(value: str) -> bool:
    wanted = {"true": True, "false": False, "": False}.get(value.strip().lower())
    if wanted is None:
        raise InvalidHeaderError("X-Object-Public", "is true, false or empty")
    return wanted


def parse_sharing(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return readers and writers that ``read=a,b; write=c`` names; nobody for "".

    Raises: InvalidHeaderError: an unknown verb, an empty list, a member or a list too long.
    """
    lists: dict[str, set[str]] = {"read": set(), "write": set()}
    value = lowered(value.replace(" ", ""))
    for part in filter(None, value.split(";")):
        verb, _, names = part.partition("=")
        members = set(filter(None, names.split(",")))
        if verb not in lists:
            raise InvalidHeaderError("X-Object-Sharing", "is like read=a,b; write=c")
        if not members:
            reason = f"has {verb}= for nobody; an empty header ends the sharing"
            raise InvalidHeaderError("X-Object-Sharing", reason)
        if any(len(member) > MAX_MEMBER for member in members):
            raise InvalidHeaderError("X-Object-Sharing", "has a member that is too long")
        lists[verb] |= members
    readers, writers = settled_lists(lists["read"], lists["write"])
    if size_of_list(readers) + size_of_list(writers) > MAX_LIST:
        raise InvalidHeaderError(
            "X-Object-Sharing", f"takes more than {MAX_LIST} bytes, percent-encoded"
        )
    return readers, writers


def group_change(head: RequestHead, *, replace: bool) -> GroupChange:
    """Return what the request's ``X-Account-Group-*`` headers ask for.

    Raises: InvalidHeaderError: a name has a dash or is too long, or there are too many members.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, value in prefixed_headers(head, GROUP):
        if not name or not {"-", "_"}.isdisjoint(name) or len(name) > MAX_MEMBER:
            raise InvalidHeaderError(f"{GROUP}{name[:20]}", "is no name for a group")
        names = lowered(decoded(f"{GROUP}{name}", value)).replace(" ", "").split(",")
        members = tuple(dict.fromkeys(filter(None, names)))
        if len(members) > settings.PITHOS_MAX_GROUP_MEMBERS:
            raise InvalidHeaderError(f"{GROUP}{name}", "names too many members")
        if any(len(member) > MAX_MEMBER for member in members):
            raise InvalidHeaderError(f"{GROUP}{name}", "has a member that is too long")
        groups[lowered(name)] = members
    return GroupChange(groups, replace)
