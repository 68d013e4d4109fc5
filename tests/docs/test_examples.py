"""The commands in the pages do what the pages say, on a first start."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.server import ROOT, Server
from tests.docs.pages import PAGES, Example, examples, name
from tests.forks import commands
from tests.reliability.store import plant

# tests/clients runs every block of them, each with the client that it is about.
RUN_ELSEWHERE = {"docs/clients.md", "docs/images.md"}
WITH_EXAMPLES = [page for page in PAGES if examples(page) and name(page) not in RUN_ELSEWHERE]
OF_ALL = {"docs/management.md"}  # its answers tell all that the account has
LANGUAGES = {"sh", "text", "python"}
MARK = "--- end of example ---"
# Blocks that are not run, with the reason.
NOT_RUN = {
    "make serve\n": "the server of these tests; its output is compared below",
    'make test\nmake test ARGS="-k listing"\nmake check\nmake bench ARGS="--help"\nmake types\n': (
        "this is the test"
    ),
    ".venv/bin/python manage.py restore /mnt/backup\n": (
        "for a store that is stopped; tests/reliability/backups/test_backup.py does it"
    ),
}

needs_curl = pytest.mark.tools("curl", package="curl")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A first start in an empty directory, with the embedded Postgres."""
    with first_start(tmp_path_factory.mktemp("docs")) as running:
        yield running


@pytest.fixture
def unused(tmp_path: Path) -> Iterator[Server]:
    """Another, where no page has left anything."""
    plant(tmp_path)
    with first_start(tmp_path) as running:
        yield running


@contextmanager
def first_start(place: Path) -> Iterator[Server]:
    running = Server(place, DATABASE_URL="", DATABASE_URL_FILE="", PITHOS_SCRUB_RATE="0")
    try:
        yield running
    finally:
        running.stop()


def run(server: Server, codes: list[str]) -> list[str]:
    """What each piece of shell code prints, all run in one shell as a reader would."""
    # A reader sees a 404; here it ends the shell.
    (server.data / ".curlrc").write_text("fail\nsilent\nshow-error\n")
    [(url, token)] = re.findall(r"export URL=(\S+) TOKEN=(\S+)", server.output)
    script = "".join(f"{code}\necho '{MARK}'\n" for code in codes)
    script = script.replace(".venv/bin/python", commands.program("python"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        # A reader has installed the clients that the pages name; here they are beside Python.
        env={
            **server.env,
            "PATH": commands.search_path(),
            "CURL_HOME": str(server.data),
            "XDG_CONFIG_HOME": str(server.data),
            "URL": url,
            "TOKEN": token,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    outputs = done.stdout.split(f"{MARK}\n")
    assert done.returncode == 0, f"{codes[len(outputs) - 1]}{outputs[-1]}{done.stderr}"
    return outputs[:-1]


def agrees(output: str, told: str) -> bool:
    """Whether the output is what the page tells, where … stands for anything."""
    pattern = ".*".join(map(re.escape, told.strip().split("…")))
    return re.fullmatch(pattern, output.replace("\r", "").strip(), re.DOTALL) is not None


def runnable(page: Path) -> list[Example]:
    return [example for example in examples(page) if example.code not in NOT_RUN]


def test_pages_with_examples_are_found():
    assert {"README.md", "docs/operating.md", "docs/contributing.md"} <= set(
        map(name, WITH_EXAMPLES)
    )


def test_what_is_not_run_is_still_there():
    assert NOT_RUN.keys() <= {block.code for page in WITH_EXAMPLES for block in examples(page)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_is_marked_with_a_language_that_is_checked(page):
    marks = re.findall(r"^ *```(.*)$", page.read_text(), re.MULTILINE)
    assert all(mark in LANGUAGES for mark in marks[::2])
    assert not any(marks[1::2])


# What curl 7.81 does not have, which Ubuntu 22.04 brings along.
TOO_NEW = (
    *("%header{", "%{header_json}", "%output{", "curl --json", "--url-query", "--variable"),
    *("--expand-", "--remove-on-error", "--no-clobber", "--rate", "--get-headers", "--ca-native"),
)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_example_needs_a_curl_of_tomorrow(page):
    commands = [line for line in page.read_text().splitlines() if "curl" in line or "%" in line]
    assert [line for line in commands for new in TOO_NEW if new in line] == []


@needs_curl
@pytest.mark.parametrize("page", [page for page in WITH_EXAMPLES if runnable(page)], ids=name)
def test_the_commands_of_a_page_print_what_it_tells(page, request):
    server = request.getfixturevalue("unused" if name(page) in OF_ALL else "server")
    blocks = runnable(page)
    outputs = run(server, [block.code for block in blocks])
    for block, output in zip(blocks, outputs, strict=True):
        told = block.output or ""
        assert agrees(output, told), f"{block.code}printed\n{output}not\n{told}"


def test_the_first_start_says_what_the_readme_tells(server):
    [start] = [block for block in examples(ROOT / "README.md") if block.code == "make serve\n"]
    assert start.output is not None
    said = server.output.replace(str(server.address[1]), "8000")
    assert agrees(said, start.output), said


@needs_curl
def test_the_welcome_s_own_commands_work(server):
    welcome = server.output.partition("Try it:\n")[2].partition("Serving on")[0]
    assert welcome.count("curl") == 3
    [printed] = run(server, [welcome])
    assert printed == (ROOT / "manage.py").read_text()


@needs_curl
def test_a_command_that_fails_is_noticed(server):
    with pytest.raises(AssertionError, match="404"):
        run(server, ["true", 'curl -H "X-Auth-Token: $TOKEN" $URL/nothing'])
