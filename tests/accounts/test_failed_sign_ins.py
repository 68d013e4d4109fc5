"""A sign-in that fails is a log line by default, which deploy/fail2ban/pithos.conf reads."""

import re

import pytest

from tests.api.client import Client
from tests.api.server import Server
from tests.reliability.store import wait_for

LINE = re.compile(r"^\S+Z WARNING accounts\.logins\.logins \[\S+\] sign-in failed from .*", re.M)


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_sign_in_is_a_line(server: Server, api: Client, known: bool) -> None:
    before = len(LINE.findall(server.errors()))
    keys = {"X-Auth-User": api.account if known else "somebody-else", "X-Auth-Key": "S3CRET"}
    assert api.raw("GET", "/auth/v1.0", headers=keys).status == 401
    wait_for(lambda: len(LINE.findall(server.errors())) > before)
    line = LINE.findall(server.errors())[-1]
    who = api.account if known else "a name that nobody has"
    assert line.endswith(f"sign-in failed from 127.0.0.1 for {who}")
