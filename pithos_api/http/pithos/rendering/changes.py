"""Changes between two moments as text, JSON and XML (contract/time.md)."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from pithos_api.services.time.changes import ObjectChange
from web.documents import element, iso_time, listing_document, text_lines
from web.negotiation import Format

_LETTERS = {"added": "A", "changed": "C", "metadata": "P", "moved": "M", "removed": "D"}


def render_changes(form: Format, container: str, changes: Sequence[ObjectChange]) -> bytes:
    """Return a page of changes. container: its name, which XML tells."""
    return _FORMS[form](container, changes)


def _text(_: str, changes: Sequence[ObjectChange]) -> bytes:
    return text_lines(map(_line, changes))


def _line(change: ObjectChange) -> str:
    came = "" if change.moved_from is None else f"{quote(change.moved_from)} -> "
    return f"{_LETTERS[change.change]} {came}{quote(change.name)}"


def _json(_: str, changes: Sequence[ObjectChange]) -> bytes:
    return orjson.dumps(list(map(_fields, changes)))


def _xml(container: str, changes: Sequence[ObjectChange]) -> bytes:
    entries = (element("object", _fields(change)) for change in changes)
    return listing_document(("changes", container), entries)


def _fields(change: ObjectChange) -> dict[str, Any]:
    return {
        "change": change.change,
        "name": change.name,
        "from": change.moved_from,
        "uuid": change.uuid,
        "bytes": change.size,
        "bytes_before": change.size_before,
        "hash": change.etag,
        "hash_before": change.etag_before,
        "version": change.serial,
        "version_before": change.serial_before,
        "modified": iso_time(change.modified),
        "modified_by": change.modified_by,
    }


_FORMS: dict[Format, Callable[[str, Sequence[ObjectChange]], bytes]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.XML: _xml,
}
