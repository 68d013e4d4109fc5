"""An identity provider on loopback: Astakos, Keystone and OpenID, well or in any kind of trouble.

What it answers is golden/*.json, which has the contract's fields; a test changes some of them.
"""

import base64
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

GOLDEN = Path(__file__).parent / "golden"
ISSUER, AUDIENCE = "https://login.example", "https://store.example"
CLIENT, SECRET = "store", "open-sesame"


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def make_certificate(folder: Path) -> Path:
    """A file with a key and its own certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "provider.pem"
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


class SigningKey:
    """An RSA key that the provider may publish, by its id."""

    def __init__(self, key_id: str) -> None:
        self.id = key_id
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def published(self) -> dict[str, Any]:
        algorithm = jwt.algorithms.RSAAlgorithm
        found: dict[str, Any] = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**found, "kid": self.id, "alg": "RS256", "use": "sig"}

    def sign(self, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A token for ``alice`` unless the claims say otherwise; None takes one away."""
        now = int(time.time())
        every = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 600}
        kept = {name: value for name, value in (every | claims).items() if value is not None}
        return jwt.encode(kept, self.private, "RS256", {"kid": self.id, **(header or {})})


@dataclass
class Provider:
    """What it knows, and how it fails.

    tokens: token to document, for all three. asked: persona and token of each question.
    trouble: a status; or "hang", "garbage", "xml", "redirect", "reset", "huge", "list".
    service: the token that Keystone has given the store; another is 401.
    """

    tokens: dict[str, Any] = field(default_factory=dict)
    keys: list[SigningKey] = field(default_factory=list)
    trouble: str | int | None = None
    latency: float = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    logins: int = 0
    released: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def service(self) -> str:
        return f"service-{self.logins}"

    def settings(self) -> dict[str, Any]:
        """The store's settings that lead here."""
        return {
            "PITHOS_ASTAKOS_URL": f"{self.url}/astakos/identity/v2.0",
            "PITHOS_KEYSTONE_URL": f"{self.url}/v3",
            "PITHOS_KEYSTONE_USER": "pithos",
            "PITHOS_KEYSTONE_PASSWORD": SECRET,
            "PITHOS_INTROSPECTION_URL": f"{self.url}/introspect",
            "PITHOS_INTROSPECTION_CLIENT": CLIENT,
            "PITHOS_INTROSPECTION_SECRET": SECRET,
            "PITHOS_OIDC_ISSUER": ISSUER,
            "PITHOS_OIDC_AUDIENCE": [AUDIENCE],
            "PITHOS_JWKS_URL": f"{self.url}/jwks",
        }

    def know_astakos(self, token: str, **user: Any) -> None:
        document = golden("astakos_tokens")
        document["access"]["user"].update(user)
        self.tokens[token] = document

    def know_keystone(self, token: str, *roles: str, **fields: Any) -> None:
        document = golden("keystone_token")
        document["token"].update(fields)
        if roles:
            document["token"]["roles"] = [{"id": role, "name": role} for role in roles]
        self.tokens[token] = document

    def know_introspection(self, token: str, **claims: Any) -> None:
        self.tokens[token] = golden("introspection") | claims

    def speak_tls(self, folder: Path) -> Path:
        """Use TLS from now on; return the certificate, which nobody has signed."""
        certificate = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http://", "https://")
        return certificate

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve({"/v3/auth/tokens": self._keystone, "/jwks": self._jwks})

    def do_POST(self) -> None:
        self._serve(
            {
                "/astakos/identity/v2.0/tokens": self._astakos,
                "/v3/auth/tokens": self._keystone_login,
                "/introspect": self._introspect,
            }
        )

    def _serve(self, routes: Mapping[str, Callable[[], None]]) -> None:
        self.sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.provider.latency)
        route = routes[urlsplit(self.path).path]
        if self.provider.trouble is None:
            route()
        else:
            self.provider.asked.append((route.__name__.strip("_"), ""))
            self._fail(self.provider.trouble)

    def _fail(self, trouble: str | int) -> None:
        if trouble == "hang":
            self.provider.released.wait(30)
            self.close_connection = True
        elif trouble == "reset":
            self.close_connection = True
        elif trouble == "redirect":
            self._send(302, b"", Location="/elsewhere")
        else:
            bodies = {
                "garbage": b"\xff{",
                "xml": b"<access/>",
                "list": b"[1]",
                "huge": b" " * 2**21,
            }
            status = trouble if isinstance(trouble, int) else 200
            self._send(status, bodies.get(str(trouble), b'{"error":{"code":1}}'))

    def _astakos(self) -> None:
        token = json.loads(self.sent)["auth"]["token"]["id"]
        document = self._known("astakos", token, "access")
        if document is None:
            fault = {"code": 401, "message": "UNAUTHORIZED", "details": ""}
            self._json(401, {"unauthorized": fault})
        else:
            self._json(200, document)

    def _keystone_login(self) -> None:
        user = json.loads(self.sent)["auth"]["identity"]["password"]["user"]
        if user["password"] != SECRET:
            self._json(401, {"error": {"code": 401, "title": "Unauthorized"}})
            return
        self.provider.logins += 1
        self._json(201, golden("keystone_token"), **{"X-Subject-Token": self.provider.service})

    def _keystone(self) -> None:
        if self.headers["X-Auth-Token"] != self.provider.service:
            self._json(401, {"error": {"code": 401, "title": "Unauthorized"}})
            return
        document = self._known("keystone", self.headers["X-Subject-Token"], "token")
        if document is None:
            self._json(404, {"error": {"code": 404, "title": "Not Found"}})
        else:
            self._json(200, document)

    def _introspect(self) -> None:
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {login}":
            self._json(401, {"error": "invalid_client"})
            return
        token = parse_qs(self.sent.decode())["token"][0]
        self._json(200, self._known("introspection", token, "active") or {"active": False})

    def _jwks(self) -> None:
        self.provider.asked.append(("jwks", ""))
        self._json(200, {"keys": [key.published for key in self.provider.keys]})

    def _known(self, persona: str, token: str, root: str) -> Any:
        self.provider.asked.append((persona, token))
        document = self.provider.tokens.get(token)
        return document if document is not None and root in document else None

    def _json(self, status: int, document: Any, **headers: str) -> None:
        self._send(status, json.dumps(document).encode(), **headers)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
