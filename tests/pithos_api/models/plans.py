"""What tests of plans share: requests without a server, and how Postgres runs what they send."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts.models import User
from accounts.tokens.tokens import create_token
from pithos_api.http.handler import application
from pithos_api.models.statements import prepared
from pithos_api.models.statements.prepared import Statement

# Nobody else stores it: what others have made of the same content would be found, too.
CONTENT = b"content of plans"

Recorded = list[tuple[Statement[Any], dict[str, Any]]]


@dataclass(frozen=True)
class Operation:
    """A request, what it is answered, how many round trips it takes and which indexes it uses.

    here: its body has come, as far as the server says.
    """

    method: str
    path: str
    query: str
    status: str
    trips: int
    indexes: frozenset[str]
    source: str = ""
    body: bytes = CONTENT
    here: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}?{self.query}{' here' if self.here else ''}"


class BodyHere(BytesIO):
    """A body that has come."""

    at_hand = True


Call = Callable[[Operation], str]


def caller_of(user: User) -> Call:
    """Return what sends requests of this user."""
    token = create_token(user)

    def send(operation: Operation) -> str:
        url = f"/v1/owner{operation.path}?{operation.query}"
        factory = RequestFactory(headers={"X-Auth-Token": token})
        fields = {"X-Copy-From": operation.source} if operation.source else {}
        fields["Content-Length"] = str(len(operation.body))
        made = factory.generic(operation.method, url, operation.body, headers=fields)
        answers: list[str] = []
        stream = (BodyHere if operation.here else BytesIO)(operation.body)
        environ = {**made.environ, "wsgi.input": stream}
        for _ in application(environ, lambda line, _: answers.append(line)):
            pass
        return answers[0].partition(" ")[0]

    return send


def record_runs(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """The statements that operations run, with what they are given."""
    runs: Recorded = []
    attempt = Statement._attempt

    def record(statement: Statement[Any], parameters: dict[str, Any], fetch: Any) -> Any:
        runs.append((statement, parameters))
        return attempt(statement, parameters, fetch)

    monkeypatch.setattr(Statement, "_attempt", record)
    return runs


def plan(statement: Statement[Any], parameters: dict[str, Any]) -> str:
    """How Postgres runs it as it is prepared."""
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        text = statement._text(raw, cursor)
        assert text.count("EXECUTE") == 1
        cursor.execute(text.replace("EXECUTE", "EXPLAIN (COSTS OFF) EXECUTE"), parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def use_plans(mode: str) -> None:
    """Let this transaction plan for the values at hand, or for any. Postgres decides by costs."""
    connection.ensure_connection()
    prepared._connection.raw = None
    prepared._prepared()[connection.connection] = set()  # known: its mode is not set once more
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(f"SET LOCAL plan_cache_mode = force_{mode}_plan")
