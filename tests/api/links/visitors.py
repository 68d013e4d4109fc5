"""Whoever has a link: a browser without a token, with what it keeps of cookies."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.api.client import Answer, Client

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def make_link(client: Client, path: str = "c/o", **limits: Any) -> str:
    """Make a link; return the path of its page."""
    answer = client.post(path, json.dumps(limits), link="")
    assert answer.status == 201, answer.body
    return f"/s/{answer.json['key']}"


def told(client: Client, place: str) -> Any:
    """What the owner is told of a link."""
    key = place.split("/")[2]
    return next(each for each in client.get("", links="").json if each["key"] == key)


@dataclass
class Visitor:
    """A browser at the page behind a link."""

    client: Client
    place: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, tail: str = "", body: bytes | None = None, /, **more: str) -> Answer:
        headers = {**HTML, **{name.replace("_", "-"): value for name, value in more.items()}}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={it}" for name, it in self.cookies.items())
        answer = self.client.raw(method, self.place + tail, body, headers)
        for each in answer.headers.get_all("Set-Cookie", []):
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, tail: str = "", **headers: str) -> Answer:
        return self.ask("GET", tail, None, **headers)

    def text(self, tail: str = "") -> str:
        answer = self.get(tail)
        assert (answer.status, answer["Content-Type"]) == (200, "text/html; charset=UTF-8")
        return answer.body.decode()

    def give(self, password: str, tail: str = "") -> Answer:
        form = urlencode({"password": password}).encode()
        return self.ask("POST", tail, form, Content_Type="application/x-www-form-urlencoded")


def visitor(client: Client, path: str = "c/o", **limits: Any) -> Visitor:
    return Visitor(client, make_link(client, path, **limits))
