"""How the hot statements reach Postgres: prepared once a connection, one round trip each."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    connections,
)
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from pithos_api.models.statements.rows import Columns, Row, maker_of
from pithos_api.models.statements.time_limits import is_cancelled, limited

T = TypeVar("T")

_PARAMETER = re.compile(r"%\((\w+)\)s")
_TYPED = re.compile(r"%\((\w+)\)s::([a-z]+(?:\[\])?)")
_USED = re.compile(r"%\((\w+)\)s(?:::[a-z]+(?:\[\])?)?")
# Each statement has one good plan; looking for better ones costs more than it finds.
GENERIC_PLANS: Final = "SET plan_cache_mode = force_generic_plan"

_LOST = (OperationalError, InterfaceError)


class _PreparedConnection(threading.local):
    """The connection of this thread and the names of what is prepared on it."""

    raw: Connection | None = None
    prepared: set[str] = set()  # noqa: RUF012 - each connection brings its own


_connection = _PreparedConnection()


@cache
def _prepared() -> WeakKeyDictionary[Connection, set[str]]:
    """Return the same of all connections, because they go from thread to thread."""
    return WeakKeyDictionary()


class Statement(Generic[Row]):
    """One SQL statement with ``%(name)s`` parameters, each cast to its type where first used.

    Planning a join of five tables costs more than running it, so the statement is PREPAREd on
    the connection that runs it. Behind a pooler that shares connections between transactions
    set PITHOS_PREPARED_STATEMENTS=0: the same text is then sent plain.

    row: what it finds; the columns of ``sql`` are made of it (``rows.columns``).
    before: SQL run before it in the same round trip and transaction: locks, which a statement's
    snapshot must be younger than, or planner settings. first: the same, one statement that is
    prepared, too.
    prepare, execute: the texts that are sent; make: makes a row of columns.
    spares: parameters that it does without, and others that are asked the same do not. All that
    is given must be known by name, and nothing may be missing.
    A statement that only reads is repeated once if its connection turns out to be lost.
    """

    def __init__(  # noqa: PLR0913 - a declaration, what is rare by keyword
        self,
        name: str,
        row: type[Row],
        sql: str,
        *,
        before: str = "",
        first: str = "",
        writes: bool = False,
        spares: Iterable[str] = (),
    ) -> None:
        types = dict(_TYPED.findall(sql))
        # Sent plain, a parameter is a literal of no type wherever it is not cast.
        plain = _USED.sub(lambda match: f"%({match[1]})s::{types[match[1]]}", sql)
        prepare, execute = _texts(name, sql)
        if first:
            first_prepare, first_execute = _texts(f"before_{name}", first)
            prepare, execute = f"{first_prepare}; {prepare}", f"{first_execute}; {execute}"
            plain = f"{first}; {plain}"
        self.name = name
        self.row = row
        self.sql = sql
        self.takes = frozenset(_PARAMETER.findall(before + first + sql))
        self._accepts = self.takes.union(spares)
        self.make = maker_of(row)
        self._writes = writes
        self.prepare = prepare
        self.execute = f"{before}{execute}"
        self._plain = f"{before}{plain}"

    def one(self, parameters: Mapping[str, object]) -> Row | None:
        """Run it and return the first row.

        Raises: django.db.Error as the ORM does.
        """
        found: Columns | None = self._run(parameters, _fetch_one)
        return None if found is None else self.make(found)

    def all(self, parameters: Mapping[str, object]) -> list[Row]:
        """Run it and return every row.

        Raises: django.db.Error as the ORM does.
        """
        return list(map(self.make, self._run(parameters, _fetch_all)))

    def _run(self, parameters: Mapping[str, object], fetch: Callable[[Cursor], T]) -> T:
        if not self.takes <= parameters.keys() <= self._accepts:
            wrong = (parameters.keys() - self._accepts) | (self.takes - parameters.keys())
            raise TypeError(f"{self.name} takes {sorted(self.takes)}: see {sorted(wrong)}")
        try:
            return self._attempt(parameters, fetch)
        except Error as error:
            if not _is_lost(error):
                raise
            # A restarted database leaves dead connections behind: a fresh one may well work.
            repeat = not self._writes and not connection.in_atomic_block
            connection.close()
            if not repeat:
                raise
        return self._attempt(parameters, fetch)

    def _attempt(self, parameters: Mapping[str, object], fetch: Callable[[Cursor], T]) -> T:
        wrapper = connections[DEFAULT_DB_ALIAS]  # django.db.connection looks it up at every turn
        wrapper.ensure_connection()
        raw: Connection = wrapper.connection
        with wrapper.wrap_database_errors, raw.cursor() as cursor:
            cursor.execute(limited(self._text(raw, cursor)), parameters)
            return fetch(cursor)

    def _text(self, raw: Connection, cursor: Cursor) -> str:
        if not settings.PITHOS_PREPARED_STATEMENTS:
            return self._plain
        if _connection.raw is not raw:
            known = _prepared()
            if raw not in known:
                cursor.execute(GENERIC_PLANS)
                known[raw] = set()
            _connection.raw, _connection.prepared = raw, known[raw]
        if self.name not in _connection.prepared:
            cursor.execute(limited(self.prepare))
            _connection.prepared.add(self.name)
        return self.execute


def _texts(name: str, sql: str) -> tuple[str, str]:
    """Return what prepares a statement, and what executes it."""
    types = dict(_TYPED.findall(sql))
    names = list(dict.fromkeys(_PARAMETER.findall(sql)))
    numbered = _PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}", sql)
    arguments = ", ".join(f"%({each})s::{types[each]}" for each in names)
    return f"PREPARE {name} AS {numbered}", f"EXECUTE {name}" + (f" ({arguments})" if names else "")


def _fetch_one(cursor: Cursor) -> Columns | None:
    return cursor.fetchone()


def _fetch_all(cursor: Cursor) -> list[Columns]:
    return cursor.fetchall()


def _is_lost(error: Error) -> bool:
    """Return whether the connection broke.

    psycopg2 may say so with a bare DatabaseError: then it is libpq's own and has no SQLSTATE.
    """
    if is_cancelled(error):
        return False
    return isinstance(error, _LOST) or getattr(error.__cause__, "pgcode", None) is None
