"""What the hot operations cost: how often each goes to the database, and by which plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import psycopg2.extensions
import pytest
from django.db import connection
from django.test import RequestFactory

from accounts import services as accounts
from accounts.models import User
from pithos_api.http.handler import application
from pithos_api.models import Container
from pithos_api.models.statements import prepared
from pithos_api.models.statements.claim_blocks import read_claims
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.read_parts import find_parts, list_parts
from tests.factories import insert_objects

pytestmark = pytest.mark.django_db

OBJECTS = 20_000
OTHERS = 3_000

# Enough of everything that the planner has reason to use every index. Deltas of the container
# under test stay, as they would between two folds.
CROWD = f"""
    INSERT INTO accounts_user (account, uuid, password, is_active, is_operator)
    SELECT 'other-' || n, gen_random_uuid(), '', true, false FROM generate_series(1, {OTHERS}) n;
    INSERT INTO accounts_token (digest, user_id, label)
    SELECT sha256(account::bytea), id, '' FROM accounts_user WHERE account LIKE 'other-%';
    INSERT INTO container (account_id, name, versioning, quota, meta, meta_keys)
    SELECT id, 'c', 'auto', 0, '{{}}', '{{}}' FROM accounts_user WHERE account LIKE 'other-%';
    INSERT INTO block (digest, size, data)
    SELECT sha256(n::text::bytea), 0, '' FROM generate_series(1, {OTHERS}) n
    ON CONFLICT DO NOTHING;
    INSERT INTO usage_delta (container_id, objects_added, bytes_added, at)
    SELECT id, 1, 1, now() FROM container;
    INSERT INTO object_grant (container_id, path, readers, writers)
    SELECT id, 'p', ARRAY['*'], '{{}}' FROM container WHERE name = 'c' AND object_count = 0;
    INSERT INTO publication (key, container_id, name)
    SELECT 'key' || id, id, 'p' FROM container;
    INSERT INTO group_member (owner_id, name, member)
    SELECT id, 'g', account FROM accounts_user;
    ANALYZE accounts_user, accounts_token, container, version, block, usage_delta,
            object_grant, publication, group_member;
"""

# The owner has sent much before.
CLAIMS = """
    INSERT INTO block_claim (user_id, digest)
    SELECT (SELECT id FROM accounts_user WHERE account = 'owner'), sha256(n::text::bytea)
      FROM generate_series(1, 1000) n;
    ANALYZE block_claim;
"""

Recorded = list[tuple[Statement, dict[str, Any]]]


@dataclass(frozen=True)
class Operation:
    """A request, what it is answered, how many round trips it takes and which indexes it uses."""

    method: str
    path: str
    query: str
    status: str
    trips: int
    indexes: frozenset[str]
    source: str = ""
    body: bytes = b"abc"

    def __str__(self) -> str:
        return f"{self.method} {self.path}?{self.query}"


ACCESS = {"accounts_token_pkey", "user_of_account", "container_of_account"}
CURRENT = ACCESS | {"version_current"}
STORED = ACCESS | {"version_history", "version_pkey", "container_pkey"}
WRITTEN = ACCESS | {"version_history", "version_pkey"}
USED = ACCESS | {"usage_of_container"}
LISTED = USED | {"version_current"}

OPERATIONS = [
    Operation("HEAD", "/c/00007", "", "200", 1, frozenset(CURRENT)),
    Operation("GET", "/c/00007", "", "200", 1, frozenset(CURRENT | {"block_pkey"})),
    Operation("PUT", "/c/00007", "", "201", 2, frozenset(STORED)),
    Operation("PUT", "/c/new", "", "201", 2, frozenset(STORED)),
    Operation("DELETE", "/c/00007", "", "204", 1, frozenset(WRITTEN)),
    Operation("GET", "/c", "limit=1000&marker=01000", "200", 2, frozenset(LISTED)),
    Operation("GET", "/c", "prefix=01", "200", 2, frozenset(LISTED)),
    Operation("GET", "/c", "delimiter=0", "200", 2, frozenset(LISTED)),
    Operation("GET", "", "", "200", 2, frozenset(USED)),
    Operation("HEAD", "/c", "", "204", 1, frozenset(USED)),
    Operation("HEAD", "", "", "204", 1, frozenset(USED)),
]
AGAIN = OPERATIONS[2]
Call = Callable[[Operation], str]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


@pytest.fixture
def call() -> Call:
    """Send a request, without a server between, to a container among many; return its status."""
    user = accounts.create_user("owner")
    container = Container.objects.create(account=user, name="c")
    insert_objects(container.pk, [f"{n:05}" for n in range(OBJECTS)])
    with connection.cursor() as cursor:
        cursor.execute(CROWD)
    return caller_of(user)


def caller_of(user: User) -> Call:
    """Return what sends requests of this user."""
    token = accounts.create_token(user)

    def send(operation: Operation) -> str:
        url = f"/v1/owner{operation.path}?{operation.query}"
        factory = RequestFactory(headers={"X-Auth-Token": token})
        fields = {"X-Copy-From": operation.source} if operation.source else {}
        fields["Content-Length"] = str(len(operation.body))
        made = factory.generic(operation.method, url, operation.body, headers=fields)
        answers: list[str] = []
        environ = {**made.environ, "wsgi.input": BytesIO(operation.body)}
        for _ in application(environ, lambda line, _: answers.append(line)):
            pass
        return answers[0].partition(" ")[0]

    return send


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """Every text that goes to the database, through Django or past it."""
    texts: list[str] = []

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, query: Any, vars: Any = None) -> None:
            texts.append(str(query))
            super().execute(query, vars)

    connection.ensure_connection()
    raw: Any = connection.connection
    usual, raw.cursor_factory = raw.cursor_factory, Cursor
    yield texts
    raw.cursor_factory = usual


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """The statements that operations run, with what they are given."""
    runs: Recorded = []
    attempt = Statement._attempt

    def record(statement: Statement, parameters: dict[str, Any], fetch: Any) -> Any:
        runs.append((statement, parameters))
        return attempt(statement, parameters, fetch)

    monkeypatch.setattr(Statement, "_attempt", record)
    return runs


def plan(statement: Statement, parameters: dict[str, Any]) -> str:
    """How Postgres runs it as it is prepared."""
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        text = statement._text(raw, cursor)
        assert text.count("EXECUTE") == 1
        cursor.execute(text.replace("EXECUTE", "EXPLAIN (COSTS OFF) EXECUTE"), parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def use_plans(mode: str) -> None:
    """Let this transaction plan for the values at hand, or for any. Postgres decides by costs."""
    prepared._session.raw = None
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(f"SET LOCAL plan_cache_mode = force_{mode}_plan")


@each_operation
def test_an_operation_makes_so_many_round_trips(
    call: Call, sent: list[str], operation: Operation
) -> None:
    assert call(operation) == operation.status  # prepares, and notes the token's use
    assert call(AGAIN) == "201"  # for a second DELETE
    sent.clear()
    assert call(operation) == operation.status
    assert len(sent) == operation.trips, sent


def test_a_page_of_what_has_not_changed_is_not_read_again(call: Call, sent: list[str]) -> None:
    page = Operation("GET", "/c", "limit=1000", "200", 1, frozenset())
    assert call(page) == "200"
    sent.clear()
    assert call(page) == "200"
    assert len(sent) == page.trips, sent


@pytest.mark.parametrize("mode", ["custom", "generic"])
@each_operation
def test_its_plan_uses_the_indexes_meant_for_it(
    call: Call, recorded: Recorded, mode: str, operation: Operation
) -> None:
    use_plans(mode)
    assert call(operation) == operation.status
    plans = "\n\n".join(plan(*run) for run in recorded)
    assert len(recorded) == operation.trips
    assert {index for index in operation.indexes if index not in plans} == set(), plans
    assert "Seq Scan" not in plans, plans


@pytest.mark.parametrize("operation", [AGAIN, OPERATIONS[4]], ids=str)
def test_a_name_is_found_by_its_own_index_in_a_store_that_was_never_analyzed(
    recorded: Recorded, operation: Operation
) -> None:
    user = accounts.create_user("owner")
    Container.objects.create(account=user, name="c")
    call = caller_of(user)
    call(AGAIN)
    use_plans("generic")
    recorded.clear()
    assert call(operation) == operation.status
    plans = "\n\n".join(plan(*run) for run in recorded)
    assert "version_history" in plans
    assert "version_times" not in plans, plans


def test_usage_is_summed_up_once_where_a_quota_applies(call: Call, recorded: Recorded) -> None:
    Container.objects.filter(account__account="owner").update(quota=10**9)
    use_plans("generic")
    assert call(AGAIN) == "201"
    text = plan(*recorded[-1])
    assert recorded[-1][0].name == "publish_in_quota"
    assert text.count("usage_of_container") == 2, text  # the container's, and the account's


@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_a_copy_asks_for_its_own_claims_only(call: Call, recorded: Recorded, mode: str) -> None:
    use_plans(mode)
    assert call(Operation("PUT", "/c/source", "", "201", 2, frozenset())) == "201"
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS)
    copy = Operation("PUT", "/c/copy", "", "201", 4, frozenset(), "/c/source", b"")
    assert call(copy) == copy.status
    (run,) = [run for run in recorded if run[0].name == "publish_taken"]
    probes = [line for line in plan(*run).splitlines() if "user_id = " in line]
    assert probes
    assert all("digest = wanted.wanted" in line for line in probes), plan(*run)


@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_a_block_list_asks_for_its_own_claims_only(call: Call, mode: str) -> None:
    use_plans(mode)
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS)
    wanted = {"actor": User.objects.get(account="owner").pk, "digests": [bytes(32), bytes(32)]}
    text = plan(read_claims, wanted)
    probes = [line for line in text.splitlines() if "user_id = " in line]
    assert probes
    assert all("digest = wanted.wanted" in line for line in probes), text


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("query", ["limit=1000", "limit=1000&marker=10000", "prefix=1"])
def test_a_page_of_names_is_not_sorted(
    call: Call, recorded: Recorded, mode: str, query: str
) -> None:
    use_plans(mode)
    assert call(Operation("GET", "/c", query, "200", 2, frozenset())) == "200"
    ((statement, parameters),) = [run for run in recorded if run[0].name == "list_objects"]
    assert len(statement.all(parameters)) == min(parameters["limit"], OBJECTS)
    text = plan(statement, parameters)
    assert "Index Scan using version_current" in text
    assert "Sort" not in text


SHARED = """
    INSERT INTO object_grant (container_id, path, readers, writers)
    SELECT c.id, n::text, ARRAY['other-7'], '{}' FROM generate_series(10001, 12000) n, container c
      JOIN accounts_user u ON u.id = c.account_id WHERE u.account = 'owner';
    ANALYZE object_grant
"""


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize(("viewer", "seen"), [("owner", 5000), ("other-7", 2000)])
def test_parts_of_manifests_are_found_by_indexes(
    call: Call, mode: str, viewer: str, seen: int
) -> None:
    use_plans(mode)
    with connection.cursor() as cursor:
        cursor.execute(SHARED)
    owner, user = User.objects.get(account="owner").pk, User.objects.get(account=viewer).pk
    whose = {"owner": owner, "viewer": user, "container": "c", "first": "10", "beyond": "15"}
    named = {"places": ["c"], "containers": ["c"] * 5000}
    named["names"] = [f"{n:05}" for n in range(10_000, 15_000)]
    row = list_parts.one(whose)
    assert row is not None
    assert len(row[0]) == len(row[1]) == len(find_parts.all({**whose, **named})) == seen
    for statement, wanted in ((list_parts, whose), (find_parts, {**whose, **named})):
        text = plan(statement, wanted)
        assert "version_current" in text
        assert "Seq Scan" not in text, text
