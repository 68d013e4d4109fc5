"""However much there is, an answer takes a fixed number of SQL statements."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tokens.credentials import Credentials
from accounts.users.users import find_user
from management_api.engine.actors import Actor
from management_api.engine.engine import Engine
from management_api.resources.catalogue import CATALOGUE
from tests.factories import find_container, insert_objects
from tests.management_api.conftest import Manager


def statements(actor: Actor, name: str, depth: int) -> int:
    """How many a list takes."""
    with CaptureQueriesContext(connection) as captured:
        Engine(CATALOGUE).get(actor, name, None, {"depth": str(depth)})
    return len(captured)


@pytest.mark.requirement("M21")
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_depth_is_a_bounded_number_of_statements(user: Manager, depth: int) -> None:
    row = find_user(user.account)
    actor = Actor(row.account, row.pk, operator=False, credentials=Credentials.of_anybody())

    def fill(number: int) -> dict[str, int]:
        name = f"c{number}"
        user.post("container", {"name": name})
        insert_objects(find_container(user.account, name), [f"o{n}" for n in range(number)])
        user.post("token", [{}, {}])
        return {each: statements(actor, each, depth) for each in CATALOGUE.resources}

    assert fill(1) == fill(4)


def test_a_user_with_very_many_objects_reads_pages_of_them(
    user: Manager, new_manager: Callable[..., Manager]
) -> None:
    user.post("container", {"name": "c"})
    names = [f"{number:06}" for number in range(10_500)]
    insert_objects(find_container(user.account, "c"), names)
    too_many = user.ask("GET", "object", depth=0)
    assert too_many.status == 400
    assert too_many.json["error"]["details"]["param_name"] == "limit"
    page = user.get("object", depth=0, limit=3, offset=10_498)
    assert page == [f"{user.account}/c/{name}" for name in names[-2:]]
    assert "objects" not in user.get("container")[0]
