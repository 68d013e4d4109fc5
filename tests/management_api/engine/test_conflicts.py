"""Writes that are in each other's way: one is done again, and both succeed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from management_api.engine.actors import Actor
from management_api.engine.basic import Basic, Captured
from management_api.engine.engine import RETRIES, Engine
from management_api.engine.fields import Ref, Values
from management_api.engine.resource import Catalogue
from management_api.engine.tables import TableWrites
from tests.management_api.engine.conftest import COOK, code
from tests.management_api.engine.kitchen import CATALOGUE, Cookie, Jar


@dataclass(frozen=True, slots=True)
class MeetingWrites(TableWrites):
    """After their first change two writers wait for each other."""

    meeting: Barrier

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        super(MeetingWrites, self).change(actor, target, values)
        with suppress(BrokenBarrierError):
            self.meeting.wait(5)
            self.meeting.abort()


@dataclass(frozen=True, slots=True)
class HopelessWrites(TableWrites):
    """Whatever is changed, others are in the way. tries: how often it was."""

    tries: list[Ref]

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        self.tries.append(target)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")


@pytest.fixture
def tins(tables: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Jar, Jar]]:
    """Two jars that are committed, with cookies, so that two connections see them."""
    with django_db_blocker.unblock():
        one, two = (Jar.objects.create(label=label) for label in ("one", "two"))
        for jar in (one, two):
            Cookie.objects.create(jar=jar)
        yield one, two
        Cookie.objects.all().delete()
        Jar.objects.all().delete()


def kitchen_with(writes: TableWrites) -> Basic:
    cookie = replace(CATALOGUE["cookie"], writes=writes)
    return Basic(Engine(Catalogue([CATALOGUE["jar"], cookie])))


@pytest.mark.requirement("M20")
def test_of_two_conflicting_patches_one_is_done_again(tins: tuple[Jar, Jar]) -> None:
    basic = kitchen_with(MeetingWrites(Cookie, Barrier(2)))
    cookies = list(Cookie.objects.order_by("id").values_list("id", flat=True))

    def take(jar: Jar, wanted: list[int]) -> Captured:
        """Put loose cookies into a jar, one after the other."""
        try:
            return basic.patch(COOK, "jar", str(jar.pk), {"cookies": wanted})
        finally:
            connection.close()

    Cookie.objects.update(jar=None)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, tins, (cookies, cookies[::-1])))
    assert [answer.status for answer in answers] == [200, 200]
    assert len(set(Cookie.objects.values_list("jar", flat=True))) == 1


@pytest.mark.requirement("M20")
def test_a_conflict_that_does_not_end_is_an_error(tins: tuple[Jar, Jar]) -> None:
    tries: list[Ref] = []
    basic = kitchen_with(HopelessWrites(Cookie, tries))
    key = str(Cookie.objects.order_by("id").values_list("id", flat=True)[0])
    assert code(basic.patch(COOK, "cookie", key, {"size": 1})) == (500, "SERVER_ERROR")
    assert len(tries) == 1 + RETRIES
