"""Pages of containers whose common beginnings are collapsed, against all of them collapsed here."""

from itertools import product
from random import Random
from time import time
from typing import Any

import pytest
from django.db import connection

from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user
from pithos_api.models import Container
from pithos_api.models.statements.containers.read_container import list_collapsed as statement
from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.services.listings.containers import list_collapsed
from pithos_api.values import Page

NAMES = sorted({"".join(parts) for parts in product(("a", "b-", "-", "é"), repeat=3)})

# The parameters of the first two lines.
TWO_LINES: dict[str, Any] = {
    "limit": 2,
    "marker": "",
    "first": "",
    "beyond": "z",
    "until": None,
    "viewer": None,
    "shared": False,
    "public": False,
    "inside": 0,
    "delimiter": "b-",
    "skip": "b.",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Credentials:
    user = create_user("owner")
    rows = [Container(account_id=user.id, name=name, versioning="auto", quota=0) for name in NAMES]
    Container.objects.bulk_create(rows)
    return Credentials(token_digest(create_token(user)))


def pages() -> list[tuple[Page, str]]:
    rng = Random(20261129)
    return [
        (
            Page(
                limit=rng.choice((1, 3, 100)),
                marker=rng.choice(("", *NAMES, "b-", "a-", "-")),
                prefix=rng.choice(("", "", "a", "b-", "-")),
                end_marker=rng.choice(("", "", *NAMES)),
                reverse=rng.random() < 0.5,
                until=rng.choice((None, None, time() + 60)),
            ),
            rng.choice(("-", "b-", "a", "-é", "/", "-/")),
        )
        for _ in range(200)
    ]


def expected(page: Page, delimiter: str) -> list[str]:
    low, high = (page.marker, page.end_marker)[:: -1 if page.reverse else 1]
    found = []
    for name in sorted(NAMES, reverse=page.reverse):
        if name.startswith(page.prefix) and low < name and (not high or name < high):
            at = name.find(delimiter, len(page.prefix))
            found.append(name[: at + len(delimiter)] if at >= 0 else name)
    shown = dict.fromkeys(each for each in found if each != page.marker)
    return list(shown)[: page.limit]


def test_a_page_is_that_part_of_all_containers_collapsed(owner: Credentials) -> None:
    for page, delimiter in pages():
        found = list_collapsed(owner, "owner", page, delimiter).containers
        names = [each if isinstance(each, str) else each.name for each in found]
        assert names == expected(page, delimiter), (page, delimiter)


def test_a_page_reads_one_container_of_each_beginning(owner: Credentials) -> None:
    with connection.cursor() as cursor:
        explain = f"{IN_ORDER} EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}"
        cursor.execute(explain, {**TWO_LINES, "owner": Container.objects.all()[0].account_id})
        [[[plan]]] = [cursor.fetchone()]
    assert rows_read(plan["Plan"]) <= 4


def rows_read(node: dict[str, object]) -> float:
    """Rows of ``container`` that the plan has taken, in all loops."""
    own = 0.0
    if node.get("Relation Name") == "container":
        rows, dropped = node["Actual Rows"], node.get("Rows Removed by Filter", 0)
        own = (float(str(rows)) + float(str(dropped))) * float(str(node["Actual Loops"]))
    below = node.get("Plans", [])
    assert isinstance(below, list)
    return own + sum(map(rows_read, below))
