"""The account's form in the path decides which dialect is spoken; the store behind is one."""

from typing import Any

import pytest

from tests.swift.client import SwiftClient


def test_both_doors_lead_to_one_store(box: SwiftClient) -> None:
    box.put("c/o", b"bytes")
    assert box.pithos.get("c/o").body == b"bytes"
    box.pithos.put("c/p", b"more")
    assert box.names("c") == ["o", "p"]


@pytest.mark.parametrize("path", ["", "/", "/c", "/c/", "/c/o"])
def test_v1_0_is_v1(box: SwiftClient, path: str) -> None:
    box.put("c/o", b"x")
    url = f"/v1.0/AUTH_{box.account}{path}"
    assert box.raw("HEAD", url, None, {"X-Auth-Token": box.token}).status in {200, 204}


def test_the_account_without_a_slash_before_the_query(box: SwiftClient) -> None:
    answers = [
        box.raw("GET", f"/v1/AUTH_{box.account}{slash}?format=json&limit=1", None, box.own)
        for slash in ("", "/")
    ]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body


def test_the_prefix_may_be_percent_encoded(box: SwiftClient) -> None:
    url = f"/v1/AUTH%5F{box.account}"
    assert box.raw("HEAD", url, None, box.own).get("X-Timestamp")


@pytest.mark.parametrize("path", ["", "c", "c/o"])
def test_replies_tell_time_and_transaction(box: SwiftClient, path: str) -> None:
    box.put("c/o", b"x")
    one, other = box.head(path), box.head(path)
    assert float(one["X-Timestamp"]) == pytest.approx(float(other["X-Timestamp"]))
    assert one["X-Trans-Id"].startswith("tx")
    assert one["X-Trans-Id"] != other["X-Trans-Id"]
    assert box.pithos.head(path).get("X-Timestamp") is None


def test_an_objects_timestamp_is_its_last_modification(box: SwiftClient) -> None:
    box.put("c/o", b"x")
    before = box.head("c/o")["X-Timestamp"]
    box.post("c/o", headers={"X-Object-Meta-A": "b"})
    assert float(box.head("c/o")["X-Timestamp"]) > float(before)


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [("c/none", 404, "Not Found"), ("none/o", 404, "Not Found"), ("../o", 404, "Not Found")],
)
def test_faults_are_short_pages(box: SwiftClient, path: str, status: int, title: str) -> None:
    answer = box.get(path, {"Accept": "application/json"})
    assert answer.status == status
    assert answer["Content-Type"] == "text/html; charset=UTF-8"
    assert answer.body.startswith(f"<html><h1>{title}</h1><p>".encode())
    assert answer["X-Trans-Id"]


def test_faults_escape_what_they_repeat(box: SwiftClient) -> None:
    assert b"<script>" not in box.get("c/<script>").body


@pytest.mark.parametrize("token", [None, "", "stale"])
def test_who_has_no_valid_token_is_told_to_log_in_anew(box: SwiftClient, token: str | None) -> None:
    headers = {} if token is None else {"X-Auth-Token": token}
    answer = box.raw("GET", box.url("c"), None, headers)
    assert answer.status == 401
    assert answer["WWW-Authenticate"].startswith("Swift ")


def test_unknown_parameters_are_ignored(box: SwiftClient) -> None:
    box.put("c/o", b"x")
    nonsense: dict[str, Any] = {"symlink": "get", "heartbeat": "on", "states": "x"}
    assert box.head("c/o", **nonsense).status == 200
    assert box.get("c/o", format="json").body == b"x"
    assert box.get("c/o", {"If-Modified-Since": "None"}).body == b"x"
    assert box.put("c/p", b"y", format="json").status == 201
    assert box.delete("c/p", format="json").status == 204
