"""What several requests for objects of their senders' own read, found in one statement."""

from collections.abc import Sequence
from typing import NamedTuple

from observability import request_context
from pithos_api.models.statements.asynchronous import AsyncStatement, LostError
from pithos_api.models.statements.objects.own.read_own_objects import read_own_objects
from pithos_api.models.statements.objects.read_object import OwnObject


class OwnRead(NamedTuple):
    """What is asked about one request. token: its SHA-256. content: false for HEAD."""

    token: bytes
    account: str
    container: str
    name: str
    content: bool


class FoundRead(NamedTuple):
    """What was found for one request. whole: the reply needs no more: no note, parts or blocks."""

    asked: OwnRead
    row: OwnObject
    whole: bool


class OwnReads:
    """The questions of one process; one thread asks them, and never waits.

    An object that is not the caller's own, or shared, or not there is not found: who needs to know
    why asks alone.
    """

    def __init__(self) -> None:
        self._statement = AsyncStatement(read_own_objects)
        self._asked: Sequence[OwnRead] = ()

    @property
    def writes(self) -> bool:
        """Whether ``fileno`` is to be writable, not readable."""
        return self._statement.writes

    def fileno(self) -> int:
        """Return the descriptor that tells of progress. Raises: LostError."""
        return self._statement.fileno()

    def begin(self, asked: Sequence[OwnRead]) -> bool:
        """Ask about these; whether that can be now."""
        if not self._statement.is_ready():
            return False
        tokens, accounts, containers, names, contents = map(list, zip(*asked, strict=True))
        lists = {"tokens": tokens, "accounts": accounts, "containers": containers}
        try:
            self._statement.ask({**lists, "names": names, "contents": contents})
        except LostError:
            return False
        self._asked = asked
        return True

    def end(self) -> list[FoundRead | None] | None:
        """Return what was found for each; None: that is not known yet."""
        asked = self._asked
        found: list[FoundRead | None] = [None] * len(asked)
        try:
            rows = self._statement.fetch()
        except LostError:
            return found
        if rows is None:
            return None
        for row in rows:
            at = row.place - 1
            found[at] = FoundRead(asked[at], row.found, _is_whole(asked[at], row.found))
        return found

    def give_up(self) -> None:
        """Forget what was asked."""
        self._statement.close()


def found_before(asked: OwnRead) -> OwnObject | None:
    """Return what this thread's request was found to read, at most once: the next look is fresh."""
    found = request_context.take_found()
    return found.row if isinstance(found, FoundRead) and found.asked == asked else None


def _is_whole(asked: OwnRead, row: OwnObject) -> bool:
    if row.unnoted or row.manifest is not None:
        return False
    return not asked.content or row.data is not None or not row.size
