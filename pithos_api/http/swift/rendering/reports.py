"""Reports of what came of several things at once, in the forms that Swift's clients know."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from xml.sax.saxutils import escape

import orjson

from pithos_api.errors import InvalidSegmentListError
from pithos_api.http.rendering.fields import http_date
from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.values import Published
from web import faults
from web.errors import PithosError
from web.negotiation import Format
from web.reply import Reply


def report(form: Format, root: str, fields: Mapping[str, str], errors: Mapping[str, str]) -> bytes:
    """Return fields, and paths with what is wrong with each. root: the document's name in XML."""
    if form is Format.JSON:
        return orjson.dumps({**fields, "Errors": list(map(list, errors.items()))})
    if form is Format.XML:
        return _xml(root, fields, errors)
    lines = [f"{name}: {value}" for name, value in fields.items()]
    listed = [f"{path}, {problem}" for path, problem in errors.items()]
    return "\n".join([*lines, "Errors:", *listed]).encode()


def heartbeat_reply(form: Format, store: Callable[[], Published]) -> Reply:
    """Return 202 with what came of storing a list of segments, as ``heartbeat=on`` asks for.

    Blanks before the document would keep the connection alive. It takes no time that would need
    more than one.
    """
    errors: Mapping[str, str] = {}
    try:
        stored = store()
    except InvalidSegmentListError as error:
        fields, errors = _failed(error, ""), error.problems
    except PithosError as error:
        fields = _failed(error, str(error))
    else:
        fields = {
            "Response Status": status_line(201),
            "Response Body": "",
            "Last Modified": http_date(stored.modified),
            "Etag": f'"{stored.etag.hex()}"',
        }
    body = report(form, "upload", fields, errors)
    lead = b"" if form is Format.XML else b" "
    return Reply(202, [("Content-Type", DOCUMENTS[form])], lead + body)


def _failed(error: PithosError, told: str) -> dict[str, str]:
    return {"Response Status": status_line(faults.status_of(error)), "Response Body": told}


def status_line(status: int) -> str:
    """Return number and phrase."""
    return f"{status} {HTTPStatus(status).phrase}"


def _xml(root: str, fields: Mapping[str, str], errors: Mapping[str, str]) -> bytes:
    told = "".join(element(name, value) for name, value in fields.items())
    listed = "".join(
        f"<object>{element('name', path)}{element('status', problem)}</object>"
        for path, problem in errors.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}\n<{root}>{told}<errors>{listed}</errors></{root}>".encode()


def element(name: str, text: str) -> str:
    """Return a field as an element of XML."""
    tag = name.lower().replace(" ", "_")
    return f"<{tag}>{escape(text)}</{tag}>"
