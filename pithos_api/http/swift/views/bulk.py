"""Deleting many objects by one request, and what came of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import quote, unquote_to_bytes

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api import errors
from pithos_api.http.authentication import require_known
from pithos_api.http.bodies.lines import read_lines
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.conditions import refuse_conditions
from pithos_api.http.parsing.paths import container_path, object_path
from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.http.swift.rendering.reports import element, status_line
from pithos_api.services.containers.deleting import delete_container
from pithos_api.services.objects.versions.archiving import delete_archived
from pithos_api.values import ContainerPath, ObjectPath
from web import faults
from web.errors import Conflict, Forbidden, InvalidRequest, NotFound, PithosError, TooLarge
from web.negotiation import Format, negotiate
from web.reply import Reply
from web.request_head import RequestHead

MAX_DELETES = 10_000
MAX_BODY = 16 * 1024 * 1024
MAX_LINE = 8192  # twice what the longest path takes, percent-encoded

# So many failures are one piece of the reply.
_TOLD_AT_ONCE = 50


class TooManyLinesError(TooLarge):
    """A bulk deletion names too many paths."""

    def __init__(self) -> None:
        super().__init__(f"at most {MAX_DELETES} paths can be deleted by one request")


@dataclass(slots=True)
class BulkOutcome:
    """What came of a bulk request. failed: path as it was sent, and status, of each.

    Paths stay bytes until they are told: as text one could take four times as much.
    """

    done: int = 0
    not_found: int = 0
    body: str = ""
    failed: list[tuple[bytes, int]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return the status of the whole: 400 if anything failed, or nothing was asked for."""
        return "400 Bad Request" if self.failed or self.body else "200 OK"

    def fail(self, path: bytes, error: PithosError) -> None:
        """Note that something could not be done."""
        self.failed.append((path, faults.status_of(error)))

    def reply(self, form: Format) -> Reply:
        """Return 200 with the outcome."""
        return Reply(200, [("Content-Type", DOCUMENTS[form])], _FORMS[form](self))

    def failures(self) -> Iterator[list[tuple[str, str]]]:
        """Yield paths and status lines as they are told, some at once."""
        for start in range(0, len(self.failed), _TOLD_AT_ONCE):
            some = self.failed[start : start + _TOLD_AT_ONCE]
            yield [(path.decode(errors="replace"), status_line(status)) for path, status in some]

    def fields(self) -> dict[str, object]:
        """Return the outcome under the names that Swift's clients know."""
        return {
            "Number Deleted": self.done,
            "Number Not Found": self.not_found,
            "Response Body": self.body,
            "Response Status": self.status,
        }


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
    outcome = BulkOutcome()
    if not wanted:
        outcome.body = "Invalid bulk delete."
    for line in wanted:
        _delete_line(call.credentials, call.path, line, outcome)
    return outcome.reply(call.wanted)


def delete_all(credentials: Credentials, paths: Iterable[ObjectPath]) -> BulkOutcome:
    """Delete objects one by one, and count."""
    outcome = BulkOutcome()
    for path in paths:
        shown = f"/{quote(path.container)}/{quote(path.name)}"
        _delete(credentials, path, shown.encode(), outcome)
    return outcome


def _delete_line(credentials: Credentials, account: str, line: bytes, outcome: BulkOutcome) -> None:
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
    credentials: Credentials, path: ContainerPath | ObjectPath, shown: bytes, outcome: BulkOutcome
) -> None:
    try:
        if isinstance(path, ObjectPath):
            delete_archived(credentials, path)
        else:
            delete_container(credentials, path)
    except NotFound:
        outcome.not_found += 1
    except (Forbidden, Conflict) as error:
        outcome.fail(shown, error)
    else:
        outcome.done += 1


def _as_text(outcome: BulkOutcome) -> Iterator[bytes]:
    lines = [f"{name}: {value}" for name, value in outcome.fields().items()]
    yield "\n".join([*lines, "Errors:"]).encode()
    for some in outcome.failures():
        yield "".join(f"\n{path}, {status}" for path, status in some).encode()


def _as_json(outcome: BulkOutcome) -> Iterator[bytes]:
    yield orjson.dumps(outcome.fields()).removesuffix(b"}") + b',"Errors":['
    mark = b""
    for some in outcome.failures():
        yield mark + orjson.dumps(some)[1:-1]
        mark = b","
    yield b"]}"


def _as_xml(outcome: BulkOutcome) -> Iterator[bytes]:
    fields = "".join(element(name, str(value)) for name, value in outcome.fields().items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<delete>{fields}<errors>'.encode()
    for some in outcome.failures():
        yield "".join(
            f"<object>{element('name', path)}{element('status', status)}</object>"
            for path, status in some
        ).encode()
    yield b"</errors></delete>"


_FORMS = {Format.TEXT: _as_text, Format.JSON: _as_json, Format.XML: _as_xml}
