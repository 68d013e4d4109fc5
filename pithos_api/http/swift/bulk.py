"""Deleting many objects by one request, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, unquote_to_bytes
from xml.sax.saxutils import escape

import orjson
from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials
from pithos_api import errors
from pithos_api.http import faults
from pithos_api.http.body import read_all
from pithos_api.http.conditions import refuse_conditions
from pithos_api.http.names import container_path, object_path
from pithos_api.http.negotiation import CONTENT_TYPES, Format, negotiate
from pithos_api.http.reply import Reply
from pithos_api.services import containers, deletions
from pithos_api.values import ContainerPath, ObjectPath, Right

MAX_DELETES = 10_000
MAX_BODY = 16 * 1024 * 1024


class TooManyLinesError(errors.TooLarge):
    def __init__(self) -> None:
        super().__init__(f"at most {MAX_DELETES} paths can be deleted by one request")


@dataclass(slots=True)
class Tally:
    """What came of a bulk request. failed: path as it was sent, and status line, of each."""

    done: int = 0
    not_found: int = 0
    body: str = ""
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return the status of the whole: 400 if anything failed, or nothing was asked for."""
        return "400 Bad Request" if self.failed or self.body else "200 OK"

    def fail(self, path: str, error: errors.PithosError) -> None:
        """Note that something could not be done."""
        self.failed.append((path, status_line(faults.status_of(error))))

    def reply(self, request: WSGIRequest) -> Reply:
        """Return 200 with the outcome in the form that is asked for."""
        form = negotiate(request)
        return Reply(200, [("Content-Type", CONTENT_TYPES[form])], _FORMS[form](self))

    def fields(self) -> dict[str, object]:
        """Return the outcome under the names that Swift's clients know."""
        return {
            "Number Deleted": self.done,
            "Number Not Found": self.not_found,
            "Response Body": self.body,
            "Response Status": self.status,
        }


def status_line(status: int) -> str:
    """Return number and phrase."""
    return f"{status} {HTTPStatus(status).phrase}"


def delete_lines(request: WSGIRequest, credentials: Credentials, account: str) -> Reply:
    """Delete what the body lists: a line for each, ``/container/object`` or ``/container``.

    Raises: UploadTooLargeError, TooManyLinesError, NoLengthError; InvalidTokenError;
        ConditionRefusedError.
    """
    refuse_conditions(request, "bulk-delete")
    lines = read_all(request, MAX_BODY).split(b"\n")
    wanted = [line.strip() for line in lines if line.strip()]
    if len(wanted) > MAX_DELETES:
        raise TooManyLinesError
    tally = Tally()
    if not wanted:
        tally.body = "Invalid bulk delete."
    for line in wanted:
        _delete_line(credentials, account, line, tally)
    return tally.reply(request)


def delete_all(credentials: Credentials, paths: Iterable[ObjectPath]) -> Tally:
    """Delete objects one by one, and count."""
    tally = Tally()
    for path in paths:
        _delete(credentials, path, f"/{quote(path.container)}/{quote(path.name)}", tally)
    return tally


def _delete_line(credentials: Credentials, account: str, line: bytes, tally: Tally) -> None:
    shown = line.decode(errors="replace")
    try:
        path = _path(account, line)
    except errors.InvalidRequest as error:
        tally.fail(shown, error)
    else:
        _delete(credentials, path, shown, tally)


def _path(account: str, line: bytes) -> ContainerPath | ObjectPath:
    try:
        text = unquote_to_bytes(line).decode()
    except UnicodeDecodeError as error:
        raise errors.InvalidBulkPathError from error
    container, _, name = text.removeprefix("/").partition("/")
    return object_path(account, container, name) if name else container_path(account, container)


def _delete(
    credentials: Credentials, path: ContainerPath | ObjectPath, shown: str, tally: Tally
) -> None:
    try:
        if isinstance(path, ObjectPath):
            deletions.delete_object(credentials, path, least=Right.DELETE)
        else:
            containers.delete_container(credentials, path)
    except errors.NotFound:
        tally.not_found += 1
    except (errors.Forbidden, errors.Conflict) as error:
        tally.fail(shown, error)
    else:
        tally.done += 1


def _as_text(tally: Tally) -> bytes:
    lines = [f"{name}: {value}" for name, value in tally.fields().items()]
    lines += ["Errors:", *(f"{path}, {status}" for path, status in tally.failed)]
    return "\n".join(lines).encode()


def _as_json(tally: Tally) -> bytes:
    return orjson.dumps({**tally.fields(), "Errors": tally.failed})


def _as_xml(tally: Tally) -> bytes:
    fields = "".join(_element(name, str(value)) for name, value in tally.fields().items())
    failed = "".join(
        f"<object>{_element('name', path)}{_element('status', status)}</object>"
        for path, status in tally.failed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<delete>{fields}<errors>{failed}</errors></delete>"
    ).encode()


def _element(name: str, text: str) -> str:
    tag = name.lower().replace(" ", "_")
    return f"<{tag}>{escape(text)}</{tag}>"


_FORMS = {Format.TEXT: _as_text, Format.JSON: _as_json, Format.XML: _as_xml}
