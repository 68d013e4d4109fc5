"""Doing what was planned, a path at a time: whatever ends it, the next sync goes on."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pithos_client.errors import ChangedError, NotFoundError, PithosClientError
from pithos_client.operations.fetching import fetch
from pithos_client.resources import Container, Object
from pithos_client.sync.memory import Memory
from pithos_client.sync.planning import ALL_TERMS, Action, Kind, Terms, plan
from pithos_client.sync.sides import Side, look, scan


@dataclass(frozen=True)
class Done:
    """An action, and what went wrong with it; "" if nothing did."""

    action: Action
    problem: str = ""


class Synchronizer:
    """A folder and what is below a prefix of a container.

    root: the folder. prefix: "" or a folder's name with a slash behind it.
    """

    def __init__(self, root: Path, container: Container, prefix: str, memory: Memory) -> None:
        self.root = root.resolve()
        self.container = container
        self.prefix = prefix
        self._memory = memory
        connection = container.driver.connection
        place = f"{connection.endpoint}/{connection.account}/{container.name}/{prefix}"
        self._pair = f"{self.root} {place}"

    def look(self) -> tuple[Side, Side, dict[str, Object]]:
        """Return both sides as they are now, and the objects of the remote one."""
        local = scan(self.root, self.container.block_size, self._memory.hashes)
        return (local, *look(self.container, self.prefix))

    def plan(self, terms: Terms = ALL_TERMS) -> list[Action]:
        """Return what a sync would do now."""
        local, remote, _ = self.look()
        return self._plan(local, remote, terms)

    def _plan(self, local: Side, remote: Side, terms: Terms) -> list[Action]:
        skipped = local.skipped.keys() | remote.skipped.keys()
        last, here, there = (
            {path: state for path, state in side.items() if path not in skipped}
            for side in (self._memory.states(self._pair), local.states, remote.states)
        )
        return plan(last, here, there, terms)

    def run(self, terms: Terms = ALL_TERMS) -> Iterator[Done]:
        """Do what makes both sides the same, and tell of each action when it is done.

        What has changed since it was looked at is left for the next sync.
        """
        local, remote, objects = self.look()
        for action in self._plan(local, remote, terms):
            try:
                self._do(action, local, objects)
            except (ChangedError, NotFoundError):
                yield Done(action, "it was changed meanwhile; the next sync looks at it")
            except (PithosClientError, OSError) as error:
                yield Done(action, str(error))
            else:
                yield Done(action)

    def _do(self, action: Action, local: Side, objects: dict[str, Object]) -> None:
        acts: dict[Kind, Callable[[], None]] = {
            Kind.UPLOAD: partial(self._upload, action, objects.get(action.path)),
            Kind.DOWNLOAD: partial(self._download, action, local, objects),
            Kind.DELETE_REMOTE: partial(self._delete_remote, action, objects),
            Kind.DELETE_LOCAL: partial(self._delete_local, action, local),
            Kind.MOVE_REMOTE: partial(self._move_remote, action, objects),
            Kind.MOVE_LOCAL: partial(self._move_local, action, local),
            Kind.KEEP_BOTH: partial(self._keep_both, action, local, objects),
            Kind.AGREE: lambda: None,
        }
        acts[action.kind]()
        if action.source:
            self._memory.agree(self._pair, action.source, "")
        if action.kind is not Kind.UPLOAD:
            self._memory.agree(self._pair, action.path, action.state)

    def _upload(self, action: Action, current: Object | None) -> None:
        """Upload a file in the place of what was looked at, and of nothing newer."""
        condition = {"If-Match": f'"{current.etag}"'} if current else {"If-None-Match": "*"}
        name = self.prefix + action.path
        path = self._path(action.path)
        made = self.container.upload_object(path, name, headers=condition, waits=False)
        self._memory.agree(self._pair, action.path, made.object_hash)

    def _download(self, action: Action, local: Side, objects: dict[str, Object]) -> None:
        self._check(action.path, local)
        target = self._path(action.path)
        target.parent.mkdir(parents=True, exist_ok=True)

        def ready(part: BinaryIO) -> None:
            # Durable first: else what a loss of power makes of it would be taken for an edit.
            os.fsync(part.fileno())
            self._check(action.path, local)

        fetch(objects[action.path].version, target, ready=ready)

    def _delete_remote(self, action: Action, objects: dict[str, Object]) -> None:
        objects[action.path].delete(only_this=True)

    def _delete_local(self, action: Action, local: Side) -> None:
        self._check(action.path, local)
        self._path(action.path).unlink()
        self._prune(self._path(action.path).parent)

    def _move_remote(self, action: Action, objects: dict[str, Object]) -> None:
        objects[action.source].move(self.container.name, self.prefix + action.path)

    def _move_local(self, action: Action, local: Side) -> None:
        self._check(action.source, local)
        self._check(action.path, local)
        source, target = self._path(action.source), self._path(action.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
        self._prune(source.parent)

    def _keep_both(self, action: Action, local: Side, objects: dict[str, Object]) -> None:
        """Give the local file another name, which tells whose it is, and get the other one."""
        self._check(action.path, local)
        path = self._path(action.path)
        path.rename(_unused(path))
        without = Side({key: s for key, s in local.states.items() if key != action.path})
        self._download(action, without, objects)

    def _check(self, path: str, local: Side) -> None:
        """Make sure that a file is what it was when it was looked at. Raises: OSError."""
        there, known = self._path(path), local.states.get(path, "")
        found = ""
        if there.is_file():
            found = self._memory.hashes.content_hash(there, self.container.block_size)
        if found != known:
            raise OSError("it was changed meanwhile; the next sync looks at it")

    def _path(self, path: str) -> Path:
        return self.root / path

    def _prune(self, folder: Path) -> None:
        """Remove folders that are empty now."""
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _unused(path: Path) -> Path:
    """Return a name beside a file that tells whose copy it is, and that nothing has."""
    told = f"{path.stem[:180]} (of {socket.gethostname()}, {datetime.now():%Y-%m-%d %H.%M.%S})"
    candidate, count = path.with_name(told + path.suffix), 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{told} {count}{path.suffix}")
    return candidate
