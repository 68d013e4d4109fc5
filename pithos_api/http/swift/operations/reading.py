"""Reading objects: by right, by signed URLs, and manifests themselves."""

from pithos_api.http.operations.reading import version_of
from pithos_api.http.operations.table import Call
from pithos_api.http.swift.authentication import require_signed_parts
from pithos_api.http.swift.parsing.manifests import ManifestRead, raw_list
from pithos_api.http.swift.parsing.signed import SignedRead
from pithos_api.http.swift.rendering.heads import (
    describe_manifest,
    describe_object,
    describe_stored,
)
from pithos_api.http.swift.rendering.places import located
from pithos_api.http.swift.rendering.signed_urls import signed_headers
from pithos_api.services.objects.large_objects.opening import (
    Readable,
    as_stored,
    describe,
    open_readable,
    open_stored,
)
from pithos_api.values import ObjectPath, ObjectState
from pithos_api.values.requests import ReadObject
from web.bodies.data import data_reply, head_reply
from web.reply import Reply
from web.views import nowhere


def head(call: Call[ObjectPath, ReadObject]) -> Reply:
    """Describe what the object reads as."""
    wanted = call.wanted
    follows = not wanted.of_symlink
    state = describe(call.credentials, call.path, version_of(call, wanted), follows=follows)
    headers = describe_object(state, wanted.disposition, call.origin)
    return head_reply(wanted, state, located(headers, state, call.path))


def get(call: Call[ObjectPath, ReadObject]) -> Reply:
    """Send what the object reads as."""
    wanted = call.wanted
    follows = not wanted.of_symlink
    source = open_readable(call.credentials, call.path, version_of(call, wanted), follows=follows)
    headers = describe_object(source.state, wanted.disposition, call.origin)
    return data_reply(wanted, source, located(headers, source.state, call.path))


def head_signed(call: Call[ObjectPath, SignedRead]) -> Reply:
    """Describe the object to the bearer of a signed URL."""
    state = describe(call.credentials, call.path, follows=not call.wanted.wanted.of_symlink)
    require_signed_parts(call.credentials, state)
    return head_reply(call.wanted.wanted, state, _signed(call, state))


def get_signed(call: Call[ObjectPath, SignedRead]) -> Reply:
    """Send the object to the bearer of a signed URL."""
    follows = not call.wanted.wanted.of_symlink
    source = open_readable(call.credentials, call.path, follows=follows)
    require_signed_parts(call.credentials, source.state)
    return data_reply(call.wanted.wanted, source, _signed(call, source.state))


def _signed(call: Call[ObjectPath, SignedRead], state: ObjectState) -> list[tuple[str, str]]:
    headers = describe_object(state, call.wanted.wanted.disposition, nowhere)
    return located(signed_headers(call.wanted, state, headers), state, call.path)


def head_manifest(call: Call[ObjectPath, ManifestRead]) -> Reply:
    """Describe a manifest itself."""
    source, headers = _manifest_itself(call, content=False)
    return head_reply(call.wanted.wanted, source.state, headers)


def get_manifest(call: Call[ObjectPath, ManifestRead]) -> Reply:
    """Send a manifest itself."""
    source, headers = _manifest_itself(call, content=True)
    return data_reply(call.wanted.wanted, source, headers)


def _manifest_itself(
    call: Call[ObjectPath, ManifestRead], *, content: bool
) -> tuple[Readable, list[tuple[str, str]]]:
    """Return a manifest as it is stored, or as a PUT takes it, and its headers."""
    wanted = call.wanted.wanted
    follows = not wanted.of_symlink
    state = open_stored(
        call.credentials, call.path, version_of(call, wanted), content=content, follows=follows
    )
    if call.wanted.raw and state.version.details.segmented:
        source = raw_list(state)
        return source, describe_stored(source.state, wanted.disposition, call.origin)
    return as_stored(state), describe_manifest(state, wanted.disposition, call.origin)
