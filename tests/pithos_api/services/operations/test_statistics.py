"""What monitoring is told of a large store, from a sample, is near the truth."""

import pytest
from django.db import connection

from pithos_api.services.operations import statistics

ALL_PAGES = 1 << 30


@pytest.mark.django_db
def test_sums_of_a_large_table_are_estimated_from_a_share_of_its_pages(monkeypatch):
    before = statistics._sampled("block", statistics._BLOCK_SUMS, ALL_PAGES)  # others leave blocks
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO block (digest, size, unused_since)"
            " SELECT sha256(('sum ' || n)::bytea), 1000, CASE WHEN n % 4 = 0 THEN now() END"
            " FROM generate_series(1, 60000) AS n"
        )
    pages = statistics._number(statistics._SIZE.format(table="block"))
    exact = statistics._sampled("block", statistics._BLOCK_SUMS, pages)
    near = statistics._sampled("block", statistics._BLOCK_SUMS, pages // 4)
    assert exact == {
        "block_bytes": before["block_bytes"] + 60_000_000,
        "garbage_bytes": before["garbage_bytes"] + 15_000_000,
    }
    assert near != exact
    assert near == pytest.approx(exact, rel=0.25)
