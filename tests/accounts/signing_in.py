"""Signing in over HTTP as a browser does, with its cookies."""

import re
from urllib.parse import urlencode

from tests.api.client import Answer, Client

PASSWORD = "open sesame, please"


def sign_in(client: Client, password: str) -> dict[str, str]:
    """The headers with which a browser is then known as the client's user."""
    given = {"username": client.account, "password": password}
    answer = fill_in(client, "/account/sign-in", given)
    assert answer.status == 302, answer.status
    return {"Cookie": cookies_of(answer)}


def fill_in(client: Client, page: str, given: dict[str, str], cookie: str = "") -> Answer:
    """The answer to a form of a page, sent with all that the page has given for it."""
    headers = {"Cookie": cookie} if cookie else {}
    shown = client.raw("GET", page, headers=headers)
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', shown.body)
    assert found, shown.body
    headers = {
        "Cookie": "; ".join(filter(None, (cookie, cookies_of(shown)))),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = {**given, "csrfmiddlewaretoken": found[1].decode()}
    return client.raw("POST", page, urlencode(form), headers)


def cookies_of(answer: Answer) -> str:
    """What a browser sends back of the cookies that it was given."""
    return "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", []))
