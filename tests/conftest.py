from collections.abc import Iterator

import pytest
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from settings import postgres
from tests.seaweed import SeaweedFS, new_seaweed


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Start the test cluster and make a new test database, for whoever asks.

    pytest-django's own makes one only if a test with the mark ``django_db`` was collected; tests
    that talk to a server have none, and met the database of some earlier run.
    """
    postgres.ensure_running()
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[SeaweedFS]:
    """A real S3 store with the bucket ``blocks``; each who uses it takes a prefix of their own."""
    with new_seaweed() as running:
        running.make_bucket("blocks")
        yield running
