from collections.abc import Callable

import pytest
from pytest_django import DjangoDbBlocker

from images.models import Image
from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user
from tests.images.client import ImageClient
from tests.images.glance import GlanceClient

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture(scope="module", autouse=True)
def _no_image_of_other_tests(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """What the tests of another file have made public would be in everybody's lists."""
    with django_db_blocker.unblock():
        Image.objects.all().delete()


@pytest.fixture
def images(box: Client) -> ImageClient:
    """A user with the container ``c`` and no image."""
    return ImageClient(box)


@pytest.fixture
def others(new_user: Callable[[], Client]) -> ImageClient:
    """Somebody else."""
    return ImageClient(new_user())


@pytest.fixture
def glance(box: Client) -> GlanceClient:
    """A user of Glance's interface with the container ``c`` and no image."""
    return GlanceClient(box)


@pytest.fixture
def another(new_user: Callable[[], Client]) -> GlanceClient:
    """Somebody else, at Glance's interface."""
    return GlanceClient(new_user())
