"""The command in a process of its own, on a terminal and off it."""

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.api.server import ROOT
from tests.forks import Fork, can_be_forked, commands, parent_of


@dataclass
class Ran:
    """How it ended. out, err: what it printed; on a terminal both are in ``out``."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@dataclass
class Shell:
    """A user at a shell, in a home of their own."""

    home: Path
    address: tuple[str, int]
    account: str
    token: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}/v1/{self.account}"

    def go_by(self, address: tuple[str, int]) -> None:
        """Reach the store by way of a proxy from now on."""
        url = f"http://{address[0]}:{address[1]}/v1/{self.account}"
        self.env = {"PITHOS_URL": url, "PITHOS_TOKEN": self.token}

    @property
    def environ(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PITHOS_UR")}
        home = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config")}
        return {**kept, **home, **self.env}

    def start(self, *words: str | bytes, **how: Any) -> "subprocess.Popen[bytes]":
        """Start it as a process that may be looked at and signalled."""
        env = {**self.environ, "PYTHONPATH": str(ROOT / "clients")}
        command = [sys.executable, "-m", "pithos_client.command", *words]
        return subprocess.Popen(command, env=env, cwd=self.home, **how)

    def begin(self, *words: str) -> "Fork | subprocess.Popen[bytes]":
        """Start it unheard, as a process that may be killed."""
        with open(os.devnull, "r+b") as nothing:
            if not can_be_forked(self.environ):
                return self.start(*words, stdout=nothing, stderr=nothing)
            parent = parent_of("pithos")
            return Fork(parent, parent.fork(words, self.environ, [nothing.fileno()] * 3, self.home))

    def run(self, *words: str | bytes, said: bytes = b"") -> Ran:
        """Run it off any terminal."""
        pipe = subprocess.PIPE
        process = self._open(words, stdin=pipe, stdout=pipe, stderr=pipe)
        out, err = process.communicate(said, timeout=120)
        return Ran(process.returncode, out, err.decode())

    def _open(self, words: tuple[str | bytes, ...], **how: Any) -> "subprocess.Popen[bytes]":
        command = [commands.program("pithos"), *words]
        return subprocess.Popen(command, env=self.environ, cwd=self.home, **how)

    def ok(self, *words: str | bytes, said: bytes = b"") -> Ran:
        """Run it, and it succeeds."""
        ran = self.run(*words, said=said)
        assert (ran.code, ran.err) == (0, ""), ran.err
        return ran

    def json(self, *words: str | bytes) -> list[dict[str, Any]]:
        return self.ok("--json", *words).rows

    def typed(self, *words: str, said: bytes = b"") -> Ran:
        """Run it on a terminal, at which somebody types when they are asked."""
        ours, theirs = pty.openpty()
        process = self._open(words, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 4096):
                out += piece
                if said and b"Password" in out:
                    os.write(ours, said)
                    said = b""
        except OSError:  # the other side of a terminal ends so
            pass
        os.close(ours)
        return Ran(process.wait(60), out, "")

    def log_in(self) -> Ran:
        return self.ok("login", self.url, said=self.token.encode())
