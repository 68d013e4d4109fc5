"""``settings.wsgi`` under a server that is not ours: Python's own."""

import subprocess
import sys

import pytest

from tests.api.client import Client
from tests.api.replies.test_monitoring import metrics
from tests.api.server import ROOT

PROGRAM = """
from wsgiref.simple_server import make_server
from settings.wsgi import application
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def elsewhere(server, box):
    """The box's user, as a client of such a server."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=server.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            address = ("127.0.0.1", int(process.stdout.readline()))
            client = Client(address, box.account, box.token)
            yield client
            client.connection.close()
        finally:
            process.kill()


def test_it_serves_and_tells_of_the_store_but_counts_nothing(elsewhere):
    content = bytes(range(250)) * 1000
    assert elsewhere.put("c/o", content).status == 201
    assert elsewhere.get("c/o").body == content
    assert elsewhere.raw("GET", "/readyz").status == 200
    names = {name for name, *_ in metrics(elsewhere)}
    assert {"pithos_database_up", "pithos_objects"} <= names
    counters = ("pithos_requests", "pithos_request_", "pithos_received", "pithos_worker")
    assert not {name for name in names if name.startswith(counters)}
