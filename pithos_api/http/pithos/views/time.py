"""A container's and an account's past: what of them differs, sums up, and can be had again."""

from dataclasses import asdict, replace
from itertools import chain

import orjson

from pithos_api.http.bodies.names import read_names
from pithos_api.http.operations.table import Call
from pithos_api.http.pithos.rendering.changes import render_changes
from pithos_api.services.access.permissions import authorize
from pithos_api.services.time.archives.opening import open_archive
from pithos_api.services.time.changes import list_changes
from pithos_api.services.time.moments import Moments, moments_of_account, moments_of_container
from pithos_api.services.time.restore import restore
from pithos_api.services.time.usage import PartUsage, usage_of_account, usage_of_container
from pithos_api.values import ContainerPath, Right
from pithos_api.values.requests import (
    ArchiveRequest,
    ChangesRequest,
    MomentsRequest,
    RestoreRequest,
    UsageRequest,
)
from web.headers import disposition, file_name
from web.json_values import JSONObject, JSONValue
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply


def get_zip(call: Call[ContainerPath, ArchiveRequest]) -> Reply:
    """Return the archive. Its first piece is read now, so that damage there is still a 503."""
    archive = open_archive(call.credentials, call.path, call.wanted)
    pieces = archive.read()
    first = next(pieces)
    name = file_name(call.wanted.prefix.rpartition("/")[0]) or call.path.container
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", disposition("attachment", f"{name}.zip")),
        ("Content-Length", str(archive.size)),
    ]
    return Reply(200, headers, chain((first,), pieces))


def post_zip(call: Call[ContainerPath, ArchiveRequest]) -> Reply:
    """Return the archive of what the body names; of who may read nothing no body is read."""
    below = call.wanted.prefix or call.credentials.prefix
    authorize(call.credentials, call.path, Right.READ, below)
    names = read_names(call.body(), call.wanted.prefix)
    return get_zip(call._replace(wanted=replace(call.wanted, names=names)))


def get_changes(call: Call[ContainerPath, ChangesRequest]) -> Reply:
    """Return what differs between two moments."""
    form = call.wanted.form
    changes = list_changes(call.credentials, call.path, call.wanted)
    body = render_changes(form, call.path.container, changes)
    return Reply(200, [("Content-Type", CONTENT_TYPES[form])], body)


def get_moments(call: Call[ContainerPath, MomentsRequest]) -> Reply:
    """Return when how much of the container, or of a folder in it, changed."""
    return _moments_reply(moments_of_container(call.credentials, call.path, call.wanted))


def get_account_moments(call: Call[str, MomentsRequest]) -> Reply:
    """Return when how much of the account changed."""
    return _moments_reply(moments_of_account(call.credentials, call.path, call.wanted))


def _moments_reply(moments: Moments) -> Reply:
    buckets: list[JSONValue] = [
        {
            "from": bucket.start.timestamp(),
            "to": bucket.end.timestamp(),
            "changes": bucket.changes,
            "added": bucket.added,
            "removed": bucket.removed,
            "bytes": bucket.size,
        }
        for bucket in moments.buckets
    ]
    ends = {"first": moments.first, "last": moments.last}
    told = {name: None if at is None else at.timestamp() for name, at in ends.items()}
    return _json({**told, "buckets": buckets})


def post_restore(call: Call[ContainerPath, RestoreRequest]) -> Reply:
    """Make the container, or a folder in it, what it was; tell what that changes."""
    done = restore(call.credentials, call.path, call.wanted)
    return _json({**asdict(done), "moment": done.moment.timestamp()})


def get_usage(call: Call[ContainerPath, UsageRequest]) -> Reply:
    """Return what the container, or a folder in it, takes."""
    return _usage_reply(usage_of_container(call.credentials, call.path, call.wanted), call.wanted)


def get_account_usage(call: Call[str, UsageRequest]) -> Reply:
    """Return what the account takes."""
    return _usage_reply(usage_of_account(call.credentials, call.path, call.wanted), call.wanted)


def _usage_reply(usage: PartUsage, wanted: UsageRequest) -> Reply:
    told: dict[str, JSONValue] = {
        "current": {"bytes": usage.current_bytes, "objects": usage.current_objects},
        "history": {"bytes": usage.history_bytes, "versions": usage.history_versions},
        "stored": usage.stored,
        "unique": usage.unique,
        "shared": usage.stored - usage.unique,
    }
    if wanted.until is not None:
        told["freed_by_purge"] = usage.freed
    return _json(told)


def _json(told: JSONObject) -> Reply:
    return Reply(200, [("Content-Type", CONTENT_TYPES[Format.JSON])], orjson.dumps(told))
