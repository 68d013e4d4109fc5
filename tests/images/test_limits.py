"""Quotas and unfinished uploads of images: nothing is half done."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Answer
from tests.images.client import ImageClient
from tests.images.glance import V2, GlanceClient

DATA = os.urandom(100_000)


def in_chunks(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + 5000] for at in range(0, len(data), 5000))


def sized(glance: GlanceClient, image: str) -> Answer:
    return glance.upload(image, DATA)


def chunked(glance: GlanceClient, image: str) -> Answer:
    return glance.upload(image, in_chunks(DATA))


@pytest.mark.requirement("I27")
@pytest.mark.parametrize("send", [sized, chunked])
def test_an_upload_over_quota_leaves_the_image_queued(
    glance: GlanceClient, send: Callable[[GlanceClient, str], Answer]
) -> None:
    image = glance.create(a="1")
    glance.store.post("images", headers={"X-Container-Policy-Quota": "1000"}, update="")
    before = glance.show(image)
    assert send(glance, image).status == 413
    glance.store.connection.close()
    assert glance.show(image) == before
    assert glance.store.get(f"images/{image}").body == b""
    glance.store.post("images", headers={"X-Container-Policy-Quota": "0"}, update="")
    assert send(glance, image).status == 204
    assert glance.show(image)["size"] == len(DATA)


@pytest.mark.requirement("I24")
def test_of_two_uploads_at_once_one_is_409(glance: GlanceClient) -> None:
    image = glance.create()
    outcome: list[int] = []

    def meanwhile() -> Iterator[bytes]:
        yield DATA[:80_000]  # more than the server gathers before it begins
        with glance.store.at(glance.store.address) as other:
            outcome.append(GlanceClient(other).upload(image, b"quicker").status)
        yield DATA[80_000:]

    outcome.append(glance.upload(image, meanwhile()).status)
    assert sorted(outcome) == [204, 409]
    assert glance.send("GET", f"{V2}/images/{image}/file").body == b"quicker"


def test_what_is_said_while_bytes_come_is_kept(glance: GlanceClient) -> None:
    image = glance.create()

    def meanwhile() -> Iterator[bytes]:
        yield DATA[:80_000]  # more than the server gathers before it begins
        with glance.store.at(glance.store.address) as other:
            GlanceClient(other).patch(image, ("add", "/said", "meanwhile"))
        yield DATA[80_000:]

    assert glance.upload(image, meanwhile()).status == 204
    shown = glance.show(image)
    assert (shown["said"], shown["status"], shown["size"]) == ("meanwhile", "active", len(DATA))


def test_an_image_that_is_deleted_while_bytes_come_stays_deleted(glance: GlanceClient) -> None:
    image = glance.create()

    def meanwhile() -> Iterator[bytes]:
        yield DATA[:80_000]  # more than the server gathers before it begins
        with glance.store.at(glance.store.address) as other:
            GlanceClient(other).send("DELETE", f"{V2}/images/{image}")
        yield DATA[80_000:]

    assert glance.upload(image, meanwhile()).status == 404
    glance.store.connection.close()
    assert glance.own_names() == []


def test_bytes_find_an_image_that_is_renamed_while_they_come(glance: GlanceClient) -> None:
    image = glance.create()

    def meanwhile() -> Iterator[bytes]:
        yield DATA[:80_000]  # more than the server gathers before it begins
        with glance.store.at(glance.store.address) as other:
            moved = {"Destination": "/c/elsewhere"}
            other.request("MOVE", f"images/{image}", None, moved)
        yield DATA[80_000:]

    assert glance.upload(image, meanwhile()).status == 204
    assert glance.show(image)["size"] == len(DATA)
    assert glance.store.get("c/elsewhere").body == DATA


def test_a_suspended_owner_s_public_image_is_nobody_s(
    glance: GlanceClient, others: ImageClient, committed: None
) -> None:
    from accounts.users import suspension
    from accounts.users.users import find_user

    image = glance.made(visibility="public")
    assert others.head(image).status == 200
    owner = find_user(glance.account)
    suspension.suspend(owner)
    assert others.seen_by(image) == [404] * 4
    suspension.resume(owner)
    assert others.seen_by(image) == [200] * 4
