"""The heads of Swift's replies."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from pithos_api.http.rendering.delivery import with_safe_delivery
from pithos_api.http.rendering.fields import account_headers, container_headers, http_date
from pithos_api.http.swift.parsing.acls import account_list_headers, member_headers
from pithos_api.http.swift.parsing.requests import POLICY
from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.http.swift.rendering.listings import timestamp
from pithos_api.http.swift.rendering.places import with_target_account
from pithos_api.http.swift.rendering.raw_fields import with_raw_fields, with_raw_metadata
from pithos_api.services.objects.reading import is_manifest
from pithos_api.values import AccountState, ContainerState, ObjectPath, ObjectState
from web.negotiation import Format
from web.reply import Reply
from web.views import Origin

Headers = list[tuple[str, str]]


def describe_account(state: AccountState) -> Headers:
    """Return the headers of HEAD and GET of an account."""
    headers = with_raw_metadata(account_headers(state))
    quota = [("X-Account-Meta-Quota-Bytes", str(state.quota))] if state.quota else []
    told = [*account_list_headers(state), *(quota if state.owned else [])]
    return [*headers, *told, timestamp(state.created)]


def describe_container(state: ContainerState) -> Headers:
    """Return the headers of HEAD and GET of a container."""
    headers = with_raw_metadata(container_headers(state))
    kept = [field for field in headers if field[0] != "Last-Modified"]
    noted = ("Last-Modified", rounded_up(state.noted))
    policy = ("X-Storage-Policy", POLICY)
    told = (*member_headers(state), *_version_headers(state), policy, timestamp(state.created))
    return [*kept, noted, *told]


def _version_headers(state: ContainerState) -> Iterator[tuple[str, str]]:
    """Yield what is told of a container's history, in Swift's terms."""
    if state.versions_asked:
        yield "X-Versions-Enabled", str(state.versioning != "none")
    if not state.owned:
        return
    if state.quota:
        yield "X-Container-Meta-Quota-Bytes", str(state.quota)
    if state.most_objects:
        yield "X-Container-Meta-Quota-Count", str(state.most_objects)
    if state.archive:
        kind = "History" if state.archives_deletions else "Versions"
        yield f"X-{kind}-Location", quote(state.archive)


def tells_version(reply: Reply) -> Reply:
    """Return the reply to a write, which names the version that was made in Swift's way, too."""
    serial = next(value for name, value in reply.headers if name == "X-Object-Version")
    reply.headers.append(version_id(int(serial)))
    return reply


def version_id(serial: int) -> tuple[str, str]:
    """Return the header that names a version, also a deletion."""
    return "X-Object-Version-Id", str(serial)


def rounded_up(moment: datetime) -> str:
    """Return the first whole second that is not before ``moment``, as a date of HTTP."""
    return http_date(moment + (timedelta(seconds=1) - timedelta.resolution))


def describe_object(state: ObjectState, kind: str | None, origin: Origin) -> Headers:
    """Return the headers of HEAD and GET of an object, without Content-Length.

    kind: the disposition that the request asks for. origin: as of ``public_url``.
    """
    headers = describe_stored(state, kind, origin)
    if is_manifest(state):
        headers[0] = ("ETag", f'"{state.version.etag.hex()}"')
    return headers


def copied_from(source: ObjectPath) -> Headers:
    """Return the headers that name what was copied, whichever of its bytes were."""
    return [
        ("X-Copied-From", quote(f"{source.container}/{source.name}")),
        ("X-Copied-From-Account", f"AUTH_{quote(source.account)}"),
    ]


def describe_stored(state: ObjectState, kind: str | None, origin: Origin) -> Headers:
    """Return the headers of an object as it is stored, such as a manifest as a PUT takes it."""
    details = state.version.details
    headers = with_raw_fields(with_safe_delivery(state, kind, origin), details)
    if details.symlink is not None:
        headers = with_target_account(headers)
    return [*headers, version_id(state.version.serial), timestamp(state.last_change)]


def describe_manifest(state: ObjectState, kind: str | None, origin: Origin) -> Headers:
    """Return the headers of a manifest itself: the list of a static one is JSON."""
    headers = describe_stored(state, kind, origin)
    if state.version.details.segmented is None:
        return headers
    headers = [field for field in headers if field[0] != "Content-Type"]
    return [*headers, ("Content-Type", DOCUMENTS[Format.JSON])]
