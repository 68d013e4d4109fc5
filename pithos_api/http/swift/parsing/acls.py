"""X-Container-Read and X-Container-Write: who else may use a whole container."""

from collections.abc import Iterator

from pithos_api.http.parsing.sharing import MAX_MEMBER
from pithos_api.values import ContainerState, MemberChange
from web.errors import InvalidRequest
from web.fields.encoding import utf8
from web.headers import decoded_header
from web.names import lowered
from web.request_head import RequestHead

ANYBODY = ".r:*"
LISTINGS = ".rlistings"

_ANYBODY = frozenset({".r:*", ".ref:*", ".referer:*", ".referrer:*"})


class InvalidListError(InvalidRequest):
    """A list of readers or writers has a member that cannot be."""

    def __init__(self, header: str, member: str, reason: str) -> None:
        super().__init__(f"{header}: {member[:60]!r} {reason}")


def read_members(head: RequestHead) -> MemberChange:
    """Return what a request says of who may read and write the container.

    Raises: InvalidListError, InvalidHeaderError.
    """
    return MemberChange(
        readers=_list(head, "X-Container-Read", anybody=True),
        writers=_list(head, "X-Container-Write", anybody=False),
    )


def _list(head: RequestHead, header: str, *, anybody: bool) -> tuple[str, ...] | None:
    value = decoded_header(head, header)
    if value is None:
        removed = decoded_header(head, header.replace("X-", "X-Remove-", 1))
        return None if removed is None else ()
    members = filter(None, (lowered(part.strip()) for part in value.split(",")))
    return tuple(dict.fromkeys(_member(header, part, anybody=anybody) for part in members))


def _member(header: str, member: str, *, anybody: bool) -> str:
    """Return a member of Swift's list as one of ours.

    ``account:account``, ``account:*`` and ``*:account`` are the account, ``*:*`` everybody with a
    token; what else has a colon is a group, ``account:group``.

    Raises: InvalidListError.
    """
    if member.startswith("."):
        if member in _ANYBODY and anybody:
            return ANYBODY
        if member == LISTINGS and anybody:
            return LISTINGS
        raise InvalidListError(header, member, "is not supported")
    if len(member) > MAX_MEMBER or "/" in member:
        raise InvalidListError(header, member, "is no account")
    account, colon, user = member.replace(" ", "").removeprefix("auth_").partition(":")
    if not account or (colon and not user):
        raise InvalidListError(header, member, "is no account")
    if account == "*" and user:
        return user
    return account if user in {"", "*", account} else f"{account}:{user}"


def member_headers(state: ContainerState) -> Iterator[tuple[str, str]]:
    """Yield what the owner is told of who may read and write."""
    if state.owned and state.readers:
        yield "X-Container-Read", utf8(",".join(state.readers))
    if state.owned and state.writers:
        yield "X-Container-Write", utf8(",".join(state.writers))
