"""deploy/nginx.conf before a store, with Debian's nginx: TLS, long names, streams, addresses."""

import hashlib
import http.client
import os
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import tools
from tests.api.client import Client
from tests.reliability.store import Store, new_directory, wait_for

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "deploy/nginx.conf").read_text()
NGINX = tools.find("nginx")

pytestmark = pytest.mark.tools("nginx", package="nginx-light")

_FRAME = """
daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log warn;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
    uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
    include {at}/pithos.conf;
}}
"""


@dataclass
class Front:
    """A store and nginx before it. http, https: nginx's ports."""

    store: Store
    at: Path
    http: int
    https: int

    def client(self, source: str = "127.0.0.1") -> Client:
        """The store's user, over TLS from an address of this machine."""
        client = self.store.client()
        context = ssl.create_default_context(cafile=str(self.at / "store.example.pem"))
        connection = Connection("127.0.0.1", self.https, context=context, timeout=30)
        connection.source = source
        client.connection = connection
        self.store.clients.append(client)
        return client


class Connection(http.client.HTTPSConnection):
    """To this machine, in the name of store.example. source: the client's own address."""

    source = "127.0.0.1"

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), 30, (self.source, 0))
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(plain, server_hostname="store.example")


def free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as a, socket.create_server(("127.0.0.1", 0)) as b:
        return a.getsockname()[1], b.getsockname()[1]


def make_certificate(at: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=store.example", "-addext", "subjectAltName=DNS:store.example",
         "-keyout", at / "store.example.key", "-out", at / "store.example.pem"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def configure(at: Path, store_port: int, plain: int, tls: int) -> None:
    """Write the configuration, changed as its own comment says, and for ports of this test."""
    text = CONFIGURATION.replace("127.0.0.1:8000", f"127.0.0.1:{store_port}")
    text = text.replace("/etc/ssl/certs/", f"{at}/").replace("/etc/ssl/private/", f"{at}/")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;")
    (at / "pithos.conf").write_text(re.sub(r"listen \[::\].*", "", text))
    (at / "nginx.conf").write_text(_FRAME.format(at=at))


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with new_directory() as at:
        (at / "data").mkdir()
        store = Store(
            at / "data",
            PITHOS_HTTPS="1",
            PITHOS_ALLOWED_HOSTS="store.example",
            PITHOS_TRUSTED_PROXIES="127.0.0.1",
            PITHOS_ACCESS_LOG="1",
        )
        plain, tls = free_ports()
        make_certificate(at)
        configure(at, store.address[1], plain, tls)
        with subprocess.Popen(
            [str(NGINX), "-c", at / "nginx.conf", "-e", at / "early.log"]
        ) as nginx:
            try:
                wait_for(lambda: (at / "nginx.pid").exists() and _listens(tls))
                yield Front(store, at, plain, tls)
            finally:
                nginx.terminate()
                store.end()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def user(front: Front) -> Client:
    client = front.client()
    client.put("c")
    return client


def test_nginx_has_nothing_to_say_about_the_configuration(front):
    done = subprocess.run(
        [str(NGINX), "-t", "-c", front.at / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "warn" not in done.stderr


def test_a_large_file_goes_through_and_is_kept_nowhere_between(front, user):
    content = os.urandom(48 << 20)
    pieces = (content[at : at + (1 << 20)] for at in range(0, len(content), 1 << 20))
    assert user.put("c/large", pieces).status == 201
    answer = user.get("c/large")
    assert hashlib.md5(answer.body).hexdigest() == hashlib.md5(content).hexdigest()
    assert "temporary file" not in (front.at / "error.log").read_text()


def test_an_upload_reaches_the_store_as_it_comes(user):
    """What the store refuses by its head alone is refused while the body has hardly begun."""
    connection = user.connection
    connection.putrequest("PUT", user.url("c/huge"))
    for name, value in {"X-Auth-Token": user.token, "Content-Length": str(6 << 30)}.items():
        connection.putheader(name, value)
    connection.endheaders(b"x" * 1000)
    response = connection.getresponse()
    assert response.status == 413
    response.close()
    connection.close()


@pytest.mark.parametrize("name", ["\U0001f600" * 256, "a//b/", "%2F %25", "../x", "ä?#&"])
def test_names_of_any_kind_and_length(user, name):
    assert user.put(f"c/{name}", b"content").status == 201
    assert user.get(f"c/{name}").body == b"content"
    assert (
        user.head(
            "c",
        ).status
        == 204
    )
    listed = user.get("c", format="json", prefix=name).json
    assert [each["name"] for each in listed] == [name]


def test_requests_of_twelve_kilobytes(user):
    assert user.get("c", marker="m" * 12_000).status == 200
    long = {f"X-Object-Meta-{number}": "v" * 250 for number in range(32)}
    assert user.put("c/o", b"x", headers=long).status == 201


def test_the_store_learns_who_asks_and_nobody_can_pretend(front):
    client = front.client("127.0.0.2")
    answer = client.head("", headers={"X-Forwarded-For": "198.51.100.7"})
    line = f"[{answer['X-Trans-Id']}] 127.0.0.2 HEAD"
    wait_for(lambda: line in front.store.errors())


def test_expect_100_continue(user):
    answer = user.put("c/o", b"content", headers={"Expect": "100-continue"})
    assert answer.status == 201


def test_a_token_in_the_clear_is_refused_and_pages_are_redirected(front):
    with closing(http.client.HTTPConnection("127.0.0.1", front.http)) as plain:
        plain.request("GET", "/v1/demo", headers={"Host": "store.example"})
        refused = plain.getresponse()
        assert (refused.status, refused.read()) == (403, b"https only\n")
        plain.request("GET", "/admin/", headers={"Host": "store.example"})
        assert plain.getresponse().headers["Location"] == "https://store.example/admin/"


@pytest.mark.parametrize(
    ("path", "status"), [("/metrics", 403), ("/readyz", 200), ("/healthz", 200)]
)
def test_monitoring_from_outside(user, path, status):
    assert user.raw("GET", path).status == status


def test_admin_pages_know_that_they_are_behind_tls(user):
    answer = user.raw("GET", "/admin/login/", headers={"Host": "store.example"})
    assert answer.status == 200
    assert "Secure" in answer["Set-Cookie"]
    assert "max-age" in answer["Strict-Transport-Security"]


def test_no_token_is_in_nginx_s_logs(front, user):
    user.raw("GET", user.url("c", **{"X-Auth-Token": user.token}))
    user.raw("GET", "/nowhere?X-Auth-Token=" + user.token)
    logs = [path.read_text() for path in front.at.glob("*.log")]
    assert not any(user.token in log for log in logs)
