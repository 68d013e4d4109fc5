"""What monitoring is told of a large store, from a sample, is near the truth."""

import pytest
from django.db import connection

from pithos_api.services.operations import statistics


@pytest.mark.django_db
def test_sums_of_a_large_table_are_estimated_from_a_share_of_its_pages(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO block (digest, size, unused_since) SELECT sha256(n::text::bytea), 1000,"
            " CASE WHEN n % 4 = 0 THEN now() END FROM generate_series(1, 60000) AS n"
        )
    pages = statistics._row(statistics._SIZE.format(table="block"))[0]
    exact = statistics._sampled("block", statistics._BLOCK_SUMS, pages)
    near = statistics._sampled("block", statistics._BLOCK_SUMS, pages // 4)
    assert exact == [60_000_000, 15_000_000]
    assert near != exact
    assert near == pytest.approx(exact, rel=0.25)
