"""A container's and an account's past: what of them differs, sums up, and can be had again."""

from dataclasses import replace
from itertools import chain

from pithos_api.http.bodies.names import read_names
from pithos_api.http.operations.table import Call
from pithos_api.services.access.permissions import authorize
from pithos_api.services.time.archives.opening import open_archive
from pithos_api.values import ContainerPath, Right
from pithos_api.values.requests import ArchiveRequest
from web.headers import disposition, file_name
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
