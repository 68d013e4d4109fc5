"""``manage.py serve`` as a first user meets it: an empty directory, one command."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

STOP_SECONDS = 15


@pytest.fixture
def served(tmp_path):
    """The output of a first start up to the line that says it serves, and the process."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTEST_VERSION"}
    environ.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        env={**environ, "PITHOS_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Serving on "):
            lines.append(process.stdout.readline())
            assert lines[-1], "ended before serving"
        yield "".join(lines), process
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def fetch(url, method="GET", data=None, token=""):
    request = urllib.request.Request(url, data, {"X-Auth-Token": token}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_first_start_serves_the_file_that_its_welcome_tells_to_upload(served, tmp_path):
    output, process = served
    [(url, token)] = re.findall(r"URL=(\S+) TOKEN=(\S+)", output)
    [origin] = re.findall(r"^Serving on (http://127\.0\.0\.1:\d+)$", output, re.MULTILINE)
    assert url.startswith(f"{origin}/v1/")

    assert fetch(f"{url}/demo", "PUT", b"", token)[0] == 201
    assert fetch(f"{url}/demo/a%2Fb", "PUT", b"content", token)[0] == 201
    assert fetch(f"{url}/demo/a%2Fb", token=token) == (200, b"content")
    assert fetch(f"{url}/demo/a%2Fb")[0] == 401
    assert fetch(f"{origin}/admin/login/")[0] == 200
    assert fetch(f"{origin}/%761/demo")[0] == 404

    pid_file = tmp_path / "pg" / "data" / "postmaster.pid"
    assert pid_file.exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_SECONDS) == 0
    assert not pid_file.exists()


def test_a_port_in_use_is_one_line_and_a_failure(server):
    command = [sys.executable, "manage.py", "serve", "--port", str(server.port)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    said = second.stderr.strip()
    assert re.fullmatch(r"CommandError: cannot listen on [\d.:]+: Address already in use", said)
