"""The store's values as reply headers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.utils.http import http_date as format_date

from pithos_api.values import (
    AccountState,
    ContainerState,
    Details,
    ObjectState,
    Right,
    Sharing,
    Symlink,
)
from web.fields.encoding import encoded, encoded_name, visible
from web.headers import meta_fields
from web.names import capitalized
from web.views import Origin

Headers = Iterator[tuple[str, str]]

# Bytes of the list of metadata keys that a container's reply carries.
MAX_KEY_LIST = 4096


# All that strangers are told of an object.
PUBLIC_HEADERS = frozenset(
    {"ETag", "Content-Type", "Last-Modified", "Accept-Ranges", "Content-Encoding"}
    | {"Content-Disposition"}
)


@lru_cache(maxsize=4096)
def _http_date(seconds: int) -> str:
    return format_date(seconds)


def http_date(moment: datetime) -> str:
    """Return an RFC 9110 date, whole seconds rounded down."""
    return _http_date(int(moment.timestamp()))


def object_headers(state: ObjectState, origin: Origin) -> Headers:
    """Yield what describes an object, without Content-Length (contract §2.4, HEAD).

    origin: as of ``public_url``.
    """
    version = state.version
    details = version.details
    modified = http_date(version.modified)
    yield "ETag", version.etag.hex()
    yield "Content-Type", visible(details.content_type)
    yield "Last-Modified", http_date(state.last_change)
    yield "Accept-Ranges", "bytes"
    yield "X-Object-Hash", version.merkle.hex()
    yield "X-Object-UUID", version.uuid
    yield "X-Object-Version", str(version.serial)
    yield "X-Object-Version-Timestamp", modified
    yield "X-Object-Modified-By", encoded(version.modified_by)
    if details.content_encoding:
        yield "Content-Encoding", visible(details.content_encoding)
    if details.content_disposition:
        yield "Content-Disposition", visible(details.content_disposition)
    if details.manifest or details.segmented or details.symlink:
        yield from _naming_headers(details)
    if details.expires is not None:
        yield "X-Delete-At", str(details.expires)
    if details.meta:
        yield from meta_fields("X-Object-Meta-", details.meta)
    if state.sharing or state.public_key or state.access.right < Right.OWN:
        yield from _sharing_headers(state, origin)


def _naming_headers(details: Details) -> Headers:
    """Yield what tells that the object names others."""
    if details.manifest:
        yield "X-Object-Manifest", encoded(details.manifest)
    if details.segmented is not None:
        yield "X-Static-Large-Object", "True"
    if details.symlink is not None:
        yield from _symlink_headers(details.symlink)


def _symlink_headers(symlink: Symlink) -> Headers:
    """Yield what a symlink names, in Swift's terms: the dialect that follows it."""
    yield "X-Symlink-Target", quote(f"{symlink.container}/{symlink.name}")
    if symlink.account is not None:
        yield "X-Symlink-Target-Account", quote(symlink.account)
    if symlink.etag is not None:
        yield "X-Symlink-Target-Etag", symlink.etag.hex()
        yield "X-Symlink-Target-Bytes", str(symlink.size)


def _sharing_headers(state: ObjectState, origin: Origin) -> Headers:
    if state.is_past:
        return
    # Not to who reads by a container's list or a publication: it is who is in it that may know.
    if state.sharing is not None and state.access.may(Right.READ_HISTORY):
        yield "X-Object-Sharing", encoded(sharing_text(state.sharing))
        if state.sharing.path != state.path.name:
            path = state.path
            yield (
                "X-Object-Shared-By",
                encoded(f"{path.account}/{path.container}/{state.sharing.path}"),
            )
    if state.access.right == Right.OWN:
        if state.public_key is not None:
            yield "X-Object-Public", public_url(state.public_key, origin)
    else:
        yield "X-Object-Allowed-To", allowed_to(state.access.right)


def sharing_text(sharing: Sharing) -> str:
    """Return a grant as ``read=a,b; write=c``."""
    lists = (("read", sharing.readers), ("write", sharing.writers))
    return "; ".join(f"{verb}={','.join(sorted(names))}" for verb, names in lists if names)


def allowed_to(right: int) -> str:
    """Return what another than the owner may do, as headers and listings say it."""
    return "write" if right & Right.WRITE else "read"


def public_url(key: str, origin: Origin) -> str:
    """Return where a published object is read by anybody (contract Δ4).

    People pass it on, so it is absolute. origin: of the store, if there is none for such objects;
    where it is not known either, the URL is relative.
    """
    return f"{settings.PITHOS_PUBLIC_URL or origin()}/public/{key}"


def _used_keys(keys: Sequence[str]) -> Headers:
    """Yield the metadata keys in use; where that is too much the first of them and their count.

    Who may write one folder of a container decides how many there are: the list is cut, or
    nobody could read the container's headers. All are in the listing.
    """
    listed: list[str] = []
    room = MAX_KEY_LIST
    for key in map(encoded_name, keys):
        room -= len(key) + 1
        if room < -1:
            break
        listed.append(key)
    yield "X-Container-Object-Meta", ",".join(listed)
    if len(listed) < len(keys):
        yield "X-Container-Object-Meta-Truncated", "True"
        yield "X-Container-Object-Meta-Count", str(len(keys))


def container_headers(state: ContainerState) -> Headers:
    """Yield what describes a container (contract §2.3, HEAD); others than the owner see less."""
    yield "X-Container-Block-Size", str(settings.PITHOS_BLOCK_SIZE)
    yield "X-Container-Block-Hash", "sha256"
    yield from _used_keys(state.object_meta or ())
    yield "Last-Modified", http_date(state.modified)
    if not state.owned:
        return
    yield "X-Container-Object-Count", str(state.object_count)
    yield "X-Container-Bytes-Used", str(state.byte_count)
    yield "X-Container-Policy-Quota", str(state.quota)
    yield "X-Container-Policy-Versioning", state.versioning
    if state.keep_days is not None:
        yield "X-Container-Policy-Keep-Days", str(state.keep_days)
    if state.keep_versions is not None:
        yield "X-Container-Policy-Keep-Versions", str(state.keep_versions)
    if state.until_change is not None:
        yield "X-Container-Until-Timestamp", http_date(state.until_change)
    yield from meta_fields("X-Container-Meta-", state.meta)


def account_headers(state: AccountState) -> Headers:
    """Yield what describes an account (contract §2.2, HEAD); others than the owner see less."""
    yield "Last-Modified", http_date(state.modified)
    if not state.owned:
        return
    yield "X-Account-Container-Count", str(state.container_count)
    yield "X-Account-Object-Count", str(state.object_count)
    yield "X-Account-Bytes-Used", str(state.byte_count)
    yield "X-Account-Policy-Quota", str(state.quota)
    yield "X-Account-Policy-Versioning", "auto"
    if state.until_change is not None:
        yield "X-Account-Until-Timestamp", http_date(state.until_change)
    for name, members in state.groups.items():
        yield encoded_name(f"X-Account-Group-{capitalized(name)}"), encoded(",".join(members))
    yield from meta_fields("X-Account-Meta-", state.meta)
