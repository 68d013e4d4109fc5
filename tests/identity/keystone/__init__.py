"""A real Keystone of the tests' own, on SQLite and loopback.

It has dozens of dependencies, so it lives in a virtual environment of its own, which is made once
in the user's cache, and so is what it begins with: tables, keys and an administrator.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests import CACHE, environments

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
PASSWORD = "secret"
DOMAIN = {"domain": {"id": "default"}}
INSTALL_SECONDS = 280

CONFIGURATION = """
[DEFAULT]
log_file = {place}/keystone.log
[database]
connection = sqlite:///{place}/keystone.db
[fernet_tokens]
key_repository = {place}/keys
[fernet_receipts]
key_repository = {place}/keys
[credential]
key_repository = {place}/keys
[identity]
password_hash_rounds = 4
[cache]
backend = dogpile.cache.memory
"""


class NotInstallableError(Exception):
    """Keystone cannot be had here; the text says why."""


def environment() -> Path:
    """The virtual environment with Keystone in it, made if need be."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = _name(REQUIREMENTS.read_bytes())
    place = CACHE / f"keystone-{version}-{wanted}"
    if not place.exists():
        part = place.with_name(f"{place.name}.{os.getpid()}")
        _install(part)
        part.rename(place)
    return place


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _install(place: Path) -> None:
    environments.make(place)
    done = subprocess.run(
        # It has another name while it is made, under which nobody looks for compiled code.
        [place / "bin/python", "-m", "pip", "install", "-q", "--no-compile", "-r", REQUIREMENTS],
        capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(place, ignore_errors=True)
        raise NotInstallableError(done.stderr[-500:])


def _first_commands() -> tuple[str, ...]:
    user = pwd.getpwuid(os.getuid()).pw_name
    return (
        "db_sync",
        f"fernet_setup --keystone-user={user} --keystone-group={user}",
        f"bootstrap --bootstrap-password={PASSWORD}",
    )


def _keep(place: Path, seed: Path) -> None:
    """Keep what the first commands have made, for later runs to begin with."""
    part = seed.with_name(f"{seed.name}.{os.getpid()}")
    shutil.copytree(place, part)
    try:
        part.rename(seed)
    except OSError:  # another run was first
        shutil.rmtree(part)


@dataclass(frozen=True)
class Person:
    """A user of Keystone with a role in a project. token: for that project."""

    id: str
    project: str
    token: str


class Keystone:
    """A running Keystone below ``place``, with its administrator's token."""

    def __init__(self, place: Path) -> None:
        seed = environment() / f"seed-{_name(CONFIGURATION.encode())}"
        if seed.exists():
            shutil.copytree(seed, place, dirs_exist_ok=True)
            self._start(place)
        else:
            (place / "keys").mkdir(mode=0o700)
            self._start(place, *_first_commands())
            _keep(place, seed)
        self.admin = self.log_in("admin", scope={"project": {"name": "admin", **DOMAIN}})

    def _start(self, place: Path, *commands: str) -> None:
        configuration = place / "keystone.conf"
        configuration.write_text(CONFIGURATION.format(place=place))
        environ = {**os.environ, "OS_KEYSTONE_CONFIG_FILES": str(configuration)}
        self.process = subprocess.Popen(
            [environment() / "bin/python", HERE / "serve.py", *commands],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        port = self.process.stdout.readline().strip()
        assert port, "Keystone does not start"
        self.url = f"http://127.0.0.1:{port}/v3"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def log_in(self, name: str, **scope: Any) -> str:
        """A token for a user by their password."""
        user = {"name": name, "password": PASSWORD, **DOMAIN}
        return self.authenticate({"methods": ["password"], "password": {"user": user}}, **scope)

    def authenticate(self, identity: Any, **scope: Any) -> str:
        answer = requests.post(
            f"{self.url}/auth/tokens", json={"auth": {"identity": identity, **scope}}, timeout=30
        )
        assert answer.status_code == 201, answer.text
        return answer.headers["X-Subject-Token"]

    def make(self, kind: str, token: str = "", **fields: Any) -> Any:
        """Create a thing, such as a ``user``; what Keystone says of it."""
        single = kind.rpartition("/")[2]
        return self.ask("POST", f"{kind}s", token, json={single: fields}).json()[single]

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> requests.Response:
        headers = {"X-Auth-Token": token or self.admin, **more.pop("headers", {})}
        answer = requests.request(method, f"{self.url}/{path}", headers=headers, timeout=30, **more)
        answer.raise_for_status()
        return answer

    def add(self, name: str, project: str, role: str) -> Person:
        """A new user with a role in a project."""
        user = self.make("user", name=name, password=PASSWORD)["id"]
        self.give(user, project, role)
        return Person(user, project, self.log_in(name, scope={"project": {"id": project}}))

    def give(self, user: str, project: str, role: str) -> None:
        found = self.ask("GET", f"roles?name={role}").json()["roles"]
        role_id = found[0]["id"] if found else self.make("role", name=role)["id"]
        self.ask("PUT", f"projects/{project}/users/{user}/roles/{role_id}")
