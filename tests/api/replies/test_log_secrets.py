"""Whatever is asked, and whatever goes wrong: no log holds a token, a password or a signature."""

import json
import re
from urllib.parse import urlsplit

import pytest

from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user
from tests.api.client import Client
from tests.reliability.store import wait_for

ASKED = 30
SECRETS = ("S3CRET-signature", "S3CRET-password", "S3CRET-cookie", "S3CRET-key")


@pytest.fixture(scope="module", params=["text", "json"])
def logged(request, serve, django_db_blocker):
    """A server that logs all it can, and a user who has made every kind of request."""
    with django_db_blocker.unblock():
        user = create_user(f"logged-{request.param}")
        token = create_token(user)
    choices = {
        "PITHOS_LOG_FORMAT": request.param,
        "PITHOS_LOG_LEVEL": "DEBUG",
        "PITHOS_ACCESS_LOG": "1",
        "PITHOS_TRUSTED_PROXIES": "127.0.0.1",
    }
    with serve(**choices) as server:
        client = Client(server.address, user.account, token)
        ask_for_everything(client, token)
        break_things(client, server, token)
        # The lines are written behind the answers.
        wait_for(lambda: server.errors().count("observability.access_log") == ASKED)
        yield request.param, token, server.errors()
        client.connection.close()


def ask_for_everything(client, token):
    for method in ("PUT", "GET", "HEAD", "POST"):
        client.request(method, "c", headers={"X-Forwarded-For": "198.51.100.7"})
    for path in (f"c/o?X-Auth-Token={token}", f"c/o?X%2DAuth%2DToken={token}&format=json"):
        client.raw("PUT", f"/v1/{client.account}/{path}", b"content")
    signed = f"/v1/{client.account}/c/o?temp_url_sig={SECRETS[0]}&temp_url_expires=9999999999"
    client.raw("GET", signed)
    keys = {"X-Storage-User": client.account, "X-Storage-Pass": SECRETS[1]}
    client.raw("GET", "/auth/v1.0", headers=keys)
    client.post("", headers={"X-Account-Meta-Temp-URL-Key": SECRETS[3]})
    sign_things(client)
    form = f"username={client.account}&password={SECRETS[1]}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    cookie = {"Cookie": f"sessionid={SECRETS[2]}"}
    client.raw("POST", "/admin/login/", form, kind | cookie)
    client.raw("GET", f"/login?next=http://127.0.0.1/&token={token}", headers=cookie)
    paste_things(client, token)


def paste_things(client, token):
    """A token in a path, as people paste it, and a public link, which is a key, too."""
    for path in (f"/{token}", f"/v2.0/tokens/{token}/endpoints", f"/v1/{client.account}/{token}"):
        client.raw("GET", path)
        client.raw("PUT", path, b"")
    client.post("c/o", headers={"X-Object-Public": "true"})
    client.raw("GET", urlsplit(client.head("c/o")["X-Object-Public"]).path)


def sign_things(client):
    """Signed URLs and forms, wrong and malformed ones: each is answered with an error."""
    place = f"/v1/AUTH_{client.account}/c/o"
    for query in (
        f"temp_url_sig={SECRETS[0]}&temp_url_expires=9999999999",
        f"temp%5Furl%5Fsig={SECRETS[0]}&temp_url_expires=x&filename=f",
    ):
        client.raw("GET", f"{place}?{query}")
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    field = f'--b\r\nContent-Disposition: form-data; name="signature"\r\n\r\n{SECRETS[0]}\r\n'
    for end in ("--b--", "--b\r\nX\r\n\r\n", ""):
        client.raw("POST", place, field + end, kind)


def break_things(client, server, token):
    client.raw("PATCH", f"/v1/{client.account}/c/o?X-Auth-Token={token}")
    client.raw("GET", f"/v1/{client.account}/c/%FF?X-Auth-Token={token}")
    client.raw("GET", f"/v1/{client.account}/c/o?X-Auth-Token={token}", headers={"Expect": "x"})
    client.connection.close()
    client.put("c/large", bytes(range(256)) * 1024)
    away = server.block_directory.rename(server.block_directory.with_name("away"))
    client.get("c/large", **{"X-Auth-Token": token})
    away.rename(server.block_directory)


def test_no_secret_is_in_any_line(logged):
    _, token, lines = logged
    for secret in (token, *SECRETS):
        assert secret not in lines
    assert set(re.findall(r"/public/[^ \"]+", lines)) == {"/public/…"}


def test_every_request_has_its_line(logged):
    _, token, lines = logged
    assert lines.count("observability.access_log") == ASKED
    assert lines.count("198.51.100.7") == 4
    assert token_digest(token).hex()[:8] in lines


def test_what_fails_is_logged_with_the_id_of_its_request(logged):
    lines = logged[-1]
    failed = [line for line in lines.splitlines() if "pithos_api.blocks" in line]
    found = [re.findall(r"tx[0-9a-f]{21}-[0-9a-f]{10}", line) for line in failed]
    (request_id,) = found[0]
    assert found == [[request_id]] * len(failed)  # the blocks that were opened ahead, too
    (access,) = [each for each in lines.splitlines() if request_id in each and "access" in each]
    assert "503" in access


def test_json_lines_are_objects(logged):
    form, _, lines = logged
    if form == "json":
        found = [json.loads(line) for line in lines.splitlines()]
        assert {"time", "level", "logger", "request_id"} <= set.intersection(*map(set, found))
