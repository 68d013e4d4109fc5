"""Keystone v2 tokens, for clients of Pithos and for those of Swift."""

import json
from xml.etree import ElementTree

import pytest

from accounts.models import User
from accounts.tokens.tokens import revoke_token
from tests.accounts.conftest import PASSWORD, Json, ask, told
from tests.api.client import Answer, Client

PITHOS, SWIFT = "/identity/v2.0/tokens", "/v2.0/tokens"


def by_password(user: str, password: str = PASSWORD, **tenant: str | None) -> Json:
    return {"auth": {"passwordCredentials": {"username": user, "password": password}, **tenant}}


def by_token(token: str, **tenant: str | None) -> Json:
    return {"auth": {"token": {"id": token}, **tenant}}


def post(client: Client, body: object, url: str = SWIFT) -> Answer:
    return ask(client, "POST", url, body)


def endpoint(access: Json, kind: str) -> Json:
    [service] = [each for each in access["serviceCatalog"] if each["type"] == kind]
    places: list[Json] = service["endpoints"]
    assert len(places) == 1
    return places[0]


def base(client: Client) -> str:
    return "http://{}:{}".format(*client.address)


def test_a_client_of_swift_gets_a_token_and_where_its_account_is(member: Client) -> None:
    access = told(post(member, by_password(member.account, tenantName=member.account)))["access"]
    assert access["token"]["tenant"] == {"id": member.account, "name": member.account}
    place = endpoint(access, "object-store")
    assert place["publicURL"] == f"{base(member)}/v1/AUTH_{member.account}"
    assert place["region"] == "default"
    token = {"X-Auth-Token": access["token"]["id"]}
    assert member.get(headers=token).lines == ["c"]


def test_a_client_of_pithos_finds_its_account_by_the_users_id(member: Client) -> None:
    access = told(post(member, by_token(member.token), PITHOS))["access"]
    assert access["token"]["id"] == member.token
    place = endpoint(access, "object-store")["publicURL"].removeprefix(base(member))
    url, token = f"{place}/{access['user']['id']}", {"X-Auth-Token": access["token"]["id"]}
    assert member.raw("GET", url, None, token).lines == ["c"]


def test_a_client_of_pithos_finds_identity_and_account(member: Client) -> None:
    access = told(post(member, by_password(member.account), PITHOS))["access"]
    for kind, version in (("identity", "v2.0"), ("account", "v1.0")):
        place = endpoint(access, kind)
        assert place["publicURL"] == f"{base(member)}/{kind}/{version}"
        assert place["versionId"] == version
        assert place["SNF:webloginURL"] == f"{base(member)}/login"


def test_the_answer_has_astakos_fields(member: Client) -> None:
    access = told(post(member, by_token(member.token), PITHOS))["access"]
    assert access["user"] == {
        "id": member.account,
        "name": member.account,
        "roles": [{"id": "1", "name": "default"}],
        "roles_links": [],
        "projects": [member.account],
    }
    assert access["token"].keys() == {"id", "expires", "tenant"}


@pytest.mark.parametrize("url", [PITHOS, SWIFT])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_body_there_is_the_catalog_alone(api: Client, url: str, method: str) -> None:
    access = told(ask(api, method, url))["access"]
    assert access.keys() == {"serviceCatalog"}
    assert endpoint(access, "object-store")["publicURL"] == f"{base(api)}/v1"


@pytest.mark.parametrize("form", ["uuid", "hex", "upper"])
def test_a_user_may_be_named_by_uuid(member: Client, form: str) -> None:
    uuid = User.objects.get(account=member.account).uuid
    name = {"uuid": str(uuid), "hex": uuid.hex, "upper": str(uuid).upper()}[form]
    answer = post(member, by_password(name, member.token, tenantName=name), PITHOS)
    assert told(answer)["access"]["user"]["id"] == member.account


@pytest.mark.parametrize("how", ["?format=xml", "accept"])
def test_xml_says_the_same(member: Client, how: str) -> None:
    url, accept = (PITHOS, "application/xml") if how == "accept" else (PITHOS + how, "*/*")
    answer = ask(member, "POST", url, by_token(member.token), Accept=accept)
    assert answer["Content-Type"].startswith("application/xml")
    access = ElementTree.fromstring(answer.body)
    name = access.tag.removesuffix("access")
    assert access.find(f"{name}token").get("id") == member.token  # type: ignore[union-attr]
    services = {each.get("type"): each for each in access.iter(f"{name}service")}
    place = services["object-store"].find(f"{name}endpoints/{name}endpoint")
    assert place is not None
    assert place.get("publicURL") == f"{base(member)}/v1"


@pytest.mark.parametrize(("url", "name"), [(PITHOS, "unauthorized"), (SWIFT, "error")])
def test_faults_are_xml_where_that_is_asked_for(member: Client, url: str, name: str) -> None:
    answer = ask(member, "POST", url, by_token("unknown"), Accept="application/xml")
    assert (answer.status, answer["Content-Type"]) == (401, "application/xml; charset=utf-8")
    fault = ElementTree.fromstring(answer.body)
    assert (fault.tag.partition("}")[2], fault.get("code")) == (name, "401")
    assert fault.get("message") == "there is no such user, or the key is not theirs"


@pytest.mark.parametrize(
    "auth",
    [
        {"passwordCredentials": {"username": "{0}", "password": "wrong"}},
        {"passwordCredentials": {"username": "nobody", "password": PASSWORD}},
        {"token": {"id": "unknown"}},
    ],
)
@pytest.mark.parametrize("url", [PITHOS, SWIFT])
def test_the_wrong_key_is_refused(member: Client, auth: Json, url: str) -> None:
    if "passwordCredentials" in auth:
        given = auth["passwordCredentials"]
        auth = by_password(given["username"].format(member.account), given["password"])["auth"]
    answer = post(member, {"auth": auth}, url)
    assert answer.status == 401
    [(name, fault)] = told(answer).items()
    assert (name, fault["code"]) == ("error" if url == SWIFT else "unauthorized", 401)
    assert fault["message"] == "there is no such user, or the key is not theirs"


def test_a_revoked_token_is_refused(member: Client) -> None:
    revoke_token(member.token)
    assert post(member, by_token(member.token)).status == 401


def test_a_disabled_user_is_refused(member: Client) -> None:
    User.objects.filter(account=member.account).update(is_active=False)
    assert post(member, by_token(member.token)).status == 401
    assert post(member, by_password(member.account)).status == 401


@pytest.mark.parametrize(("url", "status"), [(PITHOS, 400), (SWIFT, 401)])
@pytest.mark.parametrize("field", ["tenantName", "tenantId"])
def test_a_tenant_that_is_not_the_users_is_refused(
    member: Client, url: str, status: int, field: str
) -> None:
    assert post(member, by_token(member.token, **{field: "other"}), url).status == status


@pytest.mark.parametrize("tenant", [None, "", "{0}", "AUTH_{0}"])
def test_a_tenant_may_be_left_out(member: Client, tenant: str | None) -> None:
    name = tenant and tenant.format(member.account)
    assert post(member, by_token(member.token, tenantName=name)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        "1",
        "{}",
        '{"auth": null}',
        '{"auth": {}}',
        '{"auth": []}',
        '{"auth": {"token": {}}}',
        '{"auth": {"token": {"id": null}}}',
        '{"auth": {"token": {"id": ["x"]}}}',
        '{"auth": {"token": {"id": ""}}}',
        '{"auth": {"passwordCredentials": {"username": "a"}}}',
        '{"auth": {"passwordCredentials": {"username": "a", "password": {"b": 1}}}}',
        '{"auth": {"passwordCredentials": {"username": "a\\u0000", "password": "b"}}}',
        '{"auth": {"passwordCredentials": {"username": "a", "password": "\\ud800"}}}',
        b"\xff\xfe",
        "[" * 60000,
    ],
)
def test_what_is_no_request_for_a_token_is_400(api: Client, body: str | bytes) -> None:
    answer = post(api, body)
    if body == "null":  # no more than an empty body
        assert answer.status == 200
    else:
        assert answer.status == 400
        assert told(answer)["error"]["code"] == 400


def test_a_huge_body_is_413(api: Client) -> None:
    answer = post(api, by_token("x" * 70000))
    assert answer.status == 413


def test_a_body_may_come_in_chunks(member: Client) -> None:
    text = json.dumps(by_token(member.token)).encode()
    answer = member.raw("POST", SWIFT, iter([text[:9], text[9:]]))
    assert told(answer)["access"]["token"]["id"] == member.token


def test_other_methods_are_405(api: Client) -> None:
    assert ask(api, "DELETE", SWIFT).status == 405
