"""Who did what is written down, with the action or not at all, and stays as it was written."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.identity import users
from accounts.models import User
from accounts.tokens.tokens import create_token, revoke_all_tokens, revoke_token, token_digest
from accounts.users.users import create_user, set_password
from audit import services
from audit.models import Event
from tests.swift.client import in_swift

pytestmark = pytest.mark.usefixtures("django_db_setup")


def audit(*arguments):
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def actions(account):
    return [event.action for event in services.list_events(account=account)]


def last(account):
    return services.list_events(account=account).last()


@pytest.mark.parametrize(
    ("change", "action", "details"),
    [
        ({"X-Object-Sharing": "read=bob"}, "object.share", {"readers": ["bob"], "writers": []}),
        ({"X-Object-Public": "true"}, "object.publish", {}),
    ],
)
def test_sharing_and_publishing_by_whom_and_from_where(box, committed, change, action, details):
    box.put("c/o", b"x")
    answer = in_swift(box).post("c/o", headers=change)
    event = last(box.account)
    assert (event.action, event.target, event.details) == (action, "c/o", details)
    assert event.actor == event.account == box.account
    assert (event.request_id, event.address) == (answer["X-Trans-Id"], "127.0.0.1")


def test_taking_both_back(box, committed):
    box.put("c/o", b"x", headers={"X-Object-Sharing": "read=bob", "X-Object-Public": "true"})
    for _ in range(2):  # the second time nothing happens
        box.post("c/o", headers={"X-Object-Sharing": "", "X-Object-Public": "false"})
    assert actions(box.account)[-4:] == [
        *("object.share", "object.publish", "object.unshare", "object.unpublish")
    ]


def test_the_key_of_a_public_object_is_not_written_down(box, committed):
    box.put("c/o", b"x", headers={"X-Object-Public": "true"})
    key = box.head("c/o")["X-Object-Public"].rpartition("/")[2]
    assert key not in audit("--account", box.account)


def test_keys_for_signed_urls_but_not_what_they_are(box, committed):
    key = {"Temp-URL-Key": "S3CRET"}
    swift = f"/v1/AUTH_{box.account}"
    token = {"X-Auth-Token": box.token}
    for path, kind in (("", "Account"), ("/c", "Container")):
        fields = {f"X-{kind}-Meta-{name}": value for name, value in key.items()}
        assert box.raw("POST", swift + path, headers=token | fields).status == 204
    assert actions(box.account)[-2:] == ["key.change", "key.change"]
    assert last(box.account).target == "c Temp-Url-Key"
    assert "S3CRET" not in audit("--account", box.account, "--json")


def test_groups_purges_and_the_end_of_a_container(box, committed):
    box.post("", headers={"X-Account-Group-Friends": "bob,eve"}, update="")
    box.put("c/o", b"x")
    box.delete("c/o")
    box.delete("c/o", until=9999999999)
    box.delete("c", until=9999999999)
    box.delete("c")
    found = list(services.list_events(account=box.account))[-4:]
    assert [(event.action, event.target) for event in found] == [
        *(("group.change", "friends"), ("object.purge", "c/o")),
        *(("container.purge", "c"), ("container.delete", "c")),
    ]
    assert found[0].details == {"members": ["bob", "eve"]}


def test_what_is_refused_is_no_event(box, committed):
    box.put("c/a", b"x", headers={"X-Object-Sharing": "read=bob"})
    before = actions(box.account)
    assert box.put("c/a/b", b"x", headers={"X-Object-Sharing": "read=eve"}).status == 409
    assert box.delete("c").status == 409
    assert actions(box.account) == before


@pytest.mark.django_db
def test_users_and_tokens_by_who_runs_the_command():
    user = create_user("audited", operator=True)
    token = create_token(user)
    revoke_token(token)
    revoke_all_tokens(user)
    set_password(user, "S3CRET password")
    user.save()
    assert actions("audited") == [
        *("user.create", "token.create", "token.revoke", "token.revoke_all"),
        "password.change",
    ]
    assert last("audited").actor.startswith("shell:")
    assert not any(secret in audit("--json") for secret in (token, "S3CRET"))
    assert token_digest(token).hex()[:8] in audit()


@pytest.mark.django_db
def test_what_an_operator_does_in_the_admin_pages(client):
    olga = create_user("olga", operator=True)
    bob = create_user("bob")
    client.force_login(olga)
    page = f"/admin/accounts/user/{bob.pk}/change/"
    assert client.post(page, {"is_active": "on", "quota": "5"}).status_code == 302
    event = last("bob")
    assert (event.action, event.actor, event.target) == ("admin.change", "olga", "user bob")
    assert event.details == {"before": {"quota": None}, "after": {"quota": 5}}
    assert actions("olga")[-2] == "session.begin"


@pytest.mark.django_db
def test_an_operator_who_sets_a_password_is_who_acts_and_the_user_is_proxied(client):
    olga, bob = create_user("olga", operator=True), create_user("bob")
    client.force_login(olga)
    form = {"is_active": "on", "new_password": "S3CRET passphrase"}
    client.post(f"/admin/accounts/user/{bob.pk}/change/", form)
    [event] = services.list_events(account="bob", actor="olga").filter(action="password.change")
    assert (event.actor, event.proxy, event.account) == ("olga", "bob", "bob")
    assert "proxy=bob" in audit("--actor", "olga")
    assert "S3CRET" not in audit("--json")


@pytest.mark.django_db
def test_who_changes_their_own_password_is_nobodys_proxy(client):
    bob = create_user("bob")
    set_password(bob, "an old passphrase")
    client.force_login(bob)
    form = {"old_password": "an old passphrase"}
    form |= dict.fromkeys(("new_password1", "new_password2"), "another passphrase")
    assert client.post("/account/password", form).status_code == 302
    event = last("bob")
    assert (event.action, event.actor, event.proxy) == ("password.change", "bob", "")


@pytest.mark.django_db
def test_an_identity_that_is_given_to_another_user_keeps_whose_it_was():
    for name in ("ann", "bob"):
        users.link(create_user(name), "keystone", "263fd9")
    assert last("ann").details == {"before": None, "after": "ann"}
    assert last("bob").details == {"before": "ann", "after": "bob"}


@pytest.mark.django_db
def test_a_command_is_run_by_a_system_user_in_the_users_place(monkeypatch):
    monkeypatch.setenv("SUDO_USER", "anna")
    set_password(create_user("bob"), "S3CRET passphrase")
    assert (last("bob").actor, last("bob").proxy) == ("shell:anna", "bob")


@pytest.mark.parametrize("user", ["bob", "nobody-of-this-name"])
def test_a_failed_sign_in_is_an_event_without_a_name_that_nobody_has(box, committed, user):
    name = box.account if user == "bob" else user
    before = Event.objects.count()
    headers = {"X-Auth-User": name, "X-Auth-Key": "S3CRET"}
    assert box.raw("GET", "/auth/v1.0", headers=headers).status == 401
    [event] = Event.objects.order_by("id")[before:]
    known = box.account if user == "bob" else ""
    assert (event.action, event.account, event.actor, event.proxy) == ("login.fail", known, "-", "")
    assert event.address == "127.0.0.1"
    assert not {"S3CRET", "nobody-of-this-name"} & set(audit("--json").split('"'))


def test_an_operator_who_revokes_anothers_token_is_who_acts(box, committed, new_user):
    olga = new_user()
    User.objects.filter(account=olga.account).update(is_operator=True)
    headers = {"X-Auth-Token": olga.token, "X-Subject-Token": box.token}
    assert box.raw("DELETE", "/v3/auth/tokens", headers=headers).status == 204
    event = last(box.account)
    assert (event.action, event.actor, event.proxy) == ("token.revoke", olga.account, box.account)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'mallory'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
    ],
)
def test_the_log_only_grows(statement):
    services.record("test.event", account="somebody")
    refused = pytest.raises(DatabaseError, match="only grows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert last("somebody").action == "test.event"


@pytest.mark.django_db
def test_old_events_can_be_forgotten_which_is_an_event(django_db_blocker):
    services.record("test.event", account="somebody")
    services.record("test.event", account="somebody")
    old = Event.objects.latest("id")
    assert audit("--forget-before", "1d").startswith("forgot 0 events")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('audit.forget_before', 'infinity', true)")
        cursor.execute("DELETE FROM audit_event WHERE id < %s", (old.pk,))
        cursor.execute("SELECT set_config('audit.forget_before', '', true)")
    assert Event.objects.earliest("id") == old
    assert Event.objects.latest("id").action == "audit.forget"


@pytest.mark.django_db
def test_events_of_one_account_since_a_time():
    for name in ("ann", "bob"):
        services.record("test.event", account=name, details={"about": name})
    (line,) = audit("--account", "ann", "--since", "1h", "--json").splitlines()
    assert json.loads(line)["details"] == {"about": "ann"}
    assert audit("--account", "ann", "--since", "2100-01-01") == ""
    assert audit().endswith("bob  about=bob\n")


@pytest.mark.django_db
def test_events_of_one_actor_and_about_a_part_of_a_target():
    for name, target in (("ann", "c/100%.txt"), ("bob", "c/other")):
        services.record("test.event", account="", actor=name, target=target)
    assert "ann" in audit("--target", "100%.t")
    assert "bob" not in audit("--target", "100%.t")
    assert "other" in audit("--actor", "bob")
    assert audit("--actor", "ann", "--target", "other") == ""
    assert audit("--actor", "ann", "--action", "test.event").count("\n") == 1
    assert audit("--actor", "ann", "--action", "login.fail") == ""


@pytest.mark.django_db
def test_an_operator_searches_the_log_by_target(client):
    client.force_login(create_user("olga", operator=True))
    services.record("test.event", account="bob", target="photos/2026/a.jpg")
    for sought, found in (("photos/2026", True), ("photos/2027", False)):
        page = client.get("/admin/audit/event/", {"q": sought}).content.decode()
        assert ("photos/2026/a.jpg" in page) is found


@pytest.mark.django_db
def test_names_cannot_forge_a_line():
    services.record("test.event", account="ann", target="c/x\n2026 olga token.revoke")
    assert audit("--account", "ann").count("\n") == 1
