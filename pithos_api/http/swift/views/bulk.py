"""Deleting many objects by one request, and what came of it."""

from collections.abc import Iterable
from itertools import islice
from urllib.parse import quote, unquote_to_bytes

from accounts.tokens.credentials import Credentials
from pithos_api import errors
from pithos_api.http.authentication import require_known
from pithos_api.http.bodies.lines import read_lines
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.conditions import refuse_conditions
from pithos_api.http.parsing.paths import container_path, object_path
from pithos_api.http.swift.rendering.bulk_reports import BulkReport
from pithos_api.services.containers.deleting import delete_container
from pithos_api.services.objects.versions.archiving import delete_archived
from pithos_api.values import ContainerPath, ObjectPath
from web.errors import Conflict, Forbidden, InvalidRequest, NotFound, TooLarge
from web.negotiation import Format, negotiate
from web.reply import Reply
from web.request_head import RequestHead

MAX_DELETES = 10_000
MAX_BODY = 16 * 1024 * 1024
MAX_LINE = 8192  # twice what the longest path takes, percent-encoded

_DELETED = "Number Deleted"
_NOT_FOUND = "Number Not Found"


class TooManyLinesError(TooLarge):
    """A bulk deletion names too many paths."""

    def __init__(self) -> None:
        super().__init__(f"at most {MAX_DELETES} paths can be deleted by one request")


def read_bulk(head: RequestHead, _: str) -> Format:
    """Return in which form the outcome of a bulk deletion is wanted.

    Raises: ConditionRefusedError.
    """
    refuse_conditions(head, "bulk-delete")
    return negotiate(head)


def delete_lines(call: Call[str, Format]) -> Reply:
    """Delete what the body lists: a line for each, ``/container/object`` or ``/container``.

    All lines are read and counted before anything is deleted: too many delete nothing.

    Raises: InvalidTokenError: before the body is read; UploadTooLargeError, LongLineError,
        TooManyLinesError, NoLengthError.
    """
    require_known(call.credentials)
    wanted = list(islice(read_lines(call.body(), MAX_BODY, MAX_LINE), MAX_DELETES + 1))
    if len(wanted) > MAX_DELETES:
        raise TooManyLinesError
    outcome = _report()
    if not wanted:
        outcome.end(400, "Invalid bulk delete.")
    for line in wanted:
        _delete_line(call.credentials, call.path, line, outcome)
    return outcome.reply(call.wanted)


def delete_all(credentials: Credentials, paths: Iterable[ObjectPath]) -> BulkReport:
    """Delete objects one by one, and count."""
    outcome = _report()
    for path in paths:
        shown = f"/{quote(path.container)}/{quote(path.name)}"
        _delete(credentials, path, shown.encode(), outcome)
    return outcome


def note_deletion(outcome: BulkReport) -> None:
    """Count something that was deleted."""
    outcome.counts[_DELETED] += 1


def _report() -> BulkReport:
    return BulkReport("delete", 200, {_DELETED: 0, _NOT_FOUND: 0})


def _delete_line(credentials: Credentials, account: str, line: bytes, outcome: BulkReport) -> None:
    try:
        path = _path(account, line)
    except InvalidRequest as error:
        outcome.fail(line, error)
    else:
        _delete(credentials, path, line, outcome)


def _path(account: str, line: bytes) -> ContainerPath | ObjectPath:
    try:
        text = unquote_to_bytes(line).decode()
    except UnicodeDecodeError as error:
        raise errors.InvalidBulkPathError from error
    container, _, name = text.removeprefix("/").partition("/")
    return object_path(account, container, name) if name else container_path(account, container)


def _delete(
    credentials: Credentials, path: ContainerPath | ObjectPath, shown: bytes, outcome: BulkReport
) -> None:
    try:
        if isinstance(path, ObjectPath):
            delete_archived(credentials, path)
        else:
            delete_container(credentials, path)
    except NotFound:
        outcome.counts[_NOT_FOUND] += 1
    except (Forbidden, Conflict) as error:
        outcome.fail(shown, error)
    else:
        note_deletion(outcome)
