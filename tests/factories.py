"""Rows that tests need by the thousand, which requests would take too long to make."""

from collections.abc import Sequence

from django.db import connection

from pithos_api.models import Container

_OBJECTS = """
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, content_type,
                         modified_by_id, valid_from, meta)
    SELECT c.id, each.name, gen_random_uuid(), 0, decode(md5(''), 'hex'), sha256(''), 'text/plain',
           c.account_id, now(), '{}'
      FROM container c, unnest(%s::text[]) AS each (name)
     WHERE c.id = %s;
    UPDATE container SET modified = now() WHERE id = %s
"""


def find_container(account: str, name: str) -> int:
    """The row id of a container."""
    return Container.objects.get(account__account=account, name=name).id


def insert_objects(container: int, names: Sequence[str]) -> None:
    """Make empty objects of these names. The container's counters do not know of them."""
    with connection.cursor() as cursor:
        cursor.execute(_OBJECTS, [list(names), container, container])
