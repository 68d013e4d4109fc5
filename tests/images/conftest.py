from collections.abc import Callable

import pytest

from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user
from tests.images.client import ImageClient

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture
def images(box: Client) -> ImageClient:
    """A user with the container ``c`` and no image."""
    return ImageClient(box)


@pytest.fixture
def others(new_user: Callable[[], Client]) -> ImageClient:
    """Somebody else."""
    return ImageClient(new_user())
