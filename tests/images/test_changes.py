"""Who asks again and again what has changed misses nothing, whoever changes it meanwhile."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.tokens.credentials import Credentials
from images.models import GoneImage, Image, Membership
from images.services.registering import change_image, register
from images.values.changes import ImageChange, Registration
from pithos_api.models import Container, Grant
from pithos_api.values import ObjectPath
from tests.api.client import Client
from tests.images.client import V11, V20, ImageClient
from tests.images.glance import GlanceClient

WRITERS, CHANGES = 4, 8


def changed(images: ImageClient, since: str) -> list[dict[str, Any]]:
    query: dict[str, Any] = {"changes-since": since}
    answer = images.send("GET", f"{V11}/images/detail", **query)
    assert answer.status in {200, 304}
    found: list[dict[str, Any]] = answer.json["images"]["values"] if answer.status == 200 else []
    return found


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.mark.requirement("I4")
def test_a_change_that_is_not_committed_yet_is_waited_for(
    glance: GlanceClient, committed: None
) -> None:
    image, since = glance.create(), now()
    caller = Credentials(b"", vouched=glance.account)
    writer = in_background(lambda: change_image(caller, image, ImageChange(name="renamed")))
    [found] = [each for each in changed(glance, since) if each["id"] == image]
    assert found["name"] == "renamed"
    writer.join()


def in_background(step: Callable[[], object]) -> Thread:
    """Begin a transaction that goes on for a while after its step, and return when it has begun."""
    begun = Event()

    def run() -> None:
        with transaction.atomic():
            step()
            begun.set()
            time.sleep(0.4)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    begun.wait()
    return thread


@pytest.mark.requirement("I11", "I15")
@pytest.mark.parametrize("first", ["image", "grant"])
def test_an_image_and_a_grant_above_it_that_come_at_once_see_each_other(
    glance: GlanceClient, others: ImageClient, committed: None, first: str
) -> None:
    glance.store.put("c/f/o", b"x", {"X-Object-Meta-A": "1"})
    row = Container.objects.get(account__account=glance.account, name="c")
    Container.objects.filter(id=row.id).update(has_grants=True)
    caller = Credentials(b"", vouched=glance.account)
    wanted = Registration(ObjectPath(glance.account, "c", "f/o"), ImageChange(name="o"))
    grant = Grant(container=row, path="f", readers=[others.account], writers=[])
    steps: list[Callable[[], object]] = [lambda: register(caller, wanted), grant.save]
    begun, then = steps if first == "image" else reversed(steps)
    slow = in_background(begun)
    then()
    slow.join()
    assert others.seen_by(glance.store.head("c/f/o")["X-Object-UUID"]) == [200] * 4


@pytest.mark.requirement("I4")
@pytest.mark.parametrize("how", ["unregistered", "deleted"])
def test_an_image_that_is_gone_is_told_of_once(
    glance: GlanceClient, others: ImageClient, how: str
) -> None:
    image = glance.register("o", Is_Public="true")
    since = now()
    assert image not in [each["id"] for each in changed(glance, since)]
    if how == "deleted":
        glance.store.delete("c/o")
    else:
        glance.send("DELETE", f"{V11}/images/{image}")
    for client in (glance, others):
        [told] = [each for each in changed(client, since) if each["id"] == image]
        assert (told["name"], told["status"], told["progress"]) == ("o", "DELETED", 0)
    assert image not in [each["id"] for each in changed(glance, now())]
    assert image not in glance.send("GET", f"{V11}/images").body.decode()


def test_a_private_image_that_is_gone_is_told_to_its_owner_alone(
    glance: GlanceClient, others: ImageClient
) -> None:
    image, since = glance.made(), now()
    glance.send("DELETE", f"{V20}/images/{image}")
    assert image in [each["id"] for each in changed(glance, since)]
    assert image not in [each["id"] for each in changed(others, since)]


def test_what_is_left_of_a_gone_image_is_forgotten_after_a_day(
    glance: GlanceClient, committed: None
) -> None:
    image = glance.made()
    glance.send("POST", f"/image/v2/images/{image}/members", {"member": "somebody"})
    glance.store.delete(f"images/{image}")
    assert Membership.objects.filter(image=image).exists()
    GoneImage.objects.filter(id=image).update(updated=datetime.now(UTC) - timedelta(days=2))
    glance.store.delete(f"images/{glance.made()}")
    assert not GoneImage.objects.filter(id=image).exists()
    assert not Membership.objects.filter(image=image).exists()


@pytest.fixture
def clients(new_user: Callable[[], Client], glance: GlanceClient) -> Iterator[list[GlanceClient]]:
    """Some connections of the same user's."""
    store = glance.store
    made = [Client(store.address, store.account, store.token) for _ in range(WRITERS)]
    yield [GlanceClient(client) for client in made]
    for client in made:
        client.connection.close()


def write(client: GlanceClient, number: int) -> None:
    """Change images in every way that there is."""
    for step in range(CHANGES):
        image = client.create(name=f"{number}.{step}")
        client.patch(image, ("add", "/step", str(step)))
        client.upload(image, b"x")
        if step % 3 == 0:
            client.store.put(f"images/{image}", b"other bytes")
        if step % 3 == 1:
            sharing = {"X-Object-Sharing": "read=somebody"}
            client.store.post(f"images/{image}", headers=sharing, update="")


@pytest.mark.requirement("I4")
@pytest.mark.parametrize("by", ["request", "latest"])
def test_a_poller_sees_the_last_state_of_every_image(
    glance: GlanceClient, clients: list[GlanceClient], by: str, committed: None
) -> None:
    seen: dict[str, str] = {}
    since = now()
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, client, n) for n, client in enumerate(clients)]
        last = False
        while not last:
            last = all(each.done() for each in writing)
            asked = now()
            found = changed(glance, since)
            seen.update({image["id"]: image["updated"] for image in found})
            since = asked if by == "request" else max([since, *(f["updated"] for f in found)])
    own = Image.objects.filter(account=glance.account)
    assert own.count() == WRITERS * CHANGES
    assert {str(image.id): image.updated.isoformat() for image in own} == {
        image: moment for image, moment in seen.items() if own.filter(id=image).exists()
    }
    assert all(each.result() is None for each in writing)
