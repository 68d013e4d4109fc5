import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.pages import PAGE, blocks
from tests.forks import commands
from tests.reliability.store import BLOCK, Store, new_store
from tests.swift.client import SwiftClient

PATIENCE_SECONDS = 120

Tree = dict[str, bytes]


@dataclass
class Desk:
    """Where a user sits: a directory with ``tree``, a store, and the page's configuration."""

    place: Path
    store: Store

    @property
    def api(self) -> SwiftClient:
        """The same user, over bare HTTP."""
        client = SwiftClient(self.store.address, self.store.account, self.store.token)
        self.store.clients.append(client)
        return client

    def run(self, command: list[str]) -> str:
        """Run a command to its success in the directory; what it prints."""
        host, port = self.store.address
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OS_")}
        environ = {
            **kept,
            "HOME": str(self.place),
            "PATH": commands.search_path(),
            "BASE": f"http://{host}:{port}",
            "ACCOUNT": self.store.account,
            "KEY": self.store.token,
        }
        done = subprocess.run(
            command,
            cwd=self.place,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """Run a command of the store's, as its operator does."""
        done = self.store.manage(*arguments)
        done.check_returncode()
        return done.stdout

    def shell(self, section: str, script: str, page: Path = PAGE) -> str:
        """Run shell commands behind the section's configuration."""
        configuration = blocks(section, page)[0]
        return self.run(["bash", "-euo", "pipefail", "-c", f"{configuration}\n{script}"])

    def python(self, section: str, script: str, page: Path = PAGE) -> str:
        """Run Python code behind the section's configuration."""
        return self.run([commands.program("python"), "-c", f"{blocks(section, page)[0]}\n{script}"])

    def tree(self, name: str = "tree") -> Tree:
        """What the files of a directory have, by path."""
        root = self.place / name
        files = (path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}

    def stored(self, prefix: str = "tree/") -> Tree:
        """What the container has, by name behind the prefix, read without the client."""
        api = self.api
        return {
            name.removeprefix(prefix): api.get(f"photos/{name}").body
            for name in api.names("photos", prefix=prefix)
        }


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with new_store() as store:
        yield store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    """A directory with a tree of awkward names and sizes, and an empty account."""
    tree = tmp_path / "tree"
    for name, content in TREE.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    yield Desk(tmp_path, store)
    client = store.client()
    for container in client.names(""):
        client.delete(container, delimiter="/")
        client.delete(container, until="9999999999.0")  # its versions, and the container
        assert client.head(container).status == 404


TREE = {
    "a.txt": b"some text\n",
    "empty": b"",
    "one block": os.urandom(BLOCK),
    "more than one": os.urandom(BLOCK + 1),
    "deep/er/ä ü/%41 + &.bin": bytes(range(256)),
    **{f"many/{n:03}": f"{n}\n".encode() * n for n in range(60)},
}
