"""What Swift's clients ask for."""

from dataclasses import replace

from pithos_api.http.parsing import objects
from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.listings import (
    MAX_LIMIT,
    comparable,
    object_page,
    read_delimiter,
    read_page,
)
from pithos_api.http.parsing.metadata import meta_headers, policy_change
from pithos_api.http.parsing.sharing import group_change, share_change
from pithos_api.http.parsing.times import integer
from pithos_api.http.parsing.updates import details_change
from pithos_api.http.swift.parsing.acls import read_account_lists, read_members
from pithos_api.http.swift.parsing.quotas import BYTES, COUNT, taken_quota, without_quotas
from pithos_api.values import (
    MAX_CONTAINER_BYTES,
    ContainerPath,
    MetaChange,
    MetaLimit,
    ObjectPage,
    ObjectPath,
    Page,
    VersionsChange,
)
from pithos_api.values.requests import (
    AccountChange,
    ContainerChange,
    ListContainers,
    ListObjects,
    MetadataUpdate,
    Upload,
)
from web.errors import InvalidHeaderError, InvalidPathError, InvalidRequest
from web.fields.conditions import read_conditions
from web.headers import canonical_key, header, header_names, require_utf8
from web.names import check_name, lowered
from web.negotiation import Format, negotiate
from web.request_head import RequestHead

META_LIMIT = MetaLimit(count=90, size=4096, name=128, value=256)

# By whether deletions are marked in the archive.
_ARCHIVES = {"X-Versions-Location": False, "X-History-Location": True}
_ENABLED = "X-Versions-Enabled"

_FALSE = frozenset({"0", "off", "f", "false", "n", "no"})
_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})


def is_true(value: str | None) -> bool:
    """Return whether a header or parameter says yes, in any of the words that Swift takes."""
    return value is not None and value.strip().lower() in _TRUE


def read_containers(head: RequestHead, _: str) -> ListContainers:
    """Return which containers are wanted, and in which form."""
    return ListContainers(
        page=read_containers_page(head),
        form=negotiate(head),
        conditions=read_conditions(head),
        delimiter=read_delimiter(head),
    )


def read_objects(head: RequestHead, _: ContainerPath) -> ListObjects:
    """Return which objects are wanted, and in which form."""
    return ListObjects(read_objects_page(head), negotiate(head), read_conditions(head))


def read_containers_page(head: RequestHead) -> Page:
    """Return which containers are wanted."""
    query = head.query
    _require_limit(head)
    return replace(
        read_page(head),
        prefix=comparable(query.get("prefix", "")),
        end_marker=comparable(query.get("end_marker", "")),
        reverse=is_true(query.get("reverse")),
    )


def read_objects_page(head: RequestHead) -> ObjectPage:
    """Return which objects are wanted: ``path`` overrides prefix and delimiter."""
    query = head.query
    _require_limit(head)
    path = query.get("path")
    prefix, delimiter = query.get("prefix", ""), read_delimiter(head)
    if path is not None:
        prefix, delimiter = f"{path.rstrip('/')}/" if path else "", "/"
    page = object_page(head, prefix, delimiter, folders=path is None)
    low, high = page.marker, comparable(query.get("end_marker", ""))
    reverse = is_true(query.get("reverse"))
    if reverse:
        low, high = high, low
    if path is not None:
        low = max(low, page.prefix)  # the folder itself is not one of the things in it
    marker, end_marker = (high, low) if reverse else (low, high)
    return replace(page, marker=marker, end_marker=end_marker, reverse=reverse)


class HighLimitError(InvalidRequest):
    """A page would have more entries than there can be: 412 for clients of Swift."""

    def __init__(self) -> None:
        super().__init__(f"Maximum limit is {MAX_LIMIT}")


def _require_limit(head: RequestHead) -> None:
    limit = integer(head.query.get("limit", ""))
    if limit is not None and limit > MAX_LIMIT:
        raise HighLimitError


def read_meta_change(head: RequestHead, kind: str) -> MetaChange:
    """Return what X-KIND-Meta-* sets and X-Remove-KIND-Meta-*, or an empty value, removes.

    Raises: InvalidHeaderError.
    """
    values = meta_headers(head, f"X-{kind}-Meta-", META_LIMIT)
    for name in header_names(head, f"X-Remove-{kind}-Meta-"):
        values[canonical_key(name)] = ""
    return MetaChange(values, replace=False, limit=META_LIMIT)


def read_account_change(head: RequestHead, _: str) -> AccountChange:
    """Return what a POST says of an account. Raises: InvalidHeaderError."""
    meta = read_meta_change(head, "Account")
    return AccountChange(
        meta=without_quotas(meta),
        quota=taken_quota(meta, "Account", BYTES),
        groups=group_change(head, replace=False),
        lists=read_account_lists(head),
    )


def read_container_change(head: RequestHead, _: ContainerPath) -> ContainerChange:
    """Return what a PUT or POST says of a container.

    Raises: InvalidHeaderError, InvalidListError, UnsupportedHeaderError.
    """
    refuse_unsupported(head)
    require_policy(head)
    meta = read_meta_change(head, "Container")
    quota, count = (taken_quota(meta, "Container", name) for name in (BYTES, COUNT))
    return ContainerChange(
        meta=without_quotas(meta),
        quota=0 if quota == "" else quota,
        most_objects=0 if count == "" else count,
        policy=policy_change(head, reset=False),
        members=read_members(head),
        notes_time=True,
        versions=read_versions_change(head),
    )


def read_blocks_form(head: RequestHead, _: ContainerPath) -> Format:
    """Return in which form the digests of blocks are wanted."""
    return negotiate(head)


def read_upload(head: RequestHead, path: ObjectPath) -> Upload:
    """Return what a PUT says of an object, within Swift's limits. Raises: InvalidRequest."""
    return objects.read_upload(head, path, META_LIMIT, _content_type)


def _content_type(head: RequestHead, name: str) -> str:
    """Return the type as sent, whatever it is, and a guess only where nothing is."""
    if is_true(header(head, "X-Detect-Content-Type")):
        return objects.guessed_type(name)
    return objects.sent_type(head) or objects.content_type(head, name)


def read_object_change(head: RequestHead, _: ObjectPath) -> MetadataUpdate:
    """Return what a POST says of an object: all that was said before goes, but for its type.

    Raises: InvalidHeaderError; SymlinkByPostError.
    """
    if header(head, "X-Symlink-Target") is not None:
        raise SymlinkByPostError
    change = details_change(head, replace=True, limit=META_LIMIT)
    if "CONTENT_TYPE" in head.fields:
        change = replace(change, content_type=objects.sent_type(head) or objects.OCTET_STREAM)
    return MetadataUpdate(change, write_conditions(head), share_change(head))


class SymlinkByPostError(InvalidRequest):
    """A POST is to make a symlink of an object, or change what it names."""

    def __init__(self) -> None:
        super().__init__("A PUT request is required to set a symlink target")


class UnsupportedHeaderError(InvalidRequest):
    """A feature of Swift that the store has not, and that must not be lost in silence."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} is not supported: {reason}")


class UnknownPolicyError(InvalidRequest):
    """The store has no policy of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Invalid X-Storage-Policy {name[:60]!r}")


POLICY = "blocks"
"""The only storage policy."""


def require_policy(head: RequestHead) -> None:
    """Make sure that a container gets the policy that it asks for. Raises: UnknownPolicyError."""
    wanted = header(head, "X-Storage-Policy")
    if wanted and lowered(wanted.strip()) != POLICY:
        raise UnknownPolicyError(wanted)


_SYNCHRONISING = ("X-Container-Sync-To", "X-Container-Sync-Key")
_WORDS = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}


def read_versions_change(head: RequestHead) -> VersionsChange:
    """Return what a request asks of a container's history.

    Raises: InvalidHeaderError; TwoArchivesError.
    """
    archives = {name: header(head, name) for name in _ARCHIVES}
    removed = any(header(head, name.replace("X-", "X-Remove-", 1)) for name in _ARCHIVES)
    named = {name: value for name, value in archives.items() if value}
    if len(named) > 1:
        raise TwoArchivesError
    enabled = _enabled(header(head, _ENABLED))
    for name, value in named.items():
        return VersionsChange(enabled, _archive(name, value), archives_deletions=_ARCHIVES[name])
    ends = removed or any(value == "" for value in archives.values())
    return VersionsChange(enabled, "" if ends else None)


def _enabled(value: str | None) -> bool | None:
    if not value:
        return None
    wanted = _WORDS.get(value.strip().lower())
    if wanted is None:
        raise InvalidHeaderError(_ENABLED, "is true or false")
    return wanted


def _archive(name: str, value: str) -> str:
    """Return the container that a header names. Raises: InvalidHeaderError."""
    container = require_utf8(name, value).strip("/")
    try:
        check_name("container", container, MAX_CONTAINER_BYTES)
    except InvalidPathError as error:
        raise InvalidHeaderError(name, "names no container") from error
    if "/" in container:
        raise InvalidHeaderError(name, "names no container")
    return container


class TwoArchivesError(InvalidRequest):
    """A container is to have archives of both kinds."""

    def __init__(self) -> None:
        super().__init__(f"only one of {' and '.join(_ARCHIVES)} may be given")


def refuse_unsupported(head: RequestHead) -> None:
    """Refuse what a container could be asked to do and will not.

    Raises: UnsupportedHeaderError.
    """
    for name in _SYNCHRONISING:
        if header(head, name):
            raise UnsupportedHeaderError(name, "containers are not synchronised")
