"""deploy/nginx.conf before a store, with Debian's nginx: TLS, long names, streams, addresses."""

import gzip
import hashlib
import http.client
import itertools
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import tools
from tests.api import reply_heads
from tests.api.client import Client
from tests.reliability.store import Store, new_directory, wait_for
from tests.swift.client import in_swift

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "deploy/nginx.conf").read_text()
NGINX = tools.find("nginx")

pytestmark = pytest.mark.tools("nginx", package="nginx-light")

_FRAME = """
daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log warn;
events {{ worker_connections 1024; }}
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

    def direct(self) -> Client:
        """The store's user without nginx."""
        return self.store.client()

    def open(self, source: str, head: bytes) -> ssl.SSLSocket:
        """A connection from ``source`` that has sent this and waits."""
        context = ssl.create_default_context(cafile=str(self.at / "store.example.pem"))
        plain = socket.create_connection(("127.0.0.1", self.https), 30, (source, 0))
        made = context.wrap_socket(plain, server_hostname="store.example")
        made.sendall(head)
        return made

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
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2",
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
    client = in_swift(front.client("127.0.0.2"))
    answer = client.head("", headers={"X-Forwarded-For": "198.51.100.7"})
    line = f"[{answer['X-Trans-Id']}] 127.0.0.2 HEAD"
    wait_for(lambda: line in front.store.errors())


NAMES = ("Per%25cent", "%CF%87", "%F0%9F%98%80", "a_b", "a__b_", "a.b", "a+b", "!#$&'*+.^`|~", "1")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["Account", "Container", "Object"])
def test_metadata_of_any_name_goes_through(front, user, kind, name):
    path = {"Account": "", "Container": "c", "Object": "c/named"}[kind]
    user.put("c/named", b"x")
    found = []
    for writer in (front.direct(), user):
        assert writer.post(path, headers={f"X-{kind}-Meta-{name}": "v%25"}).status == 202
        found += [each.head(path).meta(f"X-{kind}-Meta-") for each in (front.direct(), user)]
    assert list(found[0].values()) == ["v%25"]
    assert found == [found[0]] * 4


def test_groups_and_removals_of_any_name_go_through(front, user):
    assert user.post(headers={"X-Account-Group-%E2%82%AC.!": "al"}).status == 202
    assert user.head().meta("X-Account-Group-") == {"X-Account-Group-%E2%82%AC.!": "al"}
    swift = in_swift(user)
    user.post("c")
    swift.post("c", headers={"X-Container-Meta-a_b%25": "v"})
    assert user.head("c").meta("X-Container-Meta-") == {"X-Container-Meta-A-B%25": "v"}
    swift.post("c", headers={"X-Remove-Container-Meta-a-b%25": "x"})
    assert not user.head("c").meta("X-Container-Meta-")


def test_metadata_of_any_name_goes_through_in_http_2(front, user):
    user.put("c/named", b"x")
    sent = [f"-HX-Object-Meta-{name}: v" for name in NAMES]
    place = f"https://store.example:{front.https}{user.url('c/named')}"
    curl = [
        *("curl", "-sS", "--http2", "-w%{http_version} %{response_code}", "-XPOST", *sent, place),
        *("--cacert", front.at / "store.example.pem", f"-HX-Auth-Token: {user.token}"),
        *("--resolve", f"store.example:{front.https}:127.0.0.1"),
    ]
    done = subprocess.run(curl, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "2 202"
    assert len(user.head("c/named").meta("X-Object-Meta-")) == len(NAMES)


def test_a_name_with_an_underscore_passes_no_check_by_it(front, user):
    client = in_swift(front.client("127.0.0.2"))
    answer = client.head("", headers={"X_Forwarded_For": "198.51.100.7", "X_Auth_Token": "other"})
    assert answer.status == 204
    wait_for(lambda: f"[{answer['X-Trans-Id']}] 127.0.0.2 HEAD" in front.store.errors())
    anonymous = user.raw("HEAD", user.url(), None, {"X_Auth_Token": user.token})
    assert anonymous.status == 401


def test_the_largest_head_of_an_object_goes_through(front, user):
    user.put("c/o", b"x", {**reply_heads.meta("Object", reply_heads.META_KEYS), **reply_heads.TYPE})
    sharing = {"X-Object-Sharing": f"read={reply_heads.READERS}"}
    assert user.post("c/o", headers=sharing, update="").status == 202
    assert_same(front, user, "c/o", 40_000)


def test_the_largest_head_of_a_container_goes_through(front, user):
    for number in range(2):
        keys = {f"X-Object-Meta-{number}{n:02}{'k' * 100}": "v" for n in range(32)}
        user.put(f"c/{number}", b"", keys)
    lists = {f"X-Container-{verb}": reply_heads.READERS for verb in ("Read", "Write")}
    assert in_swift(user).post("c", headers=lists).status == 204
    meta = reply_heads.meta("Container", reply_heads.META_KEYS)
    assert user.post("c", headers=meta).status == 202
    assert_same(front, in_swift(user), "c", 29_000)


def test_the_largest_head_of_an_account_goes_through(front, user):
    groups = list(reply_heads.GROUPS.items())
    meta = reply_heads.meta("Account", reply_heads.META_KEYS)
    assert user.post(headers={**dict(groups[:16]), **meta}).status == 202
    assert user.post(headers=dict(groups[16:]), update="").status == 202
    assert_same(front, user, "", 60_000)
    user.post(headers={"X-Account-Group-None": ""})


def assert_same(front: Front, user: Client, path: str, least: int) -> None:
    """Assert that nginx hands on all of a large head, on HEAD and on GET."""
    direct = front.direct()
    for method in ("HEAD", "GET"):
        answer = user.request(method, path)
        told = direct.raw(method, user.url(path), None, {"X-Auth-Token": user.token})
        assert answer.status in {200, 204}
        assert reply_heads.size(answer) > least
        own = {"Connection", "Server"}
        assert [f for f in answer.fields if f[0] not in own] == [
            field for field in told.fields if field[0] not in own
        ]


LOGINS = ("/v3/auth/tokens", "/v2.0/tokens", "/identity/v2.0/tokens", "/account/sign-in",
          "/account/v1.0/authenticate", "/admin/login/")  # fmt: skip
SLOW = "POST {} HTTP/1.1\r\nHost: store.example\r\nContent-Length: 500\r\n\r\n{{"


@pytest.fixture
def slow_senders(front: Front, request: pytest.FixtureRequest) -> Iterator[list[ssl.SSLSocket]]:
    """300 who have begun to sign in, from these addresses."""
    places = list(itertools.islice(itertools.cycle(request.param), 300))
    paths = itertools.cycle(LOGINS)
    made = [front.open(place, SLOW.format(next(paths)).encode()) for place in places]
    yield made
    for each in made:
        each.close()


ONE = ["127.0.1.1"]
TEN = [f"127.0.1.{number}" for number in range(1, 11)]


@pytest.mark.parametrize("slow_senders", [ONE, TEN], indirect=True, ids=["one", "ten"])
def test_slow_senders_of_logins_keep_nobody_out(slow_senders, front, user):
    for each in slow_senders:
        with suppress(OSError):  # refused as one of too many
            each.sendall(b" ")
    began = time.monotonic()
    assert user.get("c").status in {200, 204}
    assert user.put("c/meanwhile", b"x").status == 201
    login = front.client().raw("POST", "/v3/auth/tokens", b"{}", {"Host": "store.example"})
    assert login.status == 400
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("slow_senders", [["127.0.0.1"]], indirect=True, ids=["its own"])
def test_slow_senders_leave_the_object_api_to_their_own_address(slow_senders, user):
    assert len(slow_senders) == 300
    assert user.put("c/meanwhile", b"x").status == 201
    assert user.get("c/meanwhile").body == b"x"


@pytest.mark.parametrize("slow_senders", [ONE], indirect=True, ids=["one"])
def test_an_address_has_so_many_logins_at_once(slow_senders):
    heads = dict.fromkeys(slow_senders, b"")

    def refused() -> int:
        for each in slow_senders:
            each.settimeout(0)
            with suppress(OSError):  # nothing more has come yet, or it was closed
                heads[each] += each.recv(100)
        return sum(head.startswith(b"HTTP/1.1 429 ") for head in heads.values())

    wait_for(lambda: refused() >= 300 - 32)
    assert refused() < 300


def test_a_login_too_large_is_refused_by_its_head(user):
    sent = {"Host": "store.example", "Content-Length": str(2 << 20)}
    assert user.raw("POST", "/v3/auth/tokens", None, sent).status == 413
    user.connection.close()


def test_expect_100_continue(user):
    answer = user.put("c/o", b"content", headers={"Expect": "100-continue"})
    assert answer.status == 201


def test_a_token_in_the_clear_is_refused_and_pages_are_redirected(front):
    with closing(http.client.HTTPConnection("127.0.0.1", front.http)) as plain:
        plain.request("GET", "/v1/demo", headers={"Host": "store.example"})
        refused = plain.getresponse()
        assert (refused.status, refused.read()) == (403, b"https only\n")
        for page in ("/admin/", "/login?next=/x", "/account/sign-in", "/"):
            plain.request("GET", page, headers={"Host": "store.example"})
            redirected = plain.getresponse()
            assert redirected.headers["Location"] == f"https://store.example{page}"
            redirected.read()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in LOGINS),
        ("POST", "/account/v1.0/user_catalogs"),
        *(("GET", path) for path in ("/v3/auth/tokens", "/v2.0/tokens", "/auth/v1.0", "/v1.0/")),
        *(("GET", path) for path in ("/account/v1.0/authenticate", "/%761/demo", "//v1/demo")),
        *(("GET", path) for path in ("/identity/v2.0/tokens", "/v2.0/tokens/x", "/v3/auth/x")),
        *(("HEAD", path) for path in ("/account/v1.0/feedback", "/service/user_catalogs")),
        *(("PUT", path) for path in ("/v1/demo/c", "/admin/", "/")),
    ],
)
def test_what_may_bring_a_password_is_not_redirected(front, method, path):
    with closing(http.client.HTTPConnection("127.0.0.1", front.http)) as plain:
        plain.request(method, path, headers={"Host": "store.example"})
        refused = plain.getresponse()
        told = b"" if method == "HEAD" else b"https only\n"
        assert (refused.status, refused.read()) == (403, told)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("POST", path, 403) for path in LOGINS),
        *(("GET", path, 403) for path in ("/v3/auth/tokens", "/auth/v1.0", "/account/v1.0/x")),
        *(("GET", path, 301) for path in ("/admin/", "/login?next=/x", "/account/", "/")),
    ],
)
def test_the_store_itself_does_not_redirect_them_either(front, method, path, status):
    answer = front.direct().raw(method, path, None, {"Host": "store.example"})
    assert (answer.status, answer.get("Location")) == (
        status, None if status == 403 else f"https://store.example{path}"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"), [("/metrics", 403), ("/readyz", 200), ("/healthz", 200)]
)
def test_monitoring_from_outside(user, path, status):
    assert user.raw("GET", path).status == status


def test_a_store_behind_tls_prints_no_link_that_signs_in(front):
    """Behind it everybody seems to be on this machine."""
    assert "manage.py set_password demo" in front.store.output
    assert "first-sign-in" not in front.store.output


def test_admin_pages_know_that_they_are_behind_tls(user):
    answer = user.raw("GET", "/admin/login/", headers={"Host": "store.example"})
    assert answer.status == 200
    assert "Secure" in answer["Set-Cookie"]
    assert re.fullmatch(r"max-age=\d+", answer["Strict-Transport-Security"])


def test_scripts_are_compressed_and_known_again_and_nothing_else_is(user):
    packed, script = {"Accept-Encoding": "gzip"}, "/static/files/words/el.js"
    plain, answer = user.raw("GET", script), user.raw("GET", script, headers=packed)
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == plain.body
    assert len(answer.body) < len(plain.body) / 2
    known = {**packed, "If-None-Match": answer["ETag"]}
    assert user.raw("GET", script, headers=known).status == 304
    for path in ("/account/sign-in", "/api/schema"):
        assert user.raw("GET", path, headers=packed).get("Content-Encoding") is None


def test_no_token_is_in_nginx_s_logs(front, user):
    user.raw("GET", user.url("c", **{"X-Auth-Token": user.token}))
    user.raw("GET", "/nowhere?X-Auth-Token=" + user.token)
    logs = [path.read_text() for path in front.at.glob("*.log")]
    assert not any(user.token in log for log in logs)
