"""Whether a block may be named, and what was sent and not named, is asked by probes."""

from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from pithos_api.models.statements.objects.claim_blocks import (
    claim_blocks,
    claim_limited_blocks,
    read_limited_claims,
    read_unnamed,
)
from pithos_api.models.statements.prepared import Statement

pytestmark = pytest.mark.django_db

FILL = """
    INSERT INTO block (digest, size)
    SELECT sha256(('row ' || n)::bytea), 9 FROM generate_series(1, 9000) n;
    INSERT INTO block_claim (user_id, digest, pending)
    SELECT 1, sha256(('row ' || n)::bytea), CASE WHEN n > 8980 THEN 9 END
      FROM generate_series(1, 9000) n;
    INSERT INTO limited_claim (user_id, bearer, digest)
    SELECT 1, sha256((n % 9)::text::bytea), sha256(('row ' || n)::bytea)
      FROM generate_series(8001, 9000) n;
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, hashmap, content_type,
                         modified_by_id, valid_from, meta)
    SELECT 1, n, gen_random_uuid(), 9, '', sha256(('row ' || n)::bytea),
           CASE WHEN n % 3 = 0
                THEN sha256(('row ' || n)::bytea) || sha256(('row ' || n + 1)::bytea) END,
           '', 1, now(), '{}' FROM generate_series(1, 8000) n;
"""
ANALYZE = "ANALYZE block, block_claim, limited_claim, version"


def parameters(statement: Statement[Any], *numbers: int, **others: Any) -> dict[str, Any]:
    """What the statement takes: the blocks of these numbers, of user 1, in names from 1 to 2."""
    digests = [sha256(f"row {number}".encode()).digest() for number in numbers]
    bearer = sha256(b"1").digest()
    sent = {"sizes": [9] * len(digests), "contents": [None] * len(digests)}
    usual = {"actor": 1, "container": 1, "first": "1", "beyond": "2", "bearer": bearer}
    given = {**usual, "digests": digests, **sent, **others}
    return {name: given[name] for name in statement.takes}


def fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL)


INDEXES: dict[Statement[Any], set[str]] = {
    read_limited_claims: {"version_content", "version_blocks", "limited_claim_pkey", "block_pkey"},
    read_unnamed: {"unnamed_claims"},
    claim_blocks: {"version_content", "version_blocks"},
    claim_limited_blocks: {"version_content", "version_blocks"},
}


@pytest.mark.parametrize("analyzed", [True, False])
def test_no_table_is_read_through(analyzed: bool) -> None:
    fill()
    wanted = {statement: parameters(statement, 1, 2, 3) for statement in INDEXES}
    for statement, given in wanted.items():
        statement.all(given)  # prepares it
    with connection.cursor() as cursor:
        cursor.execute(ANALYZE if analyzed else "SELECT 1")
    for statement, given in wanted.items():
        plan = plan_of(statement, given)
        # Nothing is in pieces here: to look whether that is so is no walk through a table.
        assert "Seq Scan on" not in plan.replace("Seq Scan on hashmap_piece", ""), plan
        assert not [name for name in INDEXES[statement] if name not in plan], plan


def plan_of(statement: Statement[Any], given: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement.execute.replace("EXECUTE", "EXPLAIN EXECUTE"), given)
        return "\n".join(line for (line,) in cursor.fetchall())


def found(**others: Any) -> list[int]:
    numbers = [1, 3, 4, 5, 16, 8001, 8002, 8992, 9001]
    wanted = parameters(read_limited_claims, *numbers, **others)
    rows = {bytes(row.digest) for row in read_limited_claims.all(wanted)}
    return [n for n, digest in zip(numbers, wanted["digests"], strict=True) if digest in rows]


def test_a_block_is_in_reach_by_a_version_of_one_or_several_or_by_the_token() -> None:
    fill()
    assert found() == [1, 16, 8002, 8992]
    assert found(first="3", beyond="4") == [3, 4, 8002, 8992]
    assert found(container=2) == [8002, 8992]
    assert found(actor=2) == []


def test_only_what_is_pending_is_summed_up() -> None:
    fill()
    assert read_unnamed.one({"actor": 1}) == (180, 20)
    assert read_unnamed.one({"actor": 2}) == (0, 0)
    claim_blocks.one(parameters(claim_blocks, 8990, 8001, 9100, 5))
    assert read_unnamed.one({"actor": 1}) == (198, 22)
