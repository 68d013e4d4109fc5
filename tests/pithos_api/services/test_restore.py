"""Restoring a folder of 10,000 objects takes as many statements as one of a single object."""

from time import time
from typing import Any

import pytest
from django.db import connection

from accounts.tokens.credentials import Credentials
from accounts.users.users import create_user
from pithos_api.models import Container
from pithos_api.services.containers.deleting import empty_container
from pithos_api.services.time.restore import Restoration, restore
from pithos_api.values import ContainerPath
from pithos_api.values.requests import RestoreRequest
from tests.pithos_api.models.test_statements import sent

__all__ = ["sent"]

MANY = 10_000
FILL = """
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, content_type,
                         modified_by_id, valid_from, meta, added)
    SELECT c.id, 'f/' || n, gen_random_uuid(), n, decode(md5(n::text), 'hex'),
           sha256(n::text::bytea), 'text/x', c.account_id, now() - interval '1 minute',
           jsonb_build_object('N', n::text), true
      FROM container c, generate_series(1, %s) n WHERE c.id = %s
"""
STATES = """
    SELECT name, uuid, size, etag, merkle, content_type, meta FROM version
     WHERE container_id = %s AND valid_from < to_timestamp(%s) AND valid_to >= to_timestamp(%s)
     ORDER BY name
"""


@pytest.mark.django_db
@pytest.mark.requirement("T3")
def test_ten_thousand_objects_take_few_statements(sent: list[str]) -> None:
    user = create_user("restorer")
    container = Container.objects.create(account=user, name="c")
    Container.objects.update(created="2020-01-01T00:00:00Z")
    mine, path = Credentials(b"", vouched=user.account), ContainerPath(user.account, "c")

    def states(at: float) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(STATES, [container.id, at, at])
            return list(cursor.fetchall())

    def restored(at: float) -> Restoration:
        sent.clear()
        done = restore(mine, path, RestoreRequest(at, "f/"))
        assert len(sent) < 40, sent
        return done

    with connection.cursor() as cursor:
        cursor.execute(FILL, [MANY, container.id])
    until, was = time() - 30, states(time() - 30)
    empty_container(mine, path)
    done = restored(until)
    assert (done.recreated, done.bytes_after) == (MANY, sum(range(MANY + 1)))
    assert len(was) == MANY
    assert states(time() + 60) == was
    undone = restored(done.moment.timestamp())
    assert (undone.removed, undone.bytes_after, states(time() + 60)) == (MANY, 0, [])
