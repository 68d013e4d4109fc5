"""Random steps taken by the store and by the model; after each of them both must agree."""

import hashlib
import time
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts import services as accounts
from tests.model.caller import Answer, call
from tests.model.hashes import digests_of, merkle
from tests.model.listing import Query, entries
from tests.model.reference import OWN, READ, Change, Model, Place, Refused, Share, State

OCTETS = {"Content-Type": "application/octet-stream"}
# Who acts in whose account: mostly at home, else nearly everything would be refused.
PAIRS = st.sampled_from([(0, 0), (0, 0), (0, 0), (1, 1), (1, 0), (2, 0), (0, 1), (2, 1)])
NAMES = st.sampled_from(["a", "a/b", "a/b/c", "ab", "b/", "b/x", "ü"])
BOXES = st.sampled_from(["c", "c", "c", "k"])
BLOBS = st.sampled_from(
    [b"", b"x", b"y" * 15, b"z" * 16, b"q" * 17, b"\0", b"\0" * 16, b"n\0", b"w" * 16 + b"\0" * 20]
    + [bytes(range(40)), b"z" * 32]
)
METAS = st.sampled_from([{}, {}, {"Mood": "gay"}, {"Mood": ""}, {"Mood": "ü%", "Hue": "1"}])
SHARES = st.sampled_from(
    [((), ()), ((1,), ()), ((), (1,)), ((2,), (1,)), (("*",), ()), ((), ("pals",)), (("pals",), ())]
)
PUBLICS = st.sampled_from([None, None, True, False])
RANGES = st.sampled_from([(None, None), (0, None), (3, None), (16, None), (0, 1), (2, 18), (16, 32)])
QUERIES = st.builds(
    Query,
    prefix=st.sampled_from(["", "", "a", "/a", "a/", "b"]),
    delimiter=st.sampled_from(["", "/", "/", "b"]),
    path=st.sampled_from([None, None, None, "", "a", "/"]),
    marker=st.sampled_from(["", "", "a", "a/b", "ab", "b/"]),
    limit=st.sampled_from([10_000, 1, 2]),
)
PICK = st.integers(0, 1_000)


class Comparison(RuleBasedStateMachine):
    """Three users with accounts of their own; what one step touches is compared after it."""

    steps = 0

    @initialize()
    def three_users(self) -> None:
        suffix = token_hex(6)
        users = [accounts.create_user(f"m{index}-{suffix}") for index in range(3)]
        self.users = tuple(user.account for user in users)
        self.tokens = {user.account: accounts.create_token(user) for user in users}
        self.model = Model(self.users)
        self.marks: list[tuple[int, float]] = []
        self.keys: set[str] = set()
        self.uuids: set[str] = set()
        self.touched: set[Place] = set()
        for owner, name in ((0, "c"), (0, "k"), (1, "c")):
            self.create_container((owner, owner), name, keeps_history=name == "c")

    # Taking a step

    def ask(
        self,
        actor: str | None,
        method: str,
        place: Place | str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Answer:
        token = {"X-Auth-Token": self.tokens[actor]} if actor else {}
        return call(method, _path(place), body, {**token, **(headers or {})}, query)

    def agree(self, step: Callable[[], int], request: Callable[[], Answer]) -> Answer:
        """Let both take the step, and compare how they answer."""
        self.model.tick += 1
        Comparison.steps += 1
        try:
            expected = step()
        except Refused as refused:
            expected = refused.status
        answer = request()
        note(f"{answer.status} {answer.body[:80]!r}")
        assert answer.status == expected, (answer.status, expected, answer.body)
        return answer

    def at(self, pair: tuple[int, int], box: str, name: str = "") -> tuple[str, Place]:
        place = Place(self.users[pair[1]], box, name)
        self.touched.add(place._replace(name=""))
        return self.users[pair[0]], place

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

    # Containers and accounts

    @rule(pair=PAIRS, box=BOXES, keeps_history=st.booleans())
    def create_container(self, pair: tuple[int, int], box: str, keeps_history: bool) -> None:
        actor, place = self.at(pair, box)
        policy = {"X-Container-Policy-Versioning": "auto" if keeps_history else "none"}
        self.agree(
            lambda: self.model.create_container(actor, place, keeps_history=keeps_history),
            lambda: self.ask(actor, "PUT", place, b"", policy),
        )

    @rule(pair=PAIRS, box=BOXES)
    def delete_container(self, pair: tuple[int, int], box: str) -> None:
        actor, place = self.at(pair, box)
        self.agree(
            lambda: self.model.delete_container(actor, place),
            lambda: self.ask(actor, "DELETE", place),
        )

    @rule(pair=PAIRS, box=BOXES, name=st.one_of(st.just(""), NAMES), pick=PICK)
    def purge(self, pair: tuple[int, int], box: str, name: str, pick: int) -> None:
        actor, place = self.at(pair, box, name)
        tick, moment = self.mark(pick)
        self.agree(
            lambda: self.model.purge(actor, place, tick),
            lambda: self.ask(actor, "DELETE", place, until=f"{moment:.6f}"),
        )

    @rule(owner=st.integers(0, 1), members=st.sets(st.integers(0, 2)))
    def edit_group(self, owner: int, members: set[int]) -> None:
        actor = self.users[owner]
        names = frozenset(self.users[member] for member in members)
        header = {"X-Account-Group-Pals": ",".join(sorted(names))}

        def step() -> int:
            self.model.groups[actor] = {"pals": names}
            return 202

        self.agree(step, lambda: self.ask(actor, "POST", actor, b"", header, update=""))

    # Writing

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NAMES,
        data=BLOBS,
        meta=METAS,
        share=st.one_of(st.none(), st.none(), SHARES),
        if_none_match=st.sampled_from([False, False, True]),
    )
    def put(
        self,
        pair: tuple[int, int],
        box: str,
        name: str,
        data: bytes,
        meta: dict[str, str],
        share: tuple[Any, Any] | None,
        if_none_match: bool,
    ) -> None:
        actor, place = self.at(pair, box, name)
        kept = {key: value for key, value in meta.items() if value}
        wanted = self.share(share, place.owner)
        change = Change(kept, wanted, if_none_match=if_none_match)
        headers = {"Content-Type": "text/x", **_headers(change)}
        self.agree(
            lambda: self.model.put(actor, place, data, "text/x", change),
            lambda: self.ask(actor, "PUT", place, data, headers),
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, data=BLOBS)
    def put_hashmap(self, pair: tuple[int, int], box: str, name: str, data: bytes) -> None:
        actor, place = self.at(pair, box, name)
        digests = ",".join(f'"{digest}"' for digest in digests_of(data))
        body = f'{{"bytes":{len(data)},"hashes":[{digests}]}}'.encode()
        self.agree(
            lambda: self.model.put_hashmap(actor, place, data),
            lambda: self.ask(actor, "PUT", place, body, {"Content-Type": "text/map"}, hashmap=""),
        )

    @rule(pair=PAIRS, box=BOXES, data=BLOBS.filter(bool))
    def post_blocks(self, pair: tuple[int, int], box: str, data: bytes) -> None:
        actor, place = self.at(pair, box)
        answer = self.agree(
            lambda: self.model.post_blocks(actor, place, data),
            lambda: self.ask(actor, "POST", place, data, OCTETS, update=""),
        )
        assert answer.status != 202 or answer.body.decode().split() == digests_of(data)

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NAMES,
        meta=METAS,
        share=st.one_of(st.none(), SHARES),
        public=PUBLICS,
        update=st.booleans(),
    )
    def post_meta(
        self,
        pair: tuple[int, int],
        box: str,
        name: str,
        meta: dict[str, str],
        share: tuple[Any, Any] | None,
        public: bool | None,
        update: bool,
    ) -> None:
        actor, place = self.at(pair, box, name)
        change = Change(meta, self.share(share, place.owner), public)
        query = {"update": ""} if update else {}
        self.agree(
            lambda: self.model.post_meta(actor, place, change, update=update),
            lambda: self.ask(actor, "POST", place, b"", _headers(change), **query),
        )

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NAMES,
        span=RANGES,
        data=BLOBS,
        meta=METAS,
        size=st.sampled_from([None, None, 0, 5, 16, 30]),
    )
    def post_data(
        self,
        pair: tuple[int, int],
        box: str,
        name: str,
        span: tuple[int | None, int | None],
        data: bytes,
        meta: dict[str, str],
        size: int | None,
    ) -> None:
        actor, place = self.at(pair, box, name)
        headers = {**OCTETS, **_headers(Change(meta)), "Content-Range": _content_range(span)}
        if size is not None:
            headers["X-Object-Bytes"] = str(size)

        def step() -> int:
            self.model.existing(actor, place, 2)
            whole = self.model.splice(actor, place, span, data)
            self.model.claim(actor, data)
            return self.model.rewrite(actor, place, whole[:size], meta)

        self.agree(step, lambda: self.ask(actor, "POST", place, data, headers, update=""))

    @rule(pair=PAIRS, box=BOXES, name=NAMES, other=NAMES, span=st.sampled_from([None, 0, 3, 16]))
    def post_from_object(
        self, pair: tuple[int, int], box: str, name: str, other: str, span: int | None
    ) -> None:
        actor, place = self.at(pair, box, name)
        source = place._replace(name=other)
        headers = {
            "X-Source-Object": _quoted(f"/{box}/{other}"),
            "X-Source-Account": place.owner,
            "Content-Range": _content_range((span, None)),
        }

        def step() -> int:
            self.model._admit_both(actor, source, place, READ)
            self.model.existing(actor, place, 2)
            data = self.model.existing(actor, source, READ).data or b""
            whole = self.model.splice(actor, place, (span, None), data)
            return self.model.rewrite(actor, place, whole, {})

        self.agree(step, lambda: self.ask(actor, "POST", place, b"", headers, update=""))

    @rule(pair=PAIRS, box=BOXES, name=NAMES, folder=st.booleans())
    def delete(self, pair: tuple[int, int], box: str, name: str, folder: bool) -> None:
        actor, place = self.at(pair, box, name)
        query = {"delimiter": "/"} if folder else {}
        self.agree(
            lambda: self.model.delete(actor, place, folder=folder),
            lambda: self.ask(actor, "DELETE", place, **query),
        )

    @rule(
        pair=PAIRS,
        to=st.integers(0, 1),
        box=BOXES,
        name=NAMES,
        goal=st.tuples(BOXES, NAMES),
        meta=METAS,
        moves=st.booleans(),
        pick=st.one_of(st.none(), PICK),
    )
    def copy_or_move(
        self,
        pair: tuple[int, int],
        to: int,
        box: str,
        name: str,
        goal: tuple[str, str],
        meta: dict[str, str],
        moves: bool,
        pick: int | None,
    ) -> None:
        actor, source = self.at(pair, box, name)
        _, into = self.at((0, to), *goal)
        serial = None if pick is None or moves else self.some_serial(source, pick)
        change = Change(meta)
        headers = {
            "Destination": _quoted(f"/{into.container}/{into.name}"),
            "Destination-Account": into.owner,
            **_headers(change),
        }
        if serial is not None:
            headers["X-Source-Version"] = str(serial)

        def step() -> int:
            if moves:
                return self.model.move(actor, source, into, change)
            return self.model.copy(actor, source, into, change, serial=serial)

        method = "MOVE" if moves else "COPY"
        self.agree(step, lambda: self.ask(actor, method, source, b"", headers))

    # Reading

    @rule(pair=PAIRS, box=BOXES, query=QUERIES)
    def listing(self, pair: tuple[int, int], box: str, query: Query) -> None:
        actor, place = self.at(pair, box)
        expected: list[tuple[str, bool]] = []

        def step() -> int:
            container = self.model.containers.get((place.owner, box))
            names = list(container.alive()) if container else []
            if actor != place.owner:
                shares = container.shares if container else {}
                mine = [path for path in shares if self.model.shared_right(actor, place, path)]
                if not mine:
                    raise Refused(403)
                names = [n for n in names if any(n == p or n.startswith(f"{p}/") for p in mine)]
            if container is None:
                raise Refused(404)
            expected.extend(entries(names, query))
            return 200

        answer = self.agree(step, lambda: self.ask(actor, "GET", place, **query.parameters()))
        assert answer.status != 200 or _entries(answer) == expected

    @rule(pair=PAIRS, box=BOXES, query=QUERIES, pick=PICK)
    def past_listing(self, pair: tuple[int, int], box: str, query: Query, pick: int) -> None:
        actor, place = self.at(pair, box)
        tick, moment = self.mark(pick)
        past: dict[str, State] = {}

        def step() -> int:
            if actor != place.owner:
                raise Refused(403)
            container = self.model.containers.get((place.owner, box))
            if container is None or container.created > tick:
                raise Refused(404)
            past.update(container.alive_at(tick))
            return 200

        wanted = {**query.parameters(), "until": f"{moment:.6f}"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, **wanted))
        if answer.status == 200:
            assert _entries(answer) == entries(past, query)
            sizes = [len(state.data or b"") for state in past.values()]
            assert answer.headers["X-Container-Object-Count"] == str(len(sizes))
            assert answer.headers["X-Container-Bytes-Used"] == str(sum(sizes))

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NAMES,
        wanted=st.sampled_from([None, (0, 0), (5, None), (None, 3), (16, 40), (40, 50)]),
        pick=st.one_of(st.none(), PICK),
    )
    def read(
        self,
        pair: tuple[int, int],
        box: str,
        name: str,
        wanted: tuple[int | None, int | None] | None,
        pick: int | None,
    ) -> None:
        actor, place = self.at(pair, box, name)
        serial = None if pick is None else self.some_serial(place, pick)
        query = {} if serial is None else {"version": serial}
        headers = {} if wanted is None else {"Range": _range(wanted)}
        body = b""

        def step() -> int:
            nonlocal body
            if serial is None:
                state = self.model.existing(actor, place, READ)
            else:
                state = self.model.version(actor, place, serial)
            body = state.data or b""
            if wanted is None:
                return 200
            body = body[-(wanted[1] or 0) :] if wanted[0] is None else body[slice(*_half(wanted))]
            if not body:
                raise Refused(416)
            return 206

        answer = self.agree(step, lambda: self.ask(actor, "GET", place, b"", headers, **query))
        assert answer.status >= 400 or answer.body == body

    @rule(pair=PAIRS, box=BOXES, name=NAMES)
    def list_versions(self, pair: tuple[int, int], box: str, name: str) -> None:
        actor, place = self.at(pair, box, name)
        serials: list[int | None] = []

        def step() -> int:
            states = self.model.admit(actor, place, READ).names.get(name)
            if not states:
                raise Refused(404)
            serials.extend(state.serial for state in states if state.data is not None)
            return 200

        query = {"version": "list", "format": "json"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, **query))
        if answer.status == 200:
            assert [serial for serial, _ in answer.json["versions"]] == serials

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
        answer = self.ask(place.owner, "GET", place, format="json")
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
        expected = _sharing_text(box.shares[path]) if path else None
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
        if public[name] is None:
            assert url is not None
            assert url not in self.keys
            self.keys.add(url)
            public[name] = url
        assert url == public[name]
        assert self.ask(None, "GET", url).body == data

    @rule(box=BOXES, owner=st.integers(0, 1))
    def rights_and_contents(self, box: str, owner: int) -> None:
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
        expected = 403 if right < READ else 200 if state else 404
        assert answer.status == expected, (user, place)
        if state and right >= READ:
            assert answer.body == state.data
            allowed = None if right == OWN else ("read", "write")[right - READ]
            assert answer.headers.get("X-Object-Allowed-To") == allowed

    def teardown(self) -> None:
        if hasattr(self, "users"):
            for box, owner in (("c", 0), ("k", 0), ("c", 1), ("k", 1)):
                self.rights_and_contents(box, owner)


def _path(place: Place | str) -> str:
    if isinstance(place, str):
        return place if place.startswith("/") else f"/v1/{place}"
    return f"/v1/{place.owner}/{place.container}" + (f"/{place.name}" if place.name else "")


def _quoted(text: str) -> str:
    return "".join(c if c.isascii() and c != "%" else _percent(c) for c in text)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _headers(change: Change) -> dict[str, str]:
    headers = {f"X-Object-Meta-{key}": _quoted(value) for key, value in change.meta.items()}
    if change.share is not None:
        headers["X-Object-Sharing"] = _sharing_text(change.share)
    if change.public is not None:
        headers["X-Object-Public"] = str(change.public).lower()
    if change.if_none_match:
        headers["If-None-Match"] = "*"
    return headers


def _sharing_text(share: Share) -> str:
    lists = (("read", share.readers), ("write", share.writers))
    return "; ".join(f"{verb}={','.join(sorted(names))}" for verb, names in lists if names)


def _content_range(span: tuple[int | None, int | None]) -> str:
    if span[0] is None:
        return "bytes */*"
    return f"bytes {span[0]}-{'' if span[1] is None else span[1] - 1}/*"


def _range(wanted: tuple[int | None, int | None]) -> str:
    first, last = ("" if bound is None else bound for bound in wanted)
    return f"bytes={first}-{last}"


def _half(wanted: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    return wanted[0], None if wanted[1] is None else wanted[1] + 1


def _entries(answer: Answer) -> list[tuple[str, bool]]:
    return [(each.get("subdir", each.get("name")), "subdir" in each) for each in answer.json]
