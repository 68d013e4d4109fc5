"""Jobs are started, watched and stopped on a page; what is killed is shown as interrupted."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user, set_password
from audit.models import Event
from operators.models import JobRun
from operators.services.jobs import runs
from operators.values.jobs import JobKind, JobOptions, Run, RunState
from pithos_api.services.locks import Job, sole_worker
from tests.accounts.signing_in import sign_in
from tests.api.client import Client as StoreClient
from tests.api.server import Serve, Server

PASSWORD = "open sesame, please"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def desk(server: Server, django_db_blocker: Any) -> Iterator[tuple[StoreClient, str]]:
    with django_db_blocker.unblock(), signed_in(server) as made:
        yield made


@contextmanager
def signed_in(server: Server) -> Iterator[tuple[StoreClient, str]]:
    """An operator's connection, and the cookie of a browser where they are signed in."""
    user = create_user(f"operator-{token_hex(4)}", operator=True)
    set_password(user, PASSWORD)
    with using(server, user.account, "") as client:
        yield client, sign_in(client, PASSWORD)["Cookie"]


@contextmanager
def using(server: Server, account: str, token: str) -> Iterator[StoreClient]:
    client = StoreClient(server.address, account, token)
    yield client
    client.connection.close()


def start(desk: tuple[StoreClient, str], kind: str, **form: str) -> int:
    """Start a run by the page's form; return its number."""
    answer = send(desk, f"/operators/jobs/{kind}/start", form)
    assert answer.status == 302, answer.body
    place = answer["Location"]
    assert place.startswith("/operators/jobs/"), place
    return int(place.rpartition("/")[2])


def send(desk: tuple[StoreClient, str], path: str, form: dict[str, str]) -> Any:
    """Send a form with what the page of jobs gives for it."""
    client, cookie = desk
    shown = client.raw("GET", "/operators/jobs", headers={"Cookie": cookie})
    token = shown.body.partition(b'name="csrfmiddlewaretoken" value="')[2].partition(b'"')[0]
    cookies = "; ".join(
        [cookie, *(each.partition(";")[0] for each in shown.headers.get_all("Set-Cookie", []))]
    )
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({**form, "csrfmiddlewaretoken": token.decode()})
    return client.raw("POST", path, body, headers)


def page(desk: tuple[StoreClient, str], number: int) -> str:
    client, cookie = desk
    answer = client.raw("GET", f"/operators/jobs/{number}", headers={"Cookie": cookie})
    assert answer.status == 200
    return answer.body.decode()


def wait_for(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(number: int) -> Run:
    """The run once it has ended."""
    wait_for(lambda: not runs.find_run(number).is_under_way)
    return runs.find_run(number)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("kind", "form", "figure"),
    [
        ("garbage", {"mode": "dry", "grace": "0"}, "visited"),
        ("scrub", {"mode": "run", "restart": "on", "rate": "1G"}, "blocks"),
        ("scrub", {"mode": "dry", "rate": "1G"}, "sound"),
        ("fsck", {"mode": "dry"}, "checks"),
        ("checksums", {"mode": "dry"}, "late"),
    ],
)
def test_a_job_runs_in_a_process_of_its_own(desk, box, kind, form, figure) -> None:
    box.put("c/o", b"x" * 100_000)
    number = start(desk, kind, **form)
    run = ended(number)
    assert run.state == RunState.DONE, run.lines
    assert figure in run.figures
    assert run.by == desk[0].account
    assert re.search(r"<dd>done\s*</dd>", page(desk, number))
    event = Event.objects.filter(action="job.start", target=f"{kind} {number}").get()
    assert event.actor == desk[0].account


@pytest.mark.usefixtures("committed")
def test_what_a_job_changes_is_done_by_the_operator(desk) -> None:
    number = start(desk, "garbage", mode="run")
    assert ended(number).state == RunState.DONE
    event = Event.objects.filter(action="garbage.collect").latest("id")
    assert event.actor == desk[0].account
    assert event.details == {"grace_seconds": settings.PITHOS_GARBAGE_GRACE}


@pytest.mark.usefixtures("committed")
def test_a_dry_run_changes_nothing(desk, box) -> None:
    box.put("c/o", b"x" * 100_000)
    before = Event.objects.filter(action="garbage.collect").count()
    run = ended(start(desk, "garbage", mode="dry", grace="0"))
    assert run.is_dry
    assert Event.objects.filter(action="garbage.collect").count() == before
    assert box.get("c/o").body == b"x" * 100_000


@pytest.mark.usefixtures("committed")
def test_a_job_stops_when_it_is_asked_to(desk, box) -> None:
    box.put("c/o", os.urandom(300_000))
    number = start(desk, "scrub", mode="run", restart="on", rate="64K")
    wait_for(lambda: runs.find_run(number).state == RunState.RUNNING)
    assert "under way" in page(desk, number)
    assert send(desk, f"/operators/jobs/{number}/stop", {}).status == 302
    assert ended(number).state == RunState.STOPPED
    stopped = Event.objects.filter(action="job.stop", target=f"scrub {number}")
    assert stopped.get().actor == desk[0].account


@pytest.mark.usefixtures("committed")
def test_a_killed_job_is_shown_as_interrupted_and_can_be_run_again(desk, box) -> None:
    box.put("c/o", os.urandom(300_000))
    number = start(desk, "scrub", mode="run", restart="on", rate="64K")
    wait_for(lambda: runs.find_run(number).state == RunState.RUNNING)
    os.kill(process_of(number), signal.SIGKILL)
    assert ended(number).state == RunState.INTERRUPTED
    assert "interrupted" in page(desk, number)
    again = start(desk, "scrub", mode="run", rate="1G")
    assert ended(again).state == RunState.DONE
    assert JobRun.objects.get(pk=number).state == RunState.INTERRUPTED


def process_of(number: int) -> int:
    """The process id of a run."""
    wanted = f"run_job\0{number}\0".encode()
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if wanted in place.read_bytes():
                return int(place.parent.name)
        except OSError:
            continue
    raise AssertionError(number)


@pytest.mark.usefixtures("committed")
def test_a_job_that_another_process_does_fails_and_says_so(desk) -> None:
    with sole_worker(Job.SCRUB) as ours:
        assert ours
        number = start(desk, "scrub", mode="run")
        run = ended(number)
    assert run.state == RunState.FAILED
    assert "A server or a command does this just now." in page(desk, number)


@pytest.mark.usefixtures("committed")
def test_there_is_nothing_to_move_without_another_store(desk) -> None:
    number = start(desk, "migration", mode="run")
    assert ended(number).state == RunState.FAILED
    assert "No store is configured to move blocks from." in page(desk, number)


def test_blocks_are_moved_to_another_store(serve: Serve, tmp_path: Path, committed: None) -> None:
    old, new = (f"file://{tmp_path}/{name}" for name in ("old", "new"))
    user, contents = create_user(f"user-{token_hex(4)}"), [os.urandom(64_000) for _ in range(6)]
    who = user.account, create_token(user)
    with serve(PITHOS_BLOCK_STORE=old) as server, using(server, *who) as store:
        stored = [store.put("c"), *(store.put(f"c/{n}", each) for n, each in enumerate(contents))]
        assert {each.status for each in stored} == {201}
    both = {"PITHOS_BLOCK_STORE": new, "PITHOS_BLOCK_STORE_FALLBACK": old}
    with serve(**both) as server, signed_in(server) as desk:
        modes = "dry", "run", "dry"
        came = [ended(start(desk, "migration", mode=mode)).figures for mode in modes]
    moved = {"bytes": 6 * 64_000}
    assert came == [{"lacking": 6} | moved, {"copied": 6} | moved, {"present": 6, "bytes": 0}]
    with serve(PITHOS_BLOCK_STORE=new) as server, using(server, *who) as store:
        assert [store.get(f"c/{n}").body for n in range(6)] == contents


def test_a_second_run_of_a_kind_waits_for_the_first(operating: Client) -> None:
    number = runs.add_run(JobKind.FSCK, JobOptions(), "somebody")
    try:
        answer = operating.post("/operators/jobs/fsck/start", {"mode": "dry"}, follow=True)
        assert "One of these is under way." in answer.content.decode()
        assert JobRun.objects.filter(kind="fsck").latest("id").pk == number
    finally:
        JobRun.objects.filter(pk=number).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "form", "status"),
    [
        ("fsck", {}, 400),
        ("fsck", {"mode": "wet"}, 400),
        ("scrub", {"mode": "run", "rate": "fast"}, 400),
        ("garbage", {"mode": "dry", "grace": "7"}, 400),
        ("nonsense", {"mode": "dry"}, 404),
    ],
)
def test_what_is_no_choice_starts_nothing(browser: Client, kind, form, status) -> None:
    before = JobRun.objects.count()
    assert browser.post(f"/operators/jobs/{kind}/start", form).status_code == status
    assert JobRun.objects.count() == before


@pytest.mark.django_db
def test_a_run_that_is_not_there_is_404_and_cannot_be_stopped(browser: Client) -> None:
    assert browser.get("/operators/jobs/999999999").status_code == 404
    answer = browser.post("/operators/jobs/999999999/stop", follow=True)
    assert "It is not under way any more." in answer.content.decode()


@pytest.mark.django_db
def test_a_run_whose_process_never_came_is_interrupted_after_a_while() -> None:
    number = runs.add_run(JobKind.FSCK, JobOptions(), "somebody")
    assert runs.find_run(number).state == RunState.WAITING
    with connection.cursor() as cursor:
        cursor.execute("UPDATE job_run SET seen = seen - interval '1 minute'")
    assert runs.find_run(number).state == RunState.INTERRUPTED


@pytest.mark.usefixtures("committed")
def test_a_job_ends_with_its_server(box: StoreClient, server: Server) -> None:
    box.put("c/o", os.urandom(300_000))
    server_of_it = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    number = runs.add_run(JobKind.SCRUB, JobOptions(dry=False, rate=65536, restart=True), "me")
    command = [sys.executable, "manage.py", "run_job", f"{number}", "--server"]
    run = subprocess.Popen(
        [*command, f"{server_of_it.pid}"], cwd=settings.BASE_DIR, env={**os.environ, **server.env}
    )
    wait_for(lambda: runs.find_run(number).state == RunState.RUNNING)
    server_of_it.communicate(b"\n")
    assert run.wait(PATIENCE_SECONDS) == 0
    assert runs.find_run(number).state == RunState.STOPPED
