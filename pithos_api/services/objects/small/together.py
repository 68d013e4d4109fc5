"""What several requests ask, in one statement, without a thread that waits for it."""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from observability import request_context
from observability.metrics import count_event
from pithos_api.blocks.crash import crash_point
from pithos_api.models.statements.asynchronous import AsyncStatement, LostError
from pithos_api.models.statements.prepared import Statement
from pithos_api.services.locks import container_lock, name_lock
from pithos_api.values import Access, ObjectPath
from web.errors import Unavailable

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Hashable)

MOST: Final = 2
"""Questions of a kind at once in a process: each has a connection (see ``settings.slots``)."""


@dataclass(frozen=True, slots=True)
class FoundBefore(Generic[A]):
    """What was found for one request. row: None: nobody knows what came of it.

    whole: the reply needs nothing more. Each kind has a class of its own.
    """

    asked: A
    row: Any
    whole: bool


F = TypeVar("F", bound=FoundBefore[Any])


@dataclass(frozen=True, slots=True)
class AskedKind(Generic[A]):
    """How requests of one kind are asked about.

    statement: its rows have the ``place`` of a request in the list, from 1, and what was ``found``.
    parameters: of the statement, for a list of requests. key: requests with the same key are not
    asked about at once. found: what is known of a request by what the statement has found, and what
    more can be found out without waiting; of None: that nobody knows what has come of it.
    """

    statement: Statement[Any]
    parameters: Callable[[Sequence[A]], Mapping[str, object]]
    key: Callable[[A], Hashable]
    found: Callable[[A, Any], FoundBefore[A]]
    writes: bool = False


class OutcomeUnknownError(Unavailable):
    """The database was lost while it wrote; what it has done cannot be told."""

    def __init__(self) -> None:
        super().__init__("the database was lost meanwhile; look before you repeat this")


class Question(Generic[A]):
    """Requests that are asked about. One thread uses it, and never waits."""

    def __init__(
        self,
        kind: AskedKind[A],
        statement: AsyncStatement[Any],
        asked: Sequence[A],
        places: list[int],
    ) -> None:
        self._kind = kind
        self._statement = statement
        self._asked = asked
        self.places = places  # of those that are in the statement, from 0

    @property
    def writes(self) -> bool:
        """Whether ``fileno`` is to be writable, not readable."""
        return self._statement.writes

    def fileno(self) -> int:
        """Return the descriptor that tells of progress. Raises: LostError."""
        return self._statement.fileno()

    def give_up(self) -> None:
        """Forget what was asked."""
        self._statement.close()

    def end(self) -> list[FoundBefore[A] | None] | None:
        """Return what was found for each; None: that is not known yet.

        None for one request: nothing, or nothing that was asked about it has happened.
        """
        found: list[FoundBefore[A] | None] = [None] * len(self._asked)
        try:
            rows = self._statement.fetch()
        except LostError as error:
            if self._kind.writes and not error.undone:
                log.error("the database was lost while it wrote for %d requests", len(self.places))
                for place in self.places:
                    found[place] = self._kind.found(self._asked[place], None)
                    count_event("database_errors")
            return found
        if rows is None:
            return None
        if self._kind.writes:
            crash_point("after-batch")
        for row in rows:
            place = self.places[row.place - 1]
            found[place] = self._kind.found(self._asked[place], row.found)
        return found


class Asker(Generic[A]):
    """Asks about requests of one kind, in one process."""

    def __init__(self, kind: AskedKind[A]) -> None:
        self.kind = kind
        self._statements = [AsyncStatement(kind.statement) for _ in range(MOST)]

    def begin(self, asked: Sequence[A]) -> Question[A] | None:
        """Ask about these; None: that cannot be now."""
        statement = next((each for each in self._statements if each.is_ready()), None)
        if statement is None:
            return None
        first: dict[Hashable, int] = {}
        for place, each in enumerate(asked):
            first.setdefault(self.kind.key(each), place)
        places = list(first.values())
        if self.kind.writes:
            crash_point("before-batch")
        try:
            statement.ask(self.kind.parameters([asked[place] for place in places]))
        except LostError:
            return None
        return Question(self.kind, statement, asked, places)

    def trim(self) -> None:
        """Close connections that nobody has used for long."""
        for each in self._statements:
            each.trim()


def found_before(kind: type[F]) -> F | None:
    """Return what was found for this thread's request, at most once; None: it was not asked about.

    Raises: OutcomeUnknownError.
    """
    found = request_context.take_found(kind)
    if found is not None and found.row is None:
        raise OutcomeUnknownError
    return found


def needs_no_more(access: Access) -> bool:
    """Return whether a write of the owner is done: no token is to be noted, nothing to be kept."""
    return not access.unnoted and not access.archives and access.keeps_history


def lists_of(tokens: Sequence[bytes], paths: Sequence[ObjectPath]) -> dict[str, object]:
    """Return the parameters that all these statements take: who asks for what, in lists."""
    return {
        "tokens": list(tokens),
        "accounts": [path.account for path in paths],
        "containers": [path.container for path in paths],
        "names": [path.name for path in paths],
    }


def locks_of(paths: Sequence[ObjectPath]) -> dict[str, object]:
    """Return the locks of these names, as the statements that write take them."""
    return {
        "container_locks": [container_lock(path) for path in paths],
        "name_locks": [name_lock(path) for path in paths],
    }
