"""Deleting objects, versions, and static large objects with their segments."""

from dataclasses import replace

from pithos_api.errors import NotStaticError
from pithos_api.http.operations.table import Call
from pithos_api.http.swift.parsing.manifests import ManifestDeletion
from pithos_api.http.swift.rendering.heads import version_id
from pithos_api.http.swift.views import bulk
from pithos_api.services.objects import deleting
from pithos_api.services.objects import reading as stored
from pithos_api.services.objects.large_objects import static_large_objects
from pithos_api.services.objects.large_objects.parts import Viewer
from pithos_api.services.objects.versions.archiving import delete_archived
from pithos_api.values import ObjectPath, Right
from pithos_api.values.requests import Deletion
from web.reply import Reply


def delete(call: Call[ObjectPath, Deletion]) -> Reply:
    """Delete the object; the reply names the deletion as a version."""
    conditions = call.wanted.conditions
    return Reply(204, [version_id(delete_archived(call.credentials, call.path, conditions))])


def delete_version(call: Call[ObjectPath, int]) -> Reply:
    """Delete a version for good."""
    was_current = deleting.delete_version(call.credentials, call.path, call.wanted)
    current = [("X-Object-Current-Version-Id", "null")] if was_current else []
    return Reply(204, [version_id(call.wanted), *current])


def delete_whole(call: Call[ObjectPath, ManifestDeletion]) -> Reply:
    """Delete a static large object and its segments, and count."""
    credentials, conditions = call.credentials, call.wanted.conditions
    state = stored.open_object(credentials, call.path, Right.READ | Right.DELETE)
    if state.version.details.segmented is None:
        raise NotStaticError(call.path.name)
    viewer = Viewer(state.access.actor, credentials)
    paths = static_large_objects.segment_paths(viewer, state, bulk.MAX_DELETES)
    if conditions is None:
        return bulk.delete_all(credentials, [*paths, state.path]).reply(call.wanted.form)
    # The manifest goes first: no segment does unless it is still the one that was read.
    fixed = replace(conditions, serial=state.version.serial)
    deleting.delete_object(credentials, state.path, fixed, Right.DELETE)
    outcome = bulk.delete_all(credentials, paths)
    bulk.note_deletion(outcome)
    return outcome.reply(call.wanted.form)
