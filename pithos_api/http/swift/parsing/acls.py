"""Who else may use a whole container, or a whole account."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson

from pithos_api.http.parsing.sharing import MAX_MEMBER
from pithos_api.values import AccountLists, AccountState, ContainerState, MemberChange
from web.errors import InvalidRequest
from web.fields.encoding import utf8
from web.headers import decoded_header
from web.json_values import JSONValue
from web.names import lowered
from web.request_head import RequestHead

ANYBODY = ".r:*"
LISTINGS = ".rlistings"

REFERRER = ".r:"

_REFERRERS = ("r", "ref", "referer", "referrer")
_ACCOUNT_LISTS = {"admin": "admins", "read-only": "readers", "read-write": "writers"}
_ACCESS_CONTROL = "X-Account-Access-Control"


_HOST = re.compile(r"\*|[\w.-]+|\[[0-9a-f:.]+\]")


class InvalidAccessControlError(InvalidRequest):
    """The account's access control is malformed. reason: as in "X-Account-Access-Control …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{_ACCESS_CONTROL} {reason}")


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
    parts = filter(None, (lowered(part.strip()) for part in value.split(",")))
    members = [_member(header, part, anybody=anybody) for part in parts]
    # Of rules about referrers the last one counts, so of what comes twice that stays.
    return tuple(reversed(dict.fromkeys(reversed(members))))


def _member(header: str, member: str, *, anybody: bool) -> str:
    """Return a member of Swift's list as one of ours.

    ``account:account``, ``account:*`` and ``*:account`` are the account, ``*:*`` everybody with a
    token; what else has a colon is a group, ``account:group``.

    Raises: InvalidListError.
    """
    if member.startswith("."):
        if not anybody:
            raise InvalidListError(header, member, "is for readers only")
        return LISTINGS if member == LISTINGS else _referrer(header, member)
    if len(member) > MAX_MEMBER or "/" in member:
        raise InvalidListError(header, member, "is no account")
    account, colon, user = member.replace(" ", "").removeprefix("auth_").partition(":")
    if not account or (colon and not user):
        raise InvalidListError(header, member, "is no account")
    if account == "*" and user:
        return user
    return account if user in {"", "*", account} else f"{account}:{user}"


def _referrer(header: str, member: str) -> str:
    """Return a rule about referrers: ``.r:host``, ``.r:.domain``, ``.r:*``, or ``.r:-`` of these.

    Raises: InvalidListError.
    """
    name, _, rule = member.removeprefix(".").partition(":")
    rule = rule.strip()
    excluded = "-" if rule.startswith("-") else ""
    host = rule.removeprefix("-").strip()
    if host.startswith("*."):
        host = host[1:]
    if name.strip() not in _REFERRERS or host in {"", "."} or len(host) > MAX_MEMBER:
        raise InvalidListError(header, member, "is no rule about referrers, such as .r:*")
    if not _HOST.fullmatch(host):
        raise InvalidListError(header, member, "names no host")
    return f"{REFERRER}{excluded}{host}"


def referrer_of(head: RequestHead) -> str:
    """Return the host of the page that leads here, "" where none is told."""
    value = head.fields.get("HTTP_REFERER", "")
    try:
        return urlsplit(value).hostname or "" if value else ""
    except ValueError:
        return ""


def read_account_lists(head: RequestHead) -> AccountLists | None:
    """Return who may use the whole account, None where the request does not say.

    Raises: InvalidAccessControlError, InvalidListError, InvalidHeaderError.
    """
    value = decoded_header(head, _ACCESS_CONTROL)
    if value is None:
        return None
    try:
        lists = orjson.loads(value) if value.strip() else {}
    except orjson.JSONDecodeError as error:
        raise InvalidAccessControlError("is not JSON") from error
    if not isinstance(lists, dict):
        raise InvalidAccessControlError("is not a JSON object")
    unknown = lists.keys() - _ACCOUNT_LISTS.keys()
    if unknown:
        raise InvalidAccessControlError(f"has the key {min(unknown)[:60]!r}, which is not known")
    return AccountLists(**{_ACCOUNT_LISTS[key]: _users(key, lists[key]) for key in lists})


def _users(key: str, members: JSONValue) -> tuple[str, ...]:
    if not isinstance(members, list) or not all(isinstance(each, str) for each in members):
        raise InvalidAccessControlError(f"has something else than a list of names in {key!r}")
    names = [lowered(str(each).strip()) for each in members]
    checked = [_member(_ACCESS_CONTROL, each, anybody=False) for each in names]
    return tuple(dict.fromkeys(checked))


def account_list_headers(state: AccountState) -> Iterator[tuple[str, str]]:
    """Yield what owners and admins are told of who may use the whole account."""
    if not state.owned or state.lists is None:
        return
    lists = {key: getattr(state.lists, name) for key, name in _ACCOUNT_LISTS.items()}
    told = {key: members for key, members in lists.items() if members}
    if told:
        yield _ACCESS_CONTROL, utf8(orjson.dumps(told).decode())


def member_headers(state: ContainerState) -> Iterator[tuple[str, str]]:
    """Yield what the owner is told of who may read and write."""
    if state.owned and state.readers:
        yield "X-Container-Read", utf8(",".join(state.readers))
    if state.owned and state.writers:
        yield "X-Container-Write", utf8(",".join(state.writers))
