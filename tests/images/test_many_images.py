"""Ten thousand images of a hundred owners: any page is quick, in a bounded number of statements.

What is measured is the time of processors, which others who are busy do not make longer."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.tokens.credentials import Credentials
from images.models import Image
from images.services.registry import list_images
from images.values.images import Visibility
from images.values.queries import SORT_KEYS, ImageQuery, Order

OWNERS, IMAGES = 100, 10_000
MOST_SECONDS = 0.020
MOST_STATEMENTS = 2  # and two prepared ones: who calls, and what grants call them

_FILL = """
    WITH made AS (
        INSERT INTO accounts_user (account, password, uuid, display_name, is_active, is_operator,
                                   session_seed)
        SELECT 'many' || n, '', gen_random_uuid(), '', true, false, ''
          FROM generate_series(0, %(owners)s - 1) AS n RETURNING id, account),
    boxes AS (
        INSERT INTO container (account_id, name, meta, versioning, quota, meta_keys, has_grants)
        SELECT id, 'images', '{}', 'auto', 0, '{}', true FROM made ORDER BY id
        RETURNING id, account_id)
    SELECT count(*) FROM boxes;
    INSERT INTO object_grant (container_id, path, readers, writers)
    SELECT c.id, 'o' || n, CASE n %% 3 WHEN 0 THEN ARRAY['*'] ELSE ARRAY['many0', 'x'] END, '{}'
      FROM accounts_user u JOIN container c ON c.account_id = u.id,
           generate_series(0, %(images)s / %(owners)s - 1) AS n
     WHERE u.account LIKE 'many%%' AND n %% 3 < 2;
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, content_type,
                         modified_by_id, valid_from, meta, domains)
    SELECT c.id, 'o' || n, image, (n * 7919) %% 1000, decode(md5(''), 'hex'), sha256(''), 'x/y',
           u.id, now(), '{}', jsonb_build_object('plankton', jsonb_build_object(
               'id', image, 'name', 'image ' || (n * 31 %% 97), 'status', 'active',
               'disk_format', CASE n %% 2 WHEN 0 THEN 'raw' ELSE 'qcow2' END,
               'container_format', 'bare', 'created_at', now() - n * interval '1 minute',
               'tags', jsonb_build_array('t' || n %% 10), 'property:os', 'os' || n %% 20))
      FROM accounts_user u JOIN container c ON c.account_id = u.id,
           generate_series(0, %(images)s / %(owners)s - 1) AS n,
           LATERAL (SELECT CASE WHEN n >= 0 THEN gen_random_uuid() END AS image) AS made
     WHERE u.account LIKE 'many%%'
"""


@pytest.fixture(scope="module")
def caller(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Credentials]:
    """Somebody who owns a hundred of the images, and with whom two thirds are shared."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(_FILL, {"owners": OWNERS, "images": IMAGES})
            cursor.execute("ANALYZE image; ANALYZE accounts_user; ANALYZE container")
        yield Credentials(b"", vouched="many0")
        with transaction.atomic(), connection.cursor() as cursor:
            users = User.objects.filter(account__startswith="many").values("id")
            boxes = "SELECT id FROM container WHERE account_id = ANY(%s)"
            ids = [[row["id"] for row in users]]
            for statement in (
                f"DELETE FROM version WHERE container_id IN ({boxes})",
                f"DELETE FROM object_grant WHERE container_id IN ({boxes})",
                "DELETE FROM container WHERE account_id = ANY(%s)",
                "DELETE FROM accounts_user WHERE id = ANY(%s)",
            ):
                cursor.execute(statement, ids)


FILTERS: list[dict[str, Any]] = [
    {},
    {"visibility": Visibility.PUBLIC},
    {"visibility": Visibility.PRIVATE},
    {"visibility": Visibility.SHARED},
    {"member_status": "all"},
    {"owner": "many7"},
    {"tags": ("t3",)},
    {"properties": {"os": "os7"}},
    {"equal": {"disk_format": ("raw",), "name": ("image 5", "image 6")}},
    {"size_min": 990},
    {"equal": {"name": ("none",)}},
]


def spent() -> float:
    """The seconds of processors that we and our connection's process of Postgres have taken."""
    assert connection.connection is not None
    process: int = connection.connection.info.backend_pid
    return time.thread_time() + time.clock_gettime((~process << 3) | 2)  # clock_getcpuclockid(3)


def cost(credentials: Credentials, query: ImageQuery) -> float:
    """The seconds of processors that a page takes, in no more statements than it may."""
    begun = spent()
    with CaptureQueriesContext(connection) as asked:
        list_images(credentials, query)
    assert len(asked) <= MOST_STATEMENTS
    return spent() - begun


def is_quick(credentials: Credentials, query: ImageQuery) -> bool:
    """Whether a page costs no more than it may; caches may be cold at some of the times."""
    return any(cost(credentials, query) < MOST_SECONDS for _ in range(20))


@pytest.mark.parametrize("key", SORT_KEYS)
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_any_page_is_quick(caller: Credentials, committed: None, filters: Any, key: str) -> None:
    order = (Order(key, descending=True),)
    first = list_images(caller, ImageQuery(order=order, limit=25, **filters))
    deep = list_images(caller, ImageQuery(order=order, limit=2000, **filters))
    for marker in ("", deep[-1].id if deep else "", first[-1].id if first else ""):
        query = ImageQuery(order=order, limit=25, marker=marker, **filters)
        assert is_quick(caller, query)


def test_the_caller_sees_two_thirds_of_all_and_their_own(
    caller: Credentials, committed: None
) -> None:
    seen = {image.id for image in list_images(caller, ImageQuery())}
    many = Image.objects.filter(account__startswith="many")
    own = Q(account="many0") | Q(readers__overlap=["*", "many0"])
    assert many.count() == IMAGES
    assert many.filter(own).count() == len(seen & {str(each.id) for each in many.only("id")})
    assert str(uuid4()) not in seen
