"""Jobs on the whole store: one at a time, and none while somebody pauses them."""

from collections.abc import Iterator
from contextlib import closing
from typing import cast

import psycopg2
import pytest
from django.db import connection

from pithos_api.services.locks import Job, paused, sole_worker

# Not one that a server on the same database may be at.
JOB, OTHER_JOB = cast(Job, 98), cast(Job, 99)


@pytest.fixture
def other() -> Iterator[psycopg2.extensions.cursor]:
    """A session of somebody else's."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


def is_free(other: psycopg2.extensions.cursor, job: Job) -> bool:
    other.execute("SELECT pg_try_advisory_lock(4, %s), pg_advisory_unlock(4, %s)", [job, job])
    row = other.fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.django_db
def test_a_job_is_one_worker_s_and_free_afterwards(other: psycopg2.extensions.cursor) -> None:
    with sole_worker(JOB) as ours:
        assert ours
        assert (is_free(other, JOB), is_free(other, OTHER_JOB)) == (False, True)
    assert is_free(other, JOB)


@pytest.mark.django_db
def test_a_job_that_another_has_is_not_ours(other: psycopg2.extensions.cursor) -> None:
    other.execute("SELECT pg_advisory_lock(4, %s)", [JOB])
    with sole_worker(JOB) as ours:
        assert not ours
    assert not _try(JOB)


def _try(job: Job) -> bool:
    with sole_worker(job) as ours:
        return ours


@pytest.mark.django_db
def test_a_paused_job_is_nobody_s_and_several_may_pause_it(
    other: psycopg2.extensions.cursor,
) -> None:
    other.execute("SELECT pg_advisory_lock_shared(4, %s)", [OTHER_JOB])
    with paused(OTHER_JOB):
        other.execute("SELECT pg_advisory_unlock_shared(4, %s)", [OTHER_JOB])
        assert not is_free(other, OTHER_JOB)
    assert is_free(other, OTHER_JOB)
