import pytest

from settings import postgres


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the test cluster: pytest-django asks for this just before it makes its databases.

    So it is never late, whatever order plugins load in, and tests without a database start none.
    """
    postgres.ensure_running()
