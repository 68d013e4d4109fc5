"""Users, with all that is theirs."""

from secrets import token_hex

import pytest

from tests.api.client import Client
from tests.management_api.conftest import Manager, code


def fresh() -> str:
    return f"user-{token_hex(4)}"


@pytest.mark.requirement("M8", "M23")
def test_a_user_with_tokens_and_containers_is_one_request(operator: Manager) -> None:
    name = fresh()
    content = {
        "username": name,
        "quota": 10,
        "tokens": [{"label": "first"}],
        "app_passwords": [{"label": "phone", "scope": {"read_only": True}}],
        "containers": [{"name": "photos"}, {"name": "films", "versioning": "none", "quota": 5}],
    }
    made = operator.post("user", content)
    assert (made["id"], made["quota"], made["used_bytes"]) == (name, 10, 0)
    assert made["containers"] == [f"{name}/films", f"{name}/photos"]
    [token], [password] = made["tokens"], made["app_passwords"]
    store = Client(operator.store.address, name, token["secret"])
    assert store.names("") == ["films", "photos"]
    assert store.put("photos/o", b"x" * 11).status == 413
    assert store.put("films/o", b"x" * 5).status == 201
    store.connection.close()
    assert password["secret"].startswith("app-")
    again = operator.get(f"user/{name}")
    assert again["tokens"] == [token["id"]]
    assert (again["used_bytes"], again["url"][-5 - len(name) :]) == (5, f"user/{name}")
    assert "secret" not in operator.get(f"token/{token['id']}")


@pytest.mark.requirement("M8")
@pytest.mark.parametrize(
    "part",
    [
        {"containers": [{"name": "a"}, {"name": "a"}]},
        {"containers": [{"name": "a"}, "nobody/b"]},
        {"tokens": [{"scope": {"prefix": "p"}}]},
        {"tokens": [{"scope": {"everything": True}}]},
        {"tokens": [{"label": "x" * 257}]},
        {"containers": [{"name": "a/b"}]},
        {"containers": [{"name": "a", "versioning": "never"}]},
        {"quota": -1},
        {"active": None, "colour": "red"},
    ],
)
def test_a_failure_undoes_all_of_it(operator: Manager, part: dict[str, object]) -> None:
    name = fresh()
    answer = operator.ask("POST", "user", {"username": name, "tokens": [{}], **part})
    assert answer.status in {400, 404}, answer.body
    assert code(operator.ask("GET", f"user/{name}")) == (404, "OBJECT_DOES_NOT_EXIST")


@pytest.mark.requirement("M16")
@pytest.mark.parametrize("name", ["", "a b", "AUTH_x", "x" * 300, "a/b", "\u0000"])
def test_a_name_that_cannot_be_is_400(operator: Manager, name: str) -> None:
    assert operator.ask("POST", "user", {"username": name}).status == 400


@pytest.mark.requirement("M16")
def test_a_name_that_is_taken_is_400(operator: Manager, user: Manager) -> None:
    answer = operator.ask("POST", "user", {"username": user.account.upper()})
    assert code(answer) == (400, "BAD_REQUEST")


@pytest.mark.requirement("M10")
def test_put_makes_a_user_and_destroys_none(operator: Manager) -> None:
    name = fresh()
    assert operator.put(f"user/{name}", {})["username"] == name
    answer = operator.ask("PUT", f"user/{name}", {"quota": 7})
    assert code(answer) == (405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "GET,PATCH"
    assert code(operator.ask("PUT", f"user/{name}x", {"username": name})) == (400, "BAD_REQUEST")
    assert code(operator.ask("PUT", f"user/{name.upper()}", {})) == (400, "BAD_REQUEST")


@pytest.mark.requirement("M14")
def test_a_quota_acts_at_once(operator: Manager, user: Manager) -> None:
    assert user.store.put("c").status == 201
    operator.patch(f"user/{user.account}", {"quota": 4})
    assert user.store.put("c/o", b"12345").status == 413
    assert "quota" in operator.patch(f"user/{user.account}", {"quota": None})
    assert user.store.put("c/o", b"12345").status == 201
    assert user.get(f"user/{user.account}")["used_bytes"] == 5


def test_who_is_suspended_is_not_let_in(operator: Manager, user: Manager) -> None:
    assert operator.patch(f"user/{user.account}", {"active": False})["active"] is False
    assert code(user.ask("GET", "user")) == (401, "UNAUTHORIZED")
    answer = operator.ask("POST", "token", {"user": user.account})
    assert code(answer) == (409, "CONFLICT")
    operator.patch(f"user/{user.account}", {"active": True})
    assert user.get("user", depth=0) == [user.account]
    for method, place in (("PATCH", user.account), ("PUT", fresh())):
        answer = operator.ask(method, f"user/{place}", {"active": None})
        assert code(answer) == (400, "BAD_REQUEST")


@pytest.mark.requirement("M19", "M15")
def test_a_user_changes_only_what_is_theirs(operator: Manager, user: Manager) -> None:
    own = f"user/{user.account}"
    assert code(user.ask("PATCH", own, {"quota": 0})) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert code(user.ask("PATCH", own, {"active": False})) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert code(user.ask("PATCH", own, {"username": "x"})) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert code(user.ask("PATCH", own, {"used_bytes": 0})) == (400, "FIELD_IS_READONLY")
    assert code(user.ask("POST", "user", {"username": fresh()})) == (403, "FORBIDDEN")
    assert code(user.ask("PUT", f"user/{fresh()}", {})) == (403, "FORBIDDEN")
    foreign = f"user/{operator.account}"
    assert code(user.ask("GET", foreign)) == (404, "OBJECT_DOES_NOT_EXIST")
    assert code(user.ask("PATCH", foreign, {})) == (404, "OBJECT_DOES_NOT_EXIST")
    answer = user.ask("POST", "container", {"name": "c", "user": operator.account})
    assert code(answer) == (404, "OBJECT_DOES_NOT_EXIST")
    assert user.post("container", {"name": "c"})["user"] == user.account


def test_identities_are_for_operators_to_give(operator: Manager, user: Manager) -> None:
    subject = token_hex(4)
    made = operator.post("identity", {"user": user.account, "provider": "k", "subject": subject})
    assert user.get("user", depth=2)[0]["identities"] == [made]
    twice = {"user": operator.account, "provider": "k", "subject": subject}
    assert code(operator.ask("POST", "identity", twice)) == (400, "BAD_REQUEST")
    place = f"identity/{made['id']}"
    assert code(user.ask("DELETE", place)) == (403, "FORBIDDEN")
    assert code(user.ask("PATCH", place, {"user": None})) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert operator.patch(place, {"user": operator.account})["user"] == operator.account
    assert code(operator.ask("PATCH", place, {"user": None})) == (400, "BAD_REQUEST")
    operator.delete(place)
    assert code(operator.ask("DELETE", place)) == (404, "OBJECT_DOES_NOT_EXIST")


def test_operators_give_users_passwords(operator: Manager) -> None:
    name, first, second = fresh(), "a long enough secret", "another long secret"
    made = operator.post("user", {"username": name, "password": first})
    assert "password" not in made

    def signs_in(password: str) -> bool:
        headers = {"X-Auth-User": name, "X-Auth-Key": password}
        return operator.store.raw("GET", "/v1", None, headers).status < 300

    assert signs_in(first)
    operator.patch(f"user/{name}", {"password": second})
    assert (signs_in(first), signs_in(second)) == (False, True)
    for wrong in ("short", name, None, 12345678):
        answer = operator.ask("PATCH", f"user/{name}", {"password": wrong})
        assert code(answer) == (400, "BAD_REQUEST")
    assert signs_in(second)
