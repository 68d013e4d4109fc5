"""What leaves the house is seen and ended."""

import json

import pytest
from django.test import Client

from audit.models import Event
from tests.api.client import Client as StoreClient


def shown(browser: Client, box: StoreClient) -> str:
    answer = browser.get("/operators/shares", {"account": box.account})
    assert answer.status_code == 200
    return answer.content.decode()


def end(browser: Client, box: StoreClient, kind: str, key: str) -> str:
    form = {"kind": kind, "key": key, "account": box.account}
    answer = browser.post("/operators/shares/end", form, follow=True)
    assert answer.redirect_chain == [(f"/operators/shares?account={box.account}", 302)]
    return answer.content.decode()


def last_event(box: StoreClient) -> tuple[str, str, str]:
    event = Event.objects.filter(account=box.account).latest("id")
    return event.action, event.target, event.actor.partition("-")[0]


def test_a_published_object_is_taken_down(operating: Client, box: StoreClient) -> None:
    box.put("c/o", b"x", headers={"X-Object-Public": "true"})
    place = box.head("c/o")["X-Object-Public"]
    assert box.raw("GET", place).status == 200
    key = place.rpartition("/")[2]
    assert f'value="{key}"' in shown(operating, box)
    assert "It has ended, for good." in end(operating, box, "public", key)
    assert box.raw("GET", place).status == 404
    assert last_event(box) == ("object.unpublish", "c/o", "operator")
    assert "It had ended already." in end(operating, box, "public", key)


def test_a_share_is_ended(operating: Client, box: StoreClient, new_user) -> None:
    reader = new_user()
    box.put("c/o", b"x", headers={"X-Object-Sharing": f"read={reader.account}"})
    path = f"{box.account}/c/o"
    token = {"X-Auth-Token": reader.token}
    assert reader.raw("GET", f"/v1/{path}", headers=token).status == 200
    page = shown(operating, box)
    assert f'value="{path}"' in page
    assert reader.account in page
    assert "It has ended, for good." in end(operating, box, "share", path)
    assert reader.raw("GET", f"/v1/{path}", headers=token).status == 403
    assert last_event(box) == ("object.unshare", "c/o", "operator")


def test_a_link_with_limits_is_ended(operating: Client, box: StoreClient) -> None:
    box.put("c/o", b"x")
    limits = json.dumps({"password": "open sesame", "downloads": 5})
    made = box.post("c/o", limits.encode(), {"Content-Type": "application/json"}, link="")
    assert made.status == 201
    page = shown(operating, box)
    assert "password; 5 downloads left" in page
    assert "It has ended, for good." in end(operating, box, "link", made.json["key"])
    assert last_event(box)[0] == "link.revoke"
    assert "5 downloads left" not in shown(operating, box)


@pytest.mark.parametrize("form", [{}, {"kind": "x", "key": "k"}, {"kind": "link", "key": "\0"}])
def test_what_is_none_of_these_is_refused(operating: Client, form: dict[str, str]) -> None:
    assert operating.post("/operators/shares/end", form).status_code == 400


def test_what_is_not_there_had_ended_before(operating: Client, box: StoreClient) -> None:
    for kind in ("link", "public", "share"):
        assert "It had ended already." in end(operating, box, kind, "no/such/thing")
