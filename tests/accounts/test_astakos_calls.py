"""What clients of Pithos ask about users."""

import pytest

from accounts.models import User
from tests.accounts.conftest import Json, ask, told
from tests.api.client import Answer, Client

MINE, ALL = "/account/v1.0/user_catalogs", "/service/user_catalogs"


def catalogs(client: Client, body: object, url: str = MINE) -> Answer:
    return ask(client, "POST", url, body, X_Auth_Token=client.token)


def test_ids_and_names_of_users_are_told(member: Client, operator: Client) -> None:
    found = told(catalogs(member, {"uuids": [operator.account], "displaynames": [member.account]}))
    assert found == {
        "uuid_catalog": {operator.account: operator.account},
        "displayname_catalog": {member.account: member.account},
    }


def test_a_uuid_is_an_id_too(member: Client) -> None:
    uuid = str(User.objects.get(account=member.account).uuid).upper()
    assert told(catalogs(member, {"uuids": [uuid]}))["uuid_catalog"] == {uuid: member.account}


def test_who_comes_from_elsewhere_is_called_as_there(member: Client) -> None:
    name = f"{member.account}@example.org"
    User.objects.filter(account=member.account).update(display_name=name)
    found = told(catalogs(member, {"uuids": [member.account], "displaynames": [name]}))
    assert found["uuid_catalog"] == {member.account: name}
    assert found["displayname_catalog"] == {name: member.account}


def test_who_is_not_there_is_left_out(member: Client) -> None:
    found = told(catalogs(member, {"uuids": ["nobody"], "displaynames": ["nobody", "a/b"]}))
    assert found == {"uuid_catalog": {}, "displayname_catalog": {}}


@pytest.mark.parametrize("body", [{}, {"uuids": None, "displaynames": None}])
def test_a_user_does_not_get_everybody(member: Client, body: Json) -> None:
    assert told(catalogs(member, body)) == {"uuid_catalog": {}, "displayname_catalog": {}}


def test_an_operator_s_service_gets_everybody(member: Client, operator: Client) -> None:
    found = told(catalogs(operator, {"uuids": None, "displaynames": []}, ALL))
    assert found["uuid_catalog"].keys() >= {member.account, operator.account}
    assert found["displayname_catalog"] == {}
    assert catalogs(member, {"uuids": None}, ALL).status == 403


@pytest.mark.parametrize("url", [MINE, ALL])
def test_a_stranger_gets_nothing(api: Client, url: str) -> None:
    for headers in ({}, {"X_Auth_Token": "unknown"}):
        assert ask(api, "POST", url, {"uuids": [api.account]}, **headers).status == 401


@pytest.mark.parametrize(
    "body", ["", "[]", {"uuids": "a"}, {"uuids": [["a"]]}, {"uuids": ["a"] * 1001}]
)
def test_what_is_no_such_question_is_400(api: Client, body: object) -> None:
    assert catalogs(api, body).status == 400


def test_a_client_of_old_learns_who_it_is(member: Client) -> None:
    answer = ask(member, "GET", "/account/v1.0/authenticate", X_Auth_Token=member.token)
    user = told(answer)
    assert (user["uuid"], user["displayname"], user["email"]) == (
        member.account,
        member.account,
        [],
    )
    assert user["auth_token_created"].endswith(" GMT")
    assert user["auth_token_expires"].endswith(" GMT")
    assert ask(member, "GET", "/account/v1.0/authenticate").status == 401


def test_feedback_goes_to_the_log(server, member: Client) -> None:
    form = "feedback_msg=It%20works%0Awell&feedback_data=1"
    sent = {"X-Auth-Token": member.token, "Content-Type": "application/x-www-form-urlencoded"}
    assert member.raw("POST", "/account/v1.0/feedback", form, sent).status == 200
    assert f"feedback of {member.account}: 'It works\\nwell' '1'" in server.errors()
    assert member.raw("POST", "/account/v1.0/feedback", "", sent).status == 400
    assert member.raw("POST", "/account/v1.0/feedback", form).status == 401
