import pytest

from tests.pithos_api.models.plans import Recorded, record_runs


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """The statements that operations run, with what they are given."""
    return record_runs(monkeypatch)
