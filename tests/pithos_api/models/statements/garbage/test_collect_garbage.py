"""Whether a block is named is asked by probes, however many versions there are."""

from hashlib import sha256
from typing import Any

import pytest
from django.db import connection

from pithos_api.models.statements.garbage.collect_garbage import look_at_blocks, look_at_claims
from pithos_api.models.statements.prepared import Statement

pytestmark = pytest.mark.django_db

FILL = """
    INSERT INTO block (digest, size)
    SELECT sha256(('row ' || n)::bytea), 9 FROM generate_series(1, 9000) n;
    INSERT INTO block_claim (user_id, digest) SELECT 1, digest FROM block;
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, hashmap, content_type,
                         modified_by_id, valid_from, meta)
    SELECT 1, n, gen_random_uuid(), 9, '', sha256(('row ' || n)::bytea),
           CASE WHEN n % 3 = 0
                THEN sha256(('row ' || n)::bytea) || sha256(('row ' || n + 1)::bytea) END,
           '', 1, now(), '{}' FROM generate_series(1, 8000) n;
    INSERT INTO hashmap_piece (hash, digests)
    SELECT sha256(('piece ' || n)::bytea), sha256(('in piece ' || n)::bytea)
      FROM generate_series(1, 3) n;
    ANALYZE block, block_claim, version, hashmap_piece;
"""
FIRST: dict[str, Any] = {"after": b"", "limit": 500, "grace": 0.0}
FIRSTS = {look_at_blocks: FIRST, look_at_claims: {**FIRST, "user": 0}}


def plan_of(statement: Statement[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        statement.all(FIRSTS[statement])  # prepares it
        cursor.execute(f"EXPLAIN {statement.execute}", FIRSTS[statement])
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("statement", FIRSTS, ids=lambda each: each.name)
def test_no_version_is_read_but_through_an_index(statement: Statement[Any]) -> None:
    plan = plan_of(statement)
    assert "version_content" in plan
    assert "version_blocks" in plan
    assert "piece_blocks" in plan
    assert "Seq Scan on version" not in plan
    assert "Seq Scan on hashmap_piece" not in plan
    assert "Seq Scan on block" not in plan


def test_a_block_is_unused_unless_a_version_of_one_or_several_names_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("DELETE FROM version WHERE name IN ('4', '5', '6')")
    rows = look_at_blocks.all({**FIRST, "limit": 10_000})
    unused = {bytes(row.digest) for row in rows if row.unused}
    digests = [sha256(f"row {number}".encode()).digest() for number in (3, 4, 5, 6, 7, 8500)]
    assert [digest in unused for digest in digests] == [False, False, True, True, False, True]
