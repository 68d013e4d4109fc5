"""Every route of images, method and kind of image, and what each kind of caller is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.api.conftest import new_users
from tests.api.routes import IMAGE_VIEWS
from tests.api.server import Server
from tests.images.rows import ROWS
from tests.images.world import LIMITED, NOBODIES, SECRET, SOMEBODIES, Row, World, make_world
from web.views import METHODS

READING = {"GET", "HEAD"}
ACTORS = (*NOBODIES, *SOMEBODIES)


@pytest.fixture(scope="module")
def changed(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One whose images are changed, each by one test."""
    with new_users(server, django_db_blocker) as new_user, django_db_blocker.unblock():
        yield make_world(new_user)


@pytest.fixture(scope="module")
def still(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One that no test changes."""
    with new_users(server, django_db_blocker) as new_user, django_db_blocker.unblock():
        yield make_world(new_user)


@pytest.fixture(scope="module")
def before(still: World) -> list[Any]:
    """All that is kept of the owner of the images that nothing changes."""
    return still.everything()


def expected(row: Row, actor: str) -> int:
    if actor in NOBODIES:
        return int(row.statuses.split()[0]) if row.open else 401
    return int(row.statuses.split()[SOMEBODIES.index(actor)])


def test_every_method_of_every_view_has_a_row() -> None:
    served = {
        (type(view).__name__, method.upper())
        for view in IMAGE_VIEWS
        for method in METHODS
        if hasattr(view, method)
    }
    assert served == {(row.view, row.method) for row in ROWS}


CHANGES = [row for row in ROWS if row.method not in READING and expected(row, "owner") < 400]
ALLOWED = [
    (row, actor)
    for row in ROWS
    for actor in SOMEBODIES
    if row.method not in READING and expected(row, actor) < 400
]


@pytest.mark.requirement("I7", "I11", "I16")
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_reading_and_being_refused_changes_no_image(
    still: World, before: list[Any], row: Row
) -> None:
    for actor in ACTORS:
        status = expected(row, actor)
        if status >= 400 or row.method in READING:
            answer = still.ask(row, actor)
            assert answer.status == status, (actor, answer.body)
            assert status < 400 or SECRET not in answer.body
    assert still.everything() == before


@pytest.mark.parametrize(("row", "actor"), ALLOWED, ids=str)
def test_who_may_change_an_image_can(changed: World, row: Row, actor: str) -> None:
    changed.renew(row)
    assert changed.ask(row, actor).status == expected(row, actor)


@pytest.mark.parametrize("row", CHANGES, ids=str)
@pytest.mark.parametrize("actor", LIMITED)
def test_a_limited_token_changes_no_image_out_of_its_limits(
    still: World, before: list[Any], row: Row, actor: str
) -> None:
    answer = still.ask(row, actor)
    assert answer.status in {403, 404} if actor == "elsewhere" else answer.status == 403
    assert still.everything() == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.method in READING], ids=str)
def test_a_token_for_another_container_sees_no_image(still: World, row: Row) -> None:
    answer = still.ask(row, "elsewhere")
    named = [still.names[kind].encode() for kind in ("private", "shared", "public")]
    assert SECRET not in answer.body
    if any(f"{{{kind}}}" in row.path for kind in ("private", "shared", "public", "queued")):
        assert answer.status == 404
    else:
        assert not any(image in answer.body for image in named)
