import pytest

from tests.api.client import Client
from tests.api.conftest import api, committed, new_user
from tests.blobs.client import BlobClient

__all__ = ["api", "committed", "new_user"]


@pytest.fixture
def blobs(api: Client) -> BlobClient:
    """A user without blobs."""
    return BlobClient(api)
