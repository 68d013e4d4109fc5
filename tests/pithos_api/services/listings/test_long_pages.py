"""Long pages are made in pieces, and say the same as short ones."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user
from pithos_api.http.pithos.rendering.documents import render_objects
from pithos_api.http.pithos.rendering.objects import OBJECTS
from pithos_api.models import Container, Version
from pithos_api.services.listings.cache import pages
from pithos_api.services.listings.objects import _one_snapshot, list_objects
from pithos_api.values import ContainerPath, ObjectPage
from tests.factories import insert_objects
from web.negotiation import Format

NAMES = 2500

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> Credentials:
    user = create_user("owner")
    container = Container.objects.create(
        account=user, name="c", versioning="auto", quota=0, object_count=NAMES
    )
    insert_objects(container.pk, [f"ä{n:05}" for n in range(NAMES)])
    pages.cache_clear()
    return Credentials(token_digest(create_token(user)))


def listed(owner: Credentials, page: ObjectPage) -> list[str]:
    listing = list_objects(owner, ContainerPath("owner", "c"), page, as_json=OBJECTS)
    text = render_objects(Format.JSON, listing, lambda: "http://here")
    return [f"{each['name']} {each['x_object_modified_by']}" for each in json.loads(text)]


@pytest.mark.parametrize("past", [False, True])
def test_a_long_page_says_what_short_ones_do(owner: Credentials, past: bool) -> None:
    until = time.time() + 60 if past else None
    expected: list[str] = []
    marker = ""
    while some := listed(owner, ObjectPage(700, marker=marker, until=until)):
        expected += some
        marker = expected[-1].split()[0]
    assert len(expected) == NAMES
    assert listed(owner, ObjectPage(10_000, until=until)) == expected
    assert listed(owner, ObjectPage(2200, until=until)) == expected[:2200]
    assert listed(owner, ObjectPage(2000, marker="ä01000", until=until)) == expected[1001:]


def test_what_is_written_meanwhile_is_in_no_piece(owner: Credentials) -> None:
    def write() -> None:
        insert_objects(Container.objects.get().pk, ["new"])
        connection.close()

    with _one_snapshot():
        before = Version.objects.count()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result()
        assert Version.objects.count() == before
    assert Version.objects.count() == before + 1
