"""What happens to images is in the audit log: by whom, to which, and with which object."""

import pytest

from audit.models import Event
from audit.services import list_events
from tests.images.glance import V2, GlanceClient

pytestmark = pytest.mark.usefixtures("committed")


def events(client: GlanceClient) -> list[Event]:
    found = list_events(account=client.account)
    return [event for event in found if event.action.startswith("image.")]


def last(client: GlanceClient) -> tuple[str, str, str]:
    event = events(client)[-1]
    return event.action, event.actor, event.target


def test_images_come_and_go(glance: GlanceClient) -> None:
    registered, made = glance.register("o"), glance.made()
    for image in (registered, made):
        glance.send("DELETE", f"{V2}/images/{image}")
    told = [(event.action, event.target) for event in events(glance)]
    assert told == [
        ("image.register", registered),
        ("image.create", made),
        ("image.unregister", registered),
        ("image.unregister", made),
        ("image.delete", made),
    ]
    assert events(glance)[0].details == {"object": "c/o"}


def test_who_sees_an_image_and_who_wants_it(glance: GlanceClient, another: GlanceClient) -> None:
    image = glance.made()
    glance.send("POST", f"{V2}/images/{image}/members", {"member": another.account})
    assert last(glance) == ("image.members", glance.account, image)
    assert events(glance)[-1].details["added"] == [another.account]
    path = f"{V2}/images/{image}/members/{another.account}"
    another.send("PUT", path, {"status": "accepted"})
    assert last(glance) == ("image.answer", another.account, image)
    glance.patch(image, ("replace", "/visibility", "public"))
    assert last(glance) == ("image.visibility", glance.account, image)
    assert events(glance)[-1].details["visibility"] == "public"


def test_what_is_refused_is_not_written_down(glance: GlanceClient, another: GlanceClient) -> None:
    image = glance.made(visibility="public", protected=True)
    before = len(events(glance))
    glance.send("DELETE", f"{V2}/images/{image}")
    another.send("DELETE", f"{V2}/images/{image}")
    another.patch(image, ("replace", "/visibility", "private"))
    assert len(events(glance)) == before
    assert events(another) == []
