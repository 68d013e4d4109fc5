"""The store and the model side by side: taking a step in both, and comparing what there is."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import quote, urlsplit

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.model.caller import Answer, call
from tests.model.hashes import merkle
from tests.model.reference import LOOK, OWN, WRITE, Model, Place, RefusedError, Share, State
from tests.model.wire import path_of, sharing_text

ANY = "?"  # one of the names that are there


class Comparison(RuleBasedStateMachine):
    """Three users with accounts of their own; what one step touches is compared after it."""

    agreed = False
    seen: Counter[tuple[str, int]] = Counter()  # what the steps asked for, and the answers

    def make_users(self) -> None:
        suffix = token_hex(6)
        users = [create_user(f"m{index}-{suffix}") for index in range(3)]
        self.users = tuple(user.account for user in users)
        self.tokens = {user.account: create_token(user) for user in users}
        self.model = Model(self.users)
        self.marks: list[tuple[int, float]] = []
        self.keys: set[str] = set()
        self.uuids: set[str] = set()
        self.touched: set[Place] = set()

    # Taking a step

    def ask(  # noqa: PLR0917 - a request has that many parts
        self,
        actor: str | None,
        method: str,
        place: Place | str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> Answer:
        token = {"X-Auth-Token": self.tokens[actor]} if actor else {}
        return call(method, path_of(place), body, {**token, **(headers or {})}, query)

    def agree(self, step: Callable[[], int], request: Callable[[], Answer]) -> Answer:
        """Let both take the step, and compare how they answer."""
        self.model.tick += 1
        try:
            expected = step()
        except RefusedError as refused:
            expected = refused.status
        self.agreed = False
        answer = request()
        note(f"{answer.status} {answer.body[:80]!r}")
        assert answer.status == expected, (answer.status, expected, answer.body)
        self.seen[step.__qualname__.split(".")[1], expected] += 1
        self.agreed = True
        return answer

    def at(self, pair: tuple[int, int], box: str, name: str = "") -> tuple[str, Place]:
        """Who acts and where; what is there is compared afterwards."""
        actor, place = self.see(pair, box, name)
        self.touched.add(place._replace(name=""))
        return actor, place

    def see(self, pair: tuple[int, int], box: str, name: str = "") -> tuple[str, Place]:
        """Who reads and where."""
        owner = self.users[pair[1]]
        if name == ANY:
            container = self.model.containers.get((owner, box))
            there = sorted(container.alive()) if container else []
            name = there[self.model.tick % len(there)] if there else "a"
        return self.users[pair[0]], Place(owner, box, name)

    def share(self, drawn: tuple[Any, Any] | None, owner: str) -> Share | None:
        if drawn is None:
            return None
        names = {1: self.users[1], 2: self.users[2], "*": "*", "pals": f"{owner}:pals"}
        return Share(*(frozenset(names[member] for member in side) for side in drawn))

    def mark(self, pick: int) -> tuple[int, float]:
        return self.marks[pick % len(self.marks)]

    def some_serial(self, place: Place, pick: int) -> int:
        box = self.model.containers.get((place.owner, place.container))
        states = box.names.get(place.name, []) if box else []
        serials = [state.serial for state in states if state.serial] or [1]
        return serials[pick % len(serials)]

    # What must hold after every step

    @invariant()
    def what_was_touched_is_equal(self) -> None:
        touched, self.touched = self.touched, set()
        for place in touched:
            self.compare_container(place)
            self.compare_account(place.owner)
        self.marks.append((self.model.tick, time.time()))

    def compare_account(self, owner: str) -> None:
        boxes = [box for (of, _), box in self.model.containers.items() if of == owner]
        sizes = [len(state.data or b"") for box in boxes for state in box.alive().values()]
        headers = self.ask(owner, "HEAD", owner).headers
        assert headers["X-Account-Container-Count"] == str(len(boxes))
        assert headers["X-Account-Bytes-Used"] == str(sum(sizes))

    def compare_container(self, place: Place) -> None:
        """Every object with its hashes, versions, metadata, sharing; the counters; the rights."""
        answer = self.ask(place.owner, "GET", place, query={"format": "json"})
        box = self.model.containers.get((place.owner, place.container))
        if box is None:
            assert answer.status == 404
            return
        alive = box.alive()
        listed = answer.json
        assert [entry["name"] for entry in listed] == sorted(alive)
        for entry in listed:
            self.compare_entry(place._replace(name=entry["name"]), alive[entry["name"]], entry)
        sizes = [len(state.data or b"") for state in alive.values()]
        assert answer.headers["X-Container-Object-Count"] == str(len(sizes))
        assert answer.headers["X-Container-Bytes-Used"] == str(sum(sizes))
        keys = {key for state in alive.values() for key in state.meta}
        assert set(filter(None, answer.headers["X-Container-Object-Meta"].split(","))) == keys

    def compare_entry(self, place: Place, state: State, entry: dict[str, Any]) -> None:
        box = self.model.containers[place.owner, place.container]
        data = state.data or b""
        self.learn(box.names[place.name], entry)
        assert entry["bytes"] == len(data)
        assert entry["hash"] == hashlib.md5(data).hexdigest()
        assert entry["x_object_hash"] == merkle(data)
        assert entry["content_type"] == state.kind
        assert entry.get("x_object_meta", {}) == {k.lower(): v for k, v in state.meta.items()}
        assert entry["x_object_modified_by"] == state.author
        assert (entry["x_object_version"], entry["x_object_uuid"]) == (state.serial, state.uuid)
        path = box.governing(place.name)
        expected = sharing_text(box.shares[path]) if path else None
        assert entry.get("x_object_sharing") == expected
        self.compare_public(box.public, place.name, entry.get("x_object_public"), data)

    def learn(self, states: list[State], entry: dict[str, Any]) -> None:
        """Take over what only the server can know, if it can be true."""
        state = states[-1]
        if state.serial is None:
            earlier = [old.serial for old in states if old.serial]
            assert entry["x_object_version"] > max(earlier, default=0)
            state.serial = entry["x_object_version"]
        if state.uuid is None:
            state.uuid = str(entry["x_object_uuid"])
            assert state.uuid not in self.uuids
            self.uuids.add(state.uuid)

    def compare_public(
        self, public: dict[str, str | None], name: str, url: str | None, data: bytes
    ) -> None:
        if name not in public:
            assert url is None
            return
        assert url is not None
        url = urlsplit(url).path
        if public[name] is None:
            assert url not in self.keys
            self.keys.add(url)
            public[name] = url
        assert url == public[name]
        assert self.ask(None, "GET", url).body == data

    def compare_rights(self, box: str, owner: int) -> None:
        """Every name as every user meets it."""
        container = self.model.containers.get((self.users[owner], box))
        for name in container.names if container else ():
            place = Place(self.users[owner], box, name)
            for user in self.users:
                self.compare_read(user, place)
        current = {url for each in self.model.containers.values() for url in each.public.values()}
        for url in sorted(self.keys - current):
            assert self.ask(None, "GET", url).status == 404

    def compare_read(self, user: str, place: Place) -> None:
        right = self.model.right(user, place)
        state = self.model.containers[place.owner, place.container].current(place.name)
        answer = self.ask(user, "GET", place)
        expected = 403 if right < LOOK else 200 if state else 404
        assert answer.status == expected, (user, place)
        if state and right >= LOOK:
            assert answer.body == state.data
            allowed = None if right == OWN else "write" if right == WRITE else "read"
            assert answer.headers.get("X-Object-Allowed-To") == allowed
            told = state.target and quote(f"{state.target.container}/{state.target.name}")
            assert answer.headers.get("X-Symlink-Target") == told

    def teardown(self) -> None:
        if self.agreed:
            for box, owner in (("c", 0), ("k", 0), ("c", 1), ("k", 1)):
                self.compare_rights(box, owner)
