"""link, links, relink, unlink."""

import time
from urllib.parse import urlsplit

import pytest

from tests.api.client import Client
from tests.pithos_client.command.shell import Shell

pytestmark = pytest.mark.requirement("L24")


@pytest.fixture
def filled(shell: Shell, box: Client) -> Shell:
    box.put("c/o", b"one")
    box.put("c/dir/a", b"a")
    return shell


def status(box: Client, url: str, tail: str = "") -> int:
    return box.raw("GET", urlsplit(url).path + tail).status


def test_a_link_is_made_listed_changed_and_revoked(filled: Shell, box: Client) -> None:
    [url] = filled.ok("link", "c/o").lines
    assert (url.startswith("http://"), box.raw("GET", f"{urlsplit(url).path}?download").body) == (
        True,
        b"one",
    )
    assert filled.ok("links").lines == [f"{url}  c/o  used 1"]
    changed = filled.ok("relink", url, "--downloads", "3").lines
    assert changed == [f"{url}  used 1, 3 left"]
    assert filled.ok("relink", url.rpartition("/")[2], "--no-limit").lines == [f"{url}  used 1"]
    assert filled.ok("unlink", url).lines == [f"revoked {url}"]
    assert (status(box, url), filled.ok("links").lines) == (404, [])
    assert filled.run("unlink", url).code == 3


def test_folders_and_containers_have_links(filled: Shell, box: Client) -> None:
    for words, name in ((["c/dir/"], "dir/"), (["c/dir", "--folder"], "dir/"), (["c"], "")):
        [made] = filled.json("link", *words)
        assert (made["container"], made["name"], made["folder"]) == ("c", name, True)
        assert status(box, made["url"], f"/{'' if name else 'dir/'}a") == 200
    assert filled.run("link", "c/none").code == filled.run("link", "c/o/").code == 3
    assert len(filled.json("links", "c/dir/")) == 2


def test_a_password_is_asked_for(filled: Shell, box: Client) -> None:
    [url] = filled.ok("link", "c/o", "--password", said="σουσάμι\n".encode()).lines
    assert status(box, url) == 401
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"password=%CF%83%CE%BF%CF%85%CF%83%CE%AC%CE%BC%CE%B9"
    assert box.raw("POST", urlsplit(url).path, body, form).status == 303
    assert filled.run("link", "c/o", "--password").code == 1
    typed = filled.typed("link", "c/o", "--password", said=b"pw\npw\n")
    assert (typed.code, b"pw" in typed.out.replace(b"pwd", b"")) == (0, False)
    assert filled.ok("relink", url, "--no-password").lines == [f"{url}  used 0"]
    assert status(box, url) == 200


def test_an_end_is_a_span_or_a_time(filled: Shell) -> None:
    [made] = filled.json("link", "c/o", "--expires", "7d")
    assert abs(made["expires"] - time.time() - 7 * 86_400) < 60
    [made] = filled.json("link", "c/o", "--expires", "2099-12-24 18:00")
    assert made["expires"] > 4_000_000_000
    [told] = filled.json("relink", made["key"], "--no-end")
    assert told["expires"] is None
    assert filled.run("link", "c/o", "--expires", "yesterday").code == 1  # the store says why
    assert filled.run("link", "c/o", "--expires", "soon").code == 2


@pytest.mark.parametrize(
    "words", [(), ("--downloads", "0"), ("--downloads", "1", "--no-limit"), ("--expires", "")]
)
def test_wrong_usage_is_told(filled: Shell, words: tuple[str, ...]) -> None:
    assert filled.run("relink", "key", *words).code == 2
