"""Upload: whole folders, only what the store lacks, through cuts and reloads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from json import dumps, loads
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from django.contrib.sessions.models import Session
from websocket import create_connection

from accounts.models import User
from tests.api.server import BLOCK_SIZE
from tests.files.browser import Page
from tests.files.conftest import session_of, sign_in
from tests.pithos_client.proxy import Proxy

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

FILES, FOLDER = '[data-pick="files"]', '[data-pick="folder"]'


@pytest.fixture
def proxy(api) -> Iterator[Proxy]:
    with Proxy(api.address) as standing:
        yield standing


@pytest.fixture
def counted(chromium, api, committed, proxy) -> Page:
    """A page behind a proxy that counts, with the empty container ``c``."""
    api.put("c")
    page = sign_in(chromium, api, f"http://127.0.0.1:{proxy.address[1]}")
    page.open("my/c/")
    return page


def pick(page: Page, *files: Path, field: str = FILES) -> None:
    page.wait(lambda: page.driver.find_elements("css selector", field), "no field for files")
    found = page.driver.find_element("css selector", field)
    found.send_keys("\n".join(map(str, files)))


def made(path: Path, blocks: float) -> bytes:
    content = os.urandom(int(blocks * BLOCK_SIZE))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content


@contextmanager
def collecting(page: Page) -> Iterator[None]:
    """Let the page's workers collect their garbage again and again."""
    at = page.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
    targets = requests.get(f"http://{at}/json", timeout=10).json()
    [target] = (each for each in targets if each["type"] == "page")
    socket = create_connection(target["webSocketDebuggerUrl"], suppress_origin=True)
    numbers, over = count(1), Event()

    def ask(method: str, session: str = "", **params: object) -> None:
        message = {"id": next(numbers), "method": method, "params": params}
        socket.send(dumps({**message, "sessionId": session} if session else message))

    def collect() -> None:
        while not over.is_set():
            told = loads(socket.recv())
            session = told.get("sessionId") or told.get("params", {}).get("sessionId")
            if session:
                ask("HeapProfiler.collectGarbage", session)

    ask("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)
    collector = Thread(target=collect)
    collector.start()
    try:
        yield
    finally:
        over.set()
        ask("Target.setAutoAttach", autoAttach=False, waitForDebuggerOnStart=False, flatten=True)
        collector.join()
        socket.close()


def sent(proxy: Proxy) -> list[bytes]:
    """The blocks that went by."""
    return [
        each.body
        for each in proxy.asked
        if each.method == "POST" and each.body[:1] and "update" in each.query
    ]


@pytest.mark.requirement("F7")
def test_files_and_folders_are_picked_and_dropped(filled, tmp_path):
    one = made(tmp_path / "one", 0.1)
    deep = made(tmp_path / "tree/branch/leaf", 1.5)
    filled.open("my/c/")
    pick(filled, tmp_path / "one")
    filled.says("1 upload is over")
    pick(filled, tmp_path / "tree", field=FOLDER)
    filled.says("2 uploads are over")
    filled.run(
        "const transfer = new DataTransfer();"
        "transfer.items.add(new File(['dropped'], 'drop.txt'));"
        "document.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, cancelable: true}))"
    )
    filled.says("3 uploads are over")
    filled.shows("tree", "drop.txt", "one")
    kept = {
        name: filled.user.get(f"c/{name}").body for name in ("one", "tree/branch/leaf", "drop.txt")
    }
    assert kept == {"one": one, "tree/branch/leaf": deep, "drop.txt": b"dropped"}


@pytest.mark.requirement("F8")
def test_the_hashmap_goes_first_then_what_is_asked_for_three_at_a_time(counted, proxy, tmp_path):
    content = made(tmp_path / "big", 9.5)
    pick(counted, tmp_path / "big")
    counted.says("1 upload is over")
    about = [
        each
        for each in proxy.asked
        if each.path.startswith("/v1/") and each.method in ("PUT", "POST")
    ]
    assert [about[0].method, about[-1].method] == ["PUT", "PUT"]
    blocks = [content[at : at + BLOCK_SIZE] for at in range(0, len(content), BLOCK_SIZE)]
    assert sorted(sent(proxy)) == sorted(blocks)
    assert max(each.at_once for each in about) <= 3
    proxy.asked.clear()
    changed = content[:BLOCK_SIZE] + os.urandom(BLOCK_SIZE) + content[2 * BLOCK_SIZE :]
    (tmp_path / "other").write_bytes(changed)
    pick(counted, tmp_path / "other")
    counted.says("2 uploads are over")
    assert [len(each) for each in sent(proxy)] == [BLOCK_SIZE]
    counted.says("Already here: 557 kB not sent")
    assert counted.user.get("c/other").body == changed


@pytest.mark.requirement("F8")
def test_nobody_waits_for_the_md5_of_a_large_file(counted, proxy, tmp_path):
    for name, size in (("large", 64 << 20), ("small", 1 << 20)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        pick(counted, tmp_path / name)
        counted.says("1 upload is over" if name == "large" else "2 uploads are over")
    asked = [(each.path[-5:], each.prefer) for each in proxy.asked if each.method == "PUT"]
    assert asked == [("large", "respond-async"), ("small", None)]


@pytest.mark.requirement("F8")
def test_files_are_read_to_their_end_while_the_browser_tidies_its_memory(filled, tmp_path):
    with (tmp_path / "long").open("wb") as file:
        file.truncate(100 * BLOCK_SIZE)
    filled.open("my/c/")
    with collecting(filled):
        pick(filled, tmp_path / "long")
        filled.says("1 upload is over")
    assert int(filled.user.head("c/long").headers["Content-Length"]) == 100 * BLOCK_SIZE


@pytest.mark.requirement("F8")
def test_zeros_at_the_end_of_blocks_and_empty_files_arrive(filled, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "zeros").write_bytes(b"x" + bytes(2 * BLOCK_SIZE))
    filled.open("my/c/")
    pick(filled, tmp_path / "empty", tmp_path / "zeros")
    filled.says("2 uploads are over")
    assert filled.user.get("c/empty").body == b""
    assert filled.user.get("c/zeros").body == b"x" + bytes(2 * BLOCK_SIZE)


@pytest.mark.requirement("F8")
def test_where_there_is_no_tls_web_assembly_hashes(chromium, api, committed, proxy, tmp_path):
    api.put("c")
    page = sign_in(chromium, api, f"http://plain.test:{proxy.address[1]}")
    page.open("my/c/")
    assert page.run("return crypto.subtle === undefined")
    content = made(tmp_path / "plain", 2.5)
    pick(page, tmp_path / "plain")
    page.says("1 upload is over")
    assert sha256(api.get("c/plain").body).digest() == sha256(content).digest()
    assert not [each for each in page.refusals() if "Content Security Policy" in each]


@pytest.mark.requirement("F9")
def test_cut_reloaded_and_picked_again_only_the_rest_is_sent(counted, proxy, tmp_path):
    content = made(tmp_path / "film", 12)
    proxy.spoil = lambda asked: "close" if asked.method == "POST" and len(sent(proxy)) > 5 else ""
    pick(counted, tmp_path / "film")
    counted.wait(lambda: len(sent(proxy)) > 5, "no request is cut")
    arrived = 5
    counted.run("window.addEventListener('beforeunload', e => e.stopImmediatePropagation(), true)")
    counted.open("my/c/")
    proxy.asked.clear()
    proxy.spoil = lambda _: ""
    pick(counted, tmp_path / "film")
    counted.says("1 upload is over")
    assert sum(map(len, sent(proxy))) == len(content) - arrived * BLOCK_SIZE
    assert counted.user.get("c/film").body == content


@pytest.mark.requirement("F9")
def test_an_upload_waits_where_no_token_can_be_had(counted, proxy, tmp_path):
    content = made(tmp_path / "film", 2)
    lost = {"/account/session-token": "close"}
    proxy.spoil = lambda asked: lost.get(asked.path, "401" if "update" in asked.query else "")
    pick(counted, tmp_path / "film")
    counted.says("Waits for the network")
    proxy.spoil = lambda _: ""
    counted.says("1 upload is over")
    assert counted.user.get("c/film").body == content


@pytest.mark.requirement("F9")
def test_an_upload_goes_on_by_itself_when_the_network_is_back(counted, proxy, tmp_path):
    content = made(tmp_path / "film", 6)
    proxy.spoil = lambda asked: "close" if asked.method == "POST" and len(sent(proxy)) == 3 else ""
    pick(counted, tmp_path / "film")
    counted.says("1 upload is over")
    assert counted.user.get("c/film").body == content


@pytest.mark.requirement("F7")
def test_an_upload_is_paused_resumed_and_cancelled(counted, proxy, tmp_path):
    content = made(tmp_path / "film", 6)
    proxy.spoil = lambda asked: "503" if asked.method == "POST" and "update" in asked.query else ""
    pick(counted, tmp_path / "film")
    counted.says("Waits for the network")
    counted.click("[aria-label='Pause film']")
    counted.says("Paused")
    proxy.spoil = lambda _: ""
    counted.click("[aria-label='Go on with film']")
    counted.says("1 upload is over")
    assert counted.user.get("c/film").body == content
    made(tmp_path / "never", 6)
    proxy.spoil = lambda asked: "503" if asked.method == "POST" and "update" in asked.query else ""
    pick(counted, tmp_path / "never")
    counted.says("Waits for the network")
    counted.click("[aria-label='Cancel never']")
    counted.says("1 upload is over")
    assert counted.user.head("c/never").status == 404


@pytest.mark.requirement("F10")
@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("Replace it", {"a.txt": b"new", "b.txt": b"new"}),
        ("Skip it", {"a.txt": b"old", "b.txt": b"old"}),
        ("Keep both", {"a.txt": b"old", "a (2).txt": b"new", "b.txt": b"old", "b (2).txt": b"new"}),
    ],
)
def test_a_name_that_is_taken_is_asked_about_once_for_all(filled, tmp_path, answer, kept):
    for name in ("a.txt", "b.txt"):
        filled.user.put(f"c/{name}", b"old")
        (tmp_path / name).write_bytes(b"new")
    filled.open("my/c/")
    pick(filled, tmp_path / "a.txt", tmp_path / "b.txt")
    filled.says("is there already")
    filled.click("dialog label.choice")
    filled.click("dialog button", text=answer)
    filled.says("2 uploads are over")
    names = [each["name"] for each in filled.user.get("c", format="json").json]
    assert {name: filled.user.get(f"c/{name}").body for name in names} == kept


@pytest.mark.requirement("F11", "F28")
def test_what_is_over_the_quota_is_said_at_the_file_and_the_rest_goes_on(filled, tmp_path):
    filled.user.post("c", headers={"X-Container-Policy-Quota": str(BLOCK_SIZE)})
    made(tmp_path / "large", 2)
    made(tmp_path / "small", 0.5)
    filled.open("my/c/")
    pick(filled, tmp_path / "large", tmp_path / "small")
    filled.says("the quota would be exceeded")
    filled.says("2 uploads are over")
    filled.shows("small")
    assert filled.user.head("c/large").status == 404


@pytest.mark.requirement("F11")
def test_when_the_session_is_over_the_queue_waits_for_signing_in(filled, tmp_path):
    made(tmp_path / "late", 2)
    filled.open("my/c/")
    filled.says("Nothing here yet")
    cookie = filled.driver.get_cookie("sessionid")
    assert cookie is not None
    Session.objects.filter(session_key=cookie["value"]).delete()
    pick(filled, tmp_path / "late")
    filled.says("Waits for you to sign in")
    user = User.objects.get(account=filled.user.account)
    filled.driver.add_cookie({"name": "sessionid", "value": session_of(user)})
    filled.click("button", text="I have signed in")
    filled.says("1 upload is over")
    filled.shows("late")
