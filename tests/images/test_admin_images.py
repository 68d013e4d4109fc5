"""The admin pages show images, members and servers; only servers can change there."""

from secrets import token_hex

import pytest
from django.test import Client as Browser

from accounts.models import User
from accounts.users.users import create_user
from audit.services import list_events
from images.models import Image, Membership, Server
from images.services.servers import create_server
from pithos_api.values import ObjectPath
from tests.images.glance import V2, GlanceClient

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def operator() -> Browser:
    """A browser where an operator has logged in."""
    user = create_user(f"root-{token_hex(4)}", operator=True)
    browser = Browser()
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


def page(browser: Browser, path: str) -> str:
    answer = browser.get(f"/admin/images/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_images_are_listed_and_found(operator: Browser, glance: GlanceClient) -> None:
    image = glance.made(b"x" * 2048, name="a <disk>", visibility="public")
    listed = page(operator, f"image/?q={glance.account}")
    assert image in listed
    assert "a &lt;disk&gt;" in listed
    assert "2.0\xa0KB" in listed
    assert "public" in page(operator, f"image/{image}/change/")
    assert image not in page(operator, "image/?q=nobody-at-all")


def test_members_are_listed(operator: Browser, glance: GlanceClient) -> None:
    image = glance.made()
    glance.send("POST", f"{V2}/images/{image}/members", {"member": "colleague"})
    listed = page(operator, f"membership/?q={image}")
    assert "colleague" in listed
    assert "pending" in listed


def test_images_and_members_cannot_be_changed(operator: Browser, glance: GlanceClient) -> None:
    image = glance.made()
    for kind in ("image", "membership"):
        assert operator.get(f"/admin/images/{kind}/add/").status_code == 403
    for action in ("change", "delete"):
        path = f"/admin/images/image/{image}/{action}/"
        assert operator.post(path, {"name": "x", "post": "yes"}).status_code == 403
    assert Image.objects.get(id=image).name == "new"
    assert Membership.objects.filter(image=image).count() == 0


def test_a_server_is_renamed_and_that_is_audited(operator: Browser, glance: GlanceClient) -> None:
    glance.store.put("c/disk", b"disk")
    server = create_server("web", ObjectPath(glance.account, "c", "disk"))
    assert "c/disk" not in page(operator, f"server/?q={glance.account}x")
    path = f"/admin/images/server/{server.pk}/change/"
    assert operator.post(path, {"name": "renamed"}).status_code == 302
    assert Server.objects.get(pk=server.pk).name == "renamed"
    event = list_events().last()
    assert event is not None
    assert event.action == "admin.change"
    assert event.target == f"server {server.pk} renamed"
    assert event.account == glance.account
