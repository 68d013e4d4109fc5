"""What came of a bulk request: how much was done, and what went wrong with what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import orjson

from pithos_api.http.swift.rendering.documents import DOCUMENTS
from pithos_api.http.swift.rendering.faults import status_of
from pithos_api.http.swift.rendering.reports import element, status_line
from web.errors import PithosError
from web.negotiation import Format
from web.reply import Reply

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'

# So many failures are one piece of the reply.
_TOLD_AT_ONCE: Final = 50
_FAILED: Final = 400
_BAD_GATEWAY: Final = 502
_OURS: Final = 500  # from this status on it is not the client's fault


@dataclass(slots=True)
class BulkReport:
    """The outcome of a bulk request.

    root: the document's name in XML. success: the status if all went well. counts: how much was
    done, under the names that Swift's clients know. ended: the status of what ended the whole, 0
    of nothing; body: a text about it. failed: path as it is told, and status, of each.

    Paths stay bytes until they are told: as text one could take four times as much.
    """

    root: str
    success: int
    counts: dict[str, int]
    ended: int = 0
    body: str = ""
    failed: list[tuple[bytes, int]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return the status of the whole."""
        if self.ended:
            return status_line(self.ended)
        if not self.failed:
            return status_line(self.success)
        worst = max(status for _, status in self.failed)
        return status_line(_BAD_GATEWAY if worst >= _OURS else _FAILED)

    def fail(self, path: bytes, error: PithosError) -> None:
        """Note that something could not be done."""
        self.failed.append((path, status_of(error)))

    def end(self, status: int, body: str) -> None:
        """Note what has ended the whole."""
        self.ended, self.body = status, body

    def reply(self, form: Format) -> Reply:
        """Return 200 with the outcome."""
        return Reply(200, [("Content-Type", DOCUMENTS[form])], self.pieces(form))

    def pieces(self, form: Format) -> Iterator[bytes]:
        """Yield the document."""
        if form is Format.XML:
            yield DECLARATION
        yield from _FORMS[form](self)

    def rest(self, form: Format) -> Iterator[bytes]:
        """Yield the document without what blanks may not come before."""
        yield from _FORMS[form](self)

    def failures(self) -> Iterator[list[tuple[str, str]]]:
        """Yield paths and status lines as they are told, some at once."""
        for start in range(0, len(self.failed), _TOLD_AT_ONCE):
            some = self.failed[start : start + _TOLD_AT_ONCE]
            yield [(path.decode(errors="replace"), status_line(status)) for path, status in some]

    def fields(self) -> dict[str, object]:
        """Return the outcome under the names that Swift's clients know."""
        return {**self.counts, "Response Body": self.body, "Response Status": self.status}


def _as_text(outcome: BulkReport) -> Iterator[bytes]:
    lines = [f"{name}: {value}" for name, value in outcome.fields().items()]
    yield "\n".join([*lines, "Errors:"]).encode()
    for some in outcome.failures():
        yield "".join(f"\n{path}, {status}" for path, status in some).encode()


def _as_json(outcome: BulkReport) -> Iterator[bytes]:
    yield orjson.dumps(outcome.fields()).removesuffix(b"}") + b',"Errors":['
    mark = b""
    for some in outcome.failures():
        yield mark + orjson.dumps(some)[1:-1]
        mark = b","
    yield b"]}"


def _as_xml(outcome: BulkReport) -> Iterator[bytes]:
    fields = "".join(element(name, str(value)) for name, value in outcome.fields().items())
    yield f"<{outcome.root}>{fields}<errors>".encode()
    for some in outcome.failures():
        yield "".join(
            f"<object>{element('name', path)}{element('status', status)}</object>"
            for path, status in some
        ).encode()
    yield f"</errors></{outcome.root}>".encode()


_FORMS = {Format.TEXT: _as_text, Format.JSON: _as_json, Format.XML: _as_xml}
