"""The part of Keystone v3 that clients of an object store need."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.accounts.conftest import PASSWORD, Json, ask, told
from tests.api.client import Answer, Client

TOKENS = "/v3/auth/tokens"


def request(method: str, given: Json, scope: object = None) -> Json:
    auth: Json = {"identity": {"methods": [method], method: given}}
    return {"auth": auth if scope is None else auth | {"scope": scope}}


def password(user: str, key: str = PASSWORD, scope: object = None, **more: object) -> Json:
    return request("password", {"user": {"name": user, "password": key, **more}}, scope)


def post(client: Client, body: object, url: str = TOKENS) -> Answer:
    return ask(client, "POST", url, body)


def look(client: Client, caller: str, subject: str, method: str = "GET") -> Answer:
    return ask(client, method, TOKENS, X_Auth_Token=caller, X_Subject_Token=subject)


def test_a_password_gives_a_token_that_the_store_takes(member: Client) -> None:
    answer = post(member, password(member.account, domain={"id": "default"}))
    assert answer.status == 201
    token = answer["X-Subject-Token"]
    assert token not in answer.body.decode()
    assert member.get(headers={"X-Auth-Token": token}).lines == ["c"]


def test_the_catalog_has_every_interface(member: Client) -> None:
    token = told(post(member, request("token", {"id": member.token})))["token"]
    [swift] = [each for each in token["catalog"] if each["type"] == "object-store"]
    host, port = member.address
    url = f"http://{host}:{port}/v1/AUTH_{member.account}"
    assert swift["name"] == "swift"
    found = {each["interface"]: (each["url"], each["region"]) for each in swift["endpoints"]}
    assert found == dict.fromkeys(("public", "internal", "admin"), (url, "default"))


def test_the_token_tells_user_project_and_times(member: Client) -> None:
    token = told(post(member, password(member.account)))["token"]
    domain = {"id": "default", "name": "Default"}
    project = {"id": member.account, "name": member.account, "domain": domain}
    assert (token["methods"], token["project"]) == (["password"], project)
    assert token["user"]["id"] == str(User.objects.get(account=member.account).uuid)
    assert (token["user"]["name"], token["user"]["domain"]) == (member.account, domain)
    issued, expires = (
        datetime.fromisoformat(token[f"{each}_at"]) for each in ("issued", "expires")
    )
    assert (expires - issued).total_seconds() == 86400


@pytest.mark.parametrize(
    "scope",
    [
        None,
        "unscoped",
        {"project": {"name": "{0}", "domain": {"name": "Default"}}},
        {"project": {"name": "AUTH_{0}"}},
        {"project": {"id": "{0}"}},
    ],
)
def test_the_project_is_the_account(member: Client, scope: Any) -> None:
    if isinstance(scope, dict):
        given = scope["project"]
        named = {k: v.format(member.account) for k, v in given.items() if k != "domain"}
        scope = {"project": {**given, **named}}
    answer = post(member, request("token", {"id": member.token}, scope))
    assert (answer.status, answer["X-Subject-Token"]) == (201, member.token)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"project": {"name": "other"}}, 401),
        ({"project": {"id": "other"}}, 401),
        ({"project": {"name": "{0}", "domain": {"id": "other"}}}, 401),
        ({"project": {}}, 400),
        ({"domain": {"id": "default"}}, 400),
        ({"system": {"all": True}}, 400),
        ([], 400),
        (7, 400),
    ],
)
def test_other_scopes_are_refused(member: Client, scope: Any, status: int) -> None:
    answer = post(member, request("token", {"id": member.token}, scope))
    assert (answer.status, answer.get("X-Subject-Token")) == (status, None)
    assert told(answer)["error"]["code"] == status


@pytest.mark.parametrize(
    "more",
    [{}, {"domain": {"id": "default"}}, {"domain": {"name": "default"}}],
)
def test_there_is_one_domain(member: Client, more: Json) -> None:
    assert post(member, password(member.account, member.token, **more)).status == 201


def test_another_domain_is_refused(member: Client) -> None:
    body = password(member.account, member.token, domain={"name": "other"})
    assert post(member, body).status == 401


@pytest.mark.parametrize(
    "given",
    [
        {"id": "{0}"},
        {"name": "laptop", "user": {"name": "{0}", "domain": {"id": "default"}}},
        {"name": "laptop", "user": {"id": "{0}"}},
    ],
)
def test_an_application_credential_is_a_user_and_a_key(member: Client, given: Json) -> None:
    if "user" in given:
        user = {k: member.account if isinstance(v, str) else v for k, v in given["user"].items()}
        given = {**given, "user": user}
    else:
        given = {"id": member.account}
    body = request("application_credential", given | {"secret": member.token})
    assert post(member, body).status == 201
    assert post(member, request("application_credential", given | {"secret": "x"})).status == 401


@pytest.mark.parametrize(
    "body",
    [
        password("nobody"),
        request("password", {"user": {"id": "nobody", "password": "x"}}),
        request("token", {"id": "unknown"}),
        request("application_credential", {"id": "nobody", "secret": "x"}),
    ],
)
def test_who_is_not_there_is_401(api: Client, body: Json) -> None:
    answer = post(api, body)
    assert (answer.status, answer.get("X-Subject-Token")) == (401, None)
    assert told(answer)["error"]["title"] == "Unauthorized"


@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"identity": {}},
        {"identity": {"methods": []}},
        {"identity": {"methods": ["password"]}},
        {"identity": {"methods": ["methods"]}},
        {"identity": {"methods": ["totp"], "totp": {}}},
        {"identity": {"methods": ["token"], "token": {"id": None}}},
        {"identity": {"methods": ["token", "password"], "token": {"id": "x"}}},
        {"identity": {"methods": ["password"], "password": {"user": {"password": "x"}}}},
        {"identity": {"methods": ["password"], "password": {"user": {"name": "a"}}}},
        {
            "identity": {
                "methods": ["application_credential"],
                "application_credential": {"name": "a", "secret": "b"},
            }
        },
    ],
)
def test_what_is_no_request_for_a_token_is_400(api: Client, auth: Any) -> None:
    answer = post(api, {"auth": auth})
    assert answer.status == 400
    assert told(answer)["error"]["title"] == "Bad Request"


def test_a_credential_without_its_user_is_400(api: Client) -> None:
    answer = post(api, request("application_credential", {"name": "a", "secret": "b"}))
    assert "an id, or a name and a user are needed" in told(answer)["error"]["message"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null"])
def test_what_is_no_json_object_is_400(api: Client, body: str) -> None:
    assert post(api, body).status == 400


def test_a_token_is_looked_at(member: Client) -> None:
    mine = create_token(find_user(member.account))
    answer = look(member, member.token, mine)
    assert (answer.status, answer["X-Subject-Token"]) == (200, mine)
    assert told(answer)["token"]["user"]["name"] == member.account
    assert look(member, member.token, mine, "HEAD").status == 200


def test_nocatalog_leaves_it_out(member: Client) -> None:
    sent = {"X_Auth_Token": member.token, "X_Subject_Token": member.token}
    answer = ask(member, "GET", f"{TOKENS}?nocatalog=1", **sent)
    assert "catalog" not in told(answer)["token"]


def test_a_token_is_revoked(member: Client) -> None:
    mine = create_token(find_user(member.account))
    assert look(member, member.token, mine, "DELETE").status == 204
    assert member.head(headers={"X-Auth-Token": mine}).status == 401
    assert look(member, member.token, mine).status == 404
    assert look(member, member.token, mine, "DELETE").status == 404


def test_a_token_may_revoke_itself(member: Client) -> None:
    assert look(member, member.token, member.token, "DELETE").status == 204
    assert member.head().status == 401


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_token_with_a_scope_reaches_itself_alone(member: Client, method: str) -> None:
    user = find_user(member.account)
    limited = create_token(user, scope=Scope(read_only=True))
    assert look(member, limited, member.token, method).status == 403
    assert member.head().status == 204
    assert look(member, limited, limited, method).status in {200, 204}


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_others_tokens_are_an_operators(member: Client, operator: Client, method: str) -> None:
    assert look(member, member.token, operator.token, method).status == 403
    assert operator.head().status == 204
    assert look(member, operator.token, member.token, method).status in {200, 204}


@pytest.mark.parametrize(("caller", "subject", "status"), [("", "x", 401), ("x", "x", 401)])
def test_a_stranger_learns_nothing(api: Client, caller: str, subject: str, status: int) -> None:
    assert look(api, caller, api.token).status == status
    assert look(api, api.token, subject).status == 404


@pytest.mark.parametrize("url", ["/v3", "/v3/"])
def test_version_3_says_where_it_is(api: Client, url: str) -> None:
    version = told(ask(api, "GET", url))["version"]
    assert version["id"].startswith("v3.")
    host, port = api.address
    assert version["links"] == [{"rel": "self", "href": f"http://{host}:{port}/v3/"}]


def test_the_root_lists_the_versions(api: Client) -> None:
    answer = ask(api, "GET", "/", Accept="application/json")
    assert answer.status == 300
    found = {each["id"][:2] for each in told(answer)["versions"]["values"]}
    assert found == {"v2", "v3"}
