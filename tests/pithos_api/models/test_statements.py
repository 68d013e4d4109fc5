"""What the hot operations cost: how often each goes to the database, and by which plan."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import psycopg2.extensions
import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user
from pithos_api.models import Container
from pithos_api.models.statements.objects.claim_blocks import read_claims
from pithos_api.models.statements.objects.own.read_own_objects import read_own_objects
from pithos_api.models.statements.objects.references.follow_symlinks import follow_symlinks
from pithos_api.models.statements.objects.references.read_parts import find_parts, list_parts
from pithos_api.services.listings.cache import pages
from pithos_api.services.objects.small.many import SmallObject, store_many
from pithos_api.values import Details, ObjectPath
from pithos_api.values.requests import Upload
from tests.factories import insert_objects
from tests.pithos_api.models.plans import (
    CONTENT,
    Call,
    Operation,
    Recorded,
    caller_of,
    plan,
    use_plans,
)

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
    INSERT INTO hashmap_piece (hash, digests)
    SELECT sha256(n::text::bytea), sha256(n::text::bytea) FROM generate_series(1, {OTHERS}) n;
    INSERT INTO usage_delta (container_id, objects_added, bytes_added, at)
    SELECT id, 1, 1, now() FROM container;
    INSERT INTO object_grant (container_id, path, readers, writers)
    SELECT id, 'p', ARRAY['*'], '{{}}' FROM container WHERE name = 'c' AND object_count = 0;
    INSERT INTO publication (key, container_id, name)
    SELECT 'key' || id, id, 'p' FROM container;
    INSERT INTO group_member (owner_id, name, member)
    SELECT id, 'g', account FROM accounts_user;
    ANALYZE accounts_user, accounts_token, container, version, block, hashmap_piece, usage_delta,
            object_grant, publication, group_member;
"""

# The owner has sent much before.
CLAIMS = """
    INSERT INTO block_claim (user_id, digest)
    SELECT (SELECT id FROM accounts_user WHERE account = 'owner'), sha256(n::text::bytea)
      FROM generate_series(1, 1000) n;
    ANALYZE block_claim;
"""

ACCESS = {"accounts_token_pkey", "user_of_account", "container_of_account"}
CURRENT = ACCESS | {"version_current"}
STORED = ACCESS | {"version_history", "version_pkey", "container_pkey"}
WRITTEN = ACCESS | {"version_history", "version_pkey"}
USED = ACCESS | {"usage_of_container"}
LISTED = USED | {"version_current"}

OPERATIONS = [
    Operation("HEAD", "/c/00007", "", "200", 1, frozenset(CURRENT)),
    Operation("GET", "/c/00007", "", "200", 1, frozenset(CURRENT | {"block_pkey"})),
    Operation(
        "HEAD", "/c/00007", "until=4000000000", "200", 3, frozenset(ACCESS | {"version_history"})
    ),
    Operation("PUT", "/c/00007", "", "201", 2, frozenset(STORED)),
    Operation("PUT", "/c/new", "", "201", 2, frozenset(STORED)),
    Operation("PUT", "/c/00007", "", "201", 1, frozenset(WRITTEN), here=True),
    Operation("DELETE", "/c/00007", "", "204", 1, frozenset(WRITTEN)),
    Operation("GET", "/c", "limit=1000&marker=01000", "200", 2, frozenset(LISTED)),
    Operation("GET", "/c", "prefix=01", "200", 2, frozenset(LISTED)),
    Operation("GET", "/c", "delimiter=0", "200", 2, frozenset(LISTED)),
    Operation("GET", "", "", "200", 2, frozenset(USED)),
    Operation("HEAD", "/c", "", "204", 1, frozenset(USED)),
    Operation("HEAD", "", "", "204", 1, frozenset(USED)),
]
AGAIN = OPERATIONS[3]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """Fill all tables once, in a transaction around those of the tests; return the owner."""
    with django_db_blocker.unblock(), transaction.atomic():
        user = create_user("owner")
        container = Container.objects.create(account=user, name="c")
        insert_objects(container.pk, [f"{n:05}" for n in range(OBJECTS)])
        with connection.cursor() as cursor:
            cursor.execute(CROWD)
        yield user
        transaction.set_rollback(True)


@pytest.fixture
def call(crowd: User) -> Call:
    """Send a request, without a server between, to a container among many; return its status."""
    pages.cache_clear()  # all tests list one container
    return caller_of(crowd)


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


@each_operation
def test_an_operation_makes_so_many_round_trips(
    call: Call, sent: list[str], operation: Operation
) -> None:
    assert call(operation) == operation.status  # prepares, and notes the token's use
    assert call(AGAIN) == "201"  # for a second DELETE
    sent.clear()
    assert call(operation) == operation.status
    assert len(sent) == operation.trips, sent


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(
    ("method", "path", "trips"),
    [("GET", "/c/10001", 2), ("PUT", "/c/10001", 2), ("GET", "/c", 2)],
)
def test_who_is_suspended_is_asked_in_the_same_statement(
    crowd: User, sent: list[str], method: str, path: str, trips: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SHARED)
    Container.objects.filter(account=crowd).update(has_grants=True, writers=["other-7"])
    guest = caller_of(User.objects.get(account="other-7"))
    assert guest(Operation("HEAD", "/c/10002", "", "200", 0, frozenset())) == "200"
    User.objects.filter(pk=crowd.pk).update(is_active=False)
    asked = Operation(method, path, "", "404", trips, frozenset())
    assert guest(asked) == asked.status
    sent.clear()
    assert guest(asked) == asked.status
    assert len(sent) <= asked.trips, sent


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


@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_many_small_objects_are_stored_by_probes(
    crowd: User, recorded: Recorded, mode: str
) -> None:
    use_plans(mode)
    paths = [ObjectPath("owner", "c", f"{n:05}") for n in range(50)]
    arriving = [SmallObject(path, Upload(Details("a/b")), str(path).encode()) for path in paths]
    owner = Credentials(token_digest(create_token(crowd)))
    assert store_many(owner, arriving) == [None] * len(paths)
    assert [run[0].name for run in recorded] == ["authorize_owner", "publish_many"]
    text = plan(*recorded[-1])
    assert {"version_history", "version_pkey"} <= set(re.findall(r"\w+", text)), text
    assert "Seq Scan" not in text, text


def test_usage_is_summed_up_once_where_a_quota_applies(call: Call, recorded: Recorded) -> None:
    Container.objects.filter(account__account="owner").update(quota=10**9)
    use_plans("generic")
    assert call(AGAIN) == "201"
    text = plan(*recorded[-1])
    assert recorded[-1][0].name == "publish_in_quota"
    assert text.count("usage_of_container") == 3, text  # the container's two, and the account's


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


KNOWN = json.dumps({"bytes": len(CONTENT), "hashes": [sha256(CONTENT).hexdigest()]}).encode()
TAKEN = WRITTEN | {"version_content", "block_claim_pkey", "block_pkey"}
BY_MAP = Operation("PUT", "/c/copy", "hashmap", "201", 1, frozenset(TAKEN), body=KNOWN, here=True)


@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_an_object_of_known_content_is_one_statement_of_probes(
    call: Call, recorded: Recorded, mode: str
) -> None:
    use_plans(mode)
    assert call(AGAIN) == "201"
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS)
    recorded.clear()
    assert call(BY_MAP) == BY_MAP.status
    assert len(recorded) == BY_MAP.trips
    text = plan(*recorded[0])
    assert {index for index in BY_MAP.indexes if index not in text} == set(), text
    assert "Seq Scan" not in text, text
    (probe,) = [line for line in text.splitlines() if "user_id = target.actor" in line]
    assert "digest = wanted.wanted" in probe


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


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("requests", [1, 64])
def test_many_reads_at_once_are_probes_of_the_same_indexes(mode: str, requests: int) -> None:
    use_plans(mode)
    names: dict[str, list[Any]] = {
        "accounts": ["owner"],
        "containers": ["c"],
        "names": ["00007"],
        "contents": [True],
        "firsts": [7],
        "kepts": [bytes(32)],
    }
    asked = {name: values * requests for name, values in names.items()}
    text = plan(read_own_objects, {**asked, "tokens": [bytes(32)] * requests})
    indexes = CURRENT | {"block_pkey", "hashmap_piece_pkey"}
    assert {index for index in indexes if index not in text} == set(), text
    assert "Seq Scan" not in text, text


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


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_symlinks_are_followed_by_indexes(mode: str) -> None:
    use_plans(mode)
    with connection.cursor() as cursor:
        cursor.execute(LINKED)
    place = {"account": "owner", "container": "c", "name": "00001", "referrer": ""}
    who = {"token": bytes(32), "vouched": "owner", "everywhere": False}
    wanted = {**place, **who, "content": True}
    hops = follow_symlinks.all(wanted)
    assert [(hop.at_name, hop.found.access.right) for hop in hops] == [
        ("00001", 127),
        ("00007", 127),
    ]
    text = plan(follow_symlinks, wanted)
    indexes = CURRENT | {"accounts_token_pkey", "block_pkey"}
    assert {index for index in indexes if index not in text} == set(), text
    assert "Seq Scan" not in text, text


LINKED = """
    UPDATE version SET symlink = '{"container": "c", "name": "00007"}'
     WHERE name = '00001' AND container_id = (
           SELECT c.id FROM container c JOIN accounts_user u ON u.id = c.account_id
            WHERE u.account = 'owner')
"""
SHARED = """
    INSERT INTO object_grant (container_id, path, readers, writers)
    SELECT c.id, n::text, ARRAY['other-7'], '{}' FROM generate_series(10001, 12000) n, container c
      JOIN accounts_user u ON u.id = c.account_id WHERE u.account = 'owner';
    ANALYZE object_grant
"""


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(("viewer", "seen"), [("owner", 5000), ("other-7", 2000)])
def test_parts_of_manifests_are_found_by_indexes(viewer: str, seen: int) -> None:
    use_plans("generic")  # who is shown that a quarter of all is named reads all
    with connection.cursor() as cursor:
        cursor.execute(SHARED)
    owner, user = User.objects.get(account="owner").pk, User.objects.get(account=viewer).pk
    place = {"owner": owner, "container": "c", "first": "10", "beyond": "15"}
    whose = {**place, "viewer": user, "referrer": ""}
    named = {"places": ["c"], "containers": ["c"] * 5000}
    named["names"] = [f"{n:05}" for n in range(10_000, 15_000)]
    wanted_by_name = {name: {**whose, **named}[name] for name in find_parts.takes}
    row = list_parts.one(whose)
    assert row is not None
    assert len(row.serials) == len(row.sizes) == len(find_parts.all(wanted_by_name)) == seen
    for statement, wanted in ((list_parts, whose), (find_parts, wanted_by_name)):
        text = plan(statement, wanted)
        assert "version_current" in text
        assert "Seq Scan" not in text, text
