"""The steps: what three users may ask of the store, at random."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.model.comparison import ANY, Comparison
from tests.model.hashes import digests_of
from tests.model.listing import Query, entries
from tests.model.reference import LOOK, READ, Change, RefusedError, State
from tests.model.wire import (
    bounds,
    byte_range,
    content_range,
    headers_of,
    listed,
    quoted,
)

OCTETS = {"Content-Type": "application/octet-stream"}
# Who acts in whose account: mostly at home, else nearly everything would be refused.
PAIRS = st.sampled_from([(0, 0)] * 8 + [(1, 1), (1, 0), (1, 0), (2, 0), (0, 1), (2, 1)])
NEW_NAMES = st.sampled_from(["a", "a/b", "a/b/c", "ab", "b/", "b/x", "ü"])
NAMES = st.one_of(st.just(ANY), st.just(ANY), st.just(ANY), NEW_NAMES)
BOXES = st.sampled_from(["c"] * 5 + ["k"])
BLOBS = st.sampled_from(
    [b"", b"x", b"y" * 15, b"z" * 16, b"z" * 32, b"q" * 17, bytes(range(40)), b"n\0", b"\0" * 16]
)
METAS = st.sampled_from([{}, {}, {"Mood": "gay"}, {"Mood": ""}, {"Mood": "ü%", "Hue": "1"}])
SHARES = st.sampled_from(
    [((), ()), ((1,), ()), ((), (1,)), ((2,), (1,)), (("*",), ()), ((), ("pals",)), (("pals",), ())]
)
PUBLICS = st.sampled_from([None, None, True, False])
SPANS = st.sampled_from([(None, None), (0, None), (3, None), (16, None), (0, 1), (2, 18), (16, 32)])
QUERIES = st.builds(
    Query,
    prefix=st.sampled_from(["", "", "a", "/a", "a/", "b"]),
    delimiter=st.sampled_from(["", "/", "/", "b"]),
    path=st.sampled_from(["", "", "", "a", "/"]),
    marker=st.sampled_from(["", "", "a", "a/b", "ab", "b/"]),
    limit=st.sampled_from([10_000, 1, 2]),
)
PICK = st.integers(0, 1_000)


class Steps(Comparison):
    """Three users with accounts of their own; what one step touches is compared after it."""

    @initialize()
    def begin(self) -> None:
        self.make_users()
        for owner, name in ((0, "c"), (0, "k"), (1, "c")):
            self.create_container((owner, owner), name, keeps_history=name == "c")
        for name, share in (("a", ((2,), (1,))), ("b/x", None), ("a/b", None), ("ü", None)):
            self.put(
                pair=(0, 0),
                box="c",
                name=name,
                data=bytes(range(40)),
                meta={"Mood": "gay"},
                share=share,
                if_none_match=False,
            )

    # Containers and accounts

    @rule(pair=PAIRS, box=BOXES, keeps_history=st.booleans())
    def create_container(self, pair: tuple[int, int], box: str, keeps_history: bool) -> None:
        actor, place = self.at(pair, box)
        policy = {"X-Container-Policy-Versioning": "auto" if keeps_history else "none"}
        self.agree(
            lambda: self.model.create_container(actor, place, keeps_history=keeps_history),
            lambda: self.ask(actor, "PUT", place, b"", policy),
        )

    @rule(pair=PAIRS, box=st.sampled_from(["c", "k"]))
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
            lambda: self.ask(actor, "DELETE", place, query={"until": f"{moment:.6f}"}),
        )

    @rule(pair=PAIRS, box=BOXES, prefix=st.sampled_from(["", "", "a", "a/", "b"]), pick=PICK)
    def restore(self, pair: tuple[int, int], box: str, prefix: str, pick: int) -> None:
        actor, place = self.at(pair, box)
        tick, moment = self.mark(pick)
        at = place._replace(name=prefix)
        query = {"restore": "", "until": f"{moment:.6f}", "prefix": prefix}
        self.agree(
            lambda: self.model.restore(actor, at, tick),
            lambda: self.ask(actor, "POST", place, query=query),
        )

    @rule(owner=st.integers(0, 1), members=st.sets(st.integers(0, 2)))
    def edit_group(self, owner: int, members: set[int]) -> None:
        actor = self.users[owner]
        names = frozenset(self.users[member] for member in members)
        header = {"X-Account-Group-Pals": ",".join(sorted(names))}

        def step() -> int:
            self.model.groups[actor] = {"pals": names}
            return 202

        self.agree(step, lambda: self.ask(actor, "POST", actor, b"", header, query={"update": ""}))

    # Writing

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NEW_NAMES,
        data=BLOBS,
        meta=METAS,
        share=st.one_of(st.none(), st.none(), SHARES),
        if_none_match=st.sampled_from([False, False, True]),
    )
    def put(
        self,
        *,
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
        headers = {"Content-Type": "text/x", **headers_of(change)}
        self.agree(
            lambda: self.model.put(actor, place, data, "text/x", change),
            lambda: self.ask(actor, "PUT", place, data, headers),
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, data=BLOBS)
    def put_hashmap(self, pair: tuple[int, int], box: str, name: str, data: bytes) -> None:
        actor, place = self.at(pair, box, name)
        digests = ",".join(f'"{digest}"' for digest in digests_of(data))
        kind = {"Content-Type": "text/map"}
        body = f'{{"bytes":{len(data)},"hashes":[{digests}]}}'.encode()
        self.agree(
            lambda: self.model.put_hashmap(actor, place, data),
            lambda: self.ask(actor, "PUT", place, body, kind, query={"hashmap": ""}),
        )

    @rule(pair=PAIRS, box=BOXES, data=BLOBS.filter(bool))
    def post_blocks(self, pair: tuple[int, int], box: str, data: bytes) -> None:
        actor, place = self.at(pair, box)
        answer = self.agree(
            lambda: self.model.post_blocks(actor, place, data),
            lambda: self.ask(actor, "POST", place, data, OCTETS, query={"update": ""}),
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
        *,
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
            lambda: self.ask(actor, "POST", place, b"", headers_of(change), query=query),
        )

    @rule(
        pair=PAIRS,
        box=BOXES,
        name=NAMES,
        span=SPANS,
        data=BLOBS,
        meta=METAS,
        size=st.sampled_from([None, None, 0, 5, 16, 30]),
    )
    def post_data(
        self,
        *,
        pair: tuple[int, int],
        box: str,
        name: str,
        span: tuple[int | None, int | None],
        data: bytes,
        meta: dict[str, str],
        size: int | None,
    ) -> None:
        actor, place = self.at(pair, box, name)
        headers = {**OCTETS, **headers_of(Change(meta)), "Content-Range": content_range(span)}
        if size is not None:
            headers["X-Object-Bytes"] = str(size)

        def step() -> int:
            self.model.rewritable(actor, place)
            whole = self.model.write_range(actor, place, span, data)
            return self.model.rewrite(actor, place, whole[:size], meta)

        self.agree(
            step, lambda: self.ask(actor, "POST", place, data, headers, query={"update": ""})
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, other=NAMES, span=st.sampled_from([None, 0, 3, 16]))
    def post_from_object(
        self, pair: tuple[int, int], box: str, name: str, other: str, span: int | None
    ) -> None:
        actor, place = self.at(pair, box, name)
        _, source = self.at(pair, box, other)
        headers = {
            "X-Source-Object": quoted(f"/{box}/{source.name}"),
            "X-Source-Account": place.owner,
            "Content-Range": content_range((span, None)),
        }

        def step() -> int:
            self.model.admit_both(actor, source, place, LOOK)
            self.model.rewritable(actor, place)
            data = self.model.existing(actor, source, LOOK).data or b""
            whole = self.model.write_range(actor, place, (span, None), data)
            return self.model.rewrite(actor, place, whole, {})

        self.agree(step, lambda: self.ask(actor, "POST", place, b"", headers, query={"update": ""}))

    @rule(pair=PAIRS, box=BOXES, name=NAMES, folder=st.sampled_from([False, False, True]))
    def delete(self, pair: tuple[int, int], box: str, name: str, folder: bool) -> None:
        actor, place = self.at(pair, box, name)
        query = {"delimiter": "/"} if folder else {}
        self.agree(
            lambda: self.model.delete(actor, place, folder=folder),
            lambda: self.ask(actor, "DELETE", place, query=query),
        )

    @rule(
        pair=PAIRS,
        to=st.integers(0, 1),
        box=BOXES,
        name=NAMES,
        goal=st.tuples(BOXES, NEW_NAMES),
        meta=METAS,
        moves=st.booleans(),
        pick=st.one_of(st.none(), PICK),
    )
    def copy_or_move(
        self,
        *,
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
            "Destination": quoted(f"/{into.container}/{into.name}"),
            "Destination-Account": into.owner,
            **headers_of(change),
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
        actor, place = self.see(pair, box)
        expected: list[tuple[str, bool]] = []

        def step() -> int:
            container = self.model.containers.get((place.owner, box))
            names = list(container.alive()) if container else []
            if actor != place.owner:
                shares = container.shares if container else {}
                mine = [path for path in shares if self.model.shared_right(actor, place, path)]
                if not mine:
                    raise RefusedError(403)
                names = [n for n in names if any(n == p or n.startswith(f"{p}/") for p in mine)]
            if container is None:
                raise RefusedError(404)
            expected.extend(entries(names, query))
            return 200

        answer = self.agree(step, lambda: self.ask(actor, "GET", place, query=query.parameters()))
        assert answer.status != 200 or listed(answer) == expected

    @rule(pair=PAIRS, box=BOXES, query=QUERIES, pick=PICK)
    def past_listing(self, pair: tuple[int, int], box: str, query: Query, pick: int) -> None:
        actor, place = self.see(pair, box)
        tick, moment = self.mark(pick)
        past: dict[str, State] = {}

        def step() -> int:
            if actor != place.owner:
                raise RefusedError(403)
            container = self.model.containers.get((place.owner, box))
            if container is None or container.created > tick:
                raise RefusedError(404)
            past.update(container.alive_at(tick))
            return 200

        wanted = {**query.parameters(), "until": f"{moment:.6f}"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, query=wanted))
        if answer.status == 200:
            assert listed(answer) == entries(past, query)
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
        actor, place = self.see(pair, box, name)
        serial = None if pick is None else self.some_serial(place, pick)
        query = {} if serial is None else {"version": serial}
        headers = {} if wanted is None else {"Range": byte_range(wanted)}
        body = b""

        def step() -> int:
            nonlocal body
            if serial is None:
                state = self.model.existing(actor, place, LOOK)
            else:
                state = self.model.version(actor, place, serial)
            body = state.data or b""
            if wanted is None:
                return 200
            body = body[-(wanted[1] or 0) :] if wanted[0] is None else body[slice(*bounds(wanted))]
            if not body:
                raise RefusedError(416)
            return 206

        answer = self.agree(step, lambda: self.ask(actor, "GET", place, b"", headers, query=query))
        assert answer.status >= 400 or answer.body == body

    @rule(pair=PAIRS, box=BOXES, name=NAMES)
    def list_versions(self, pair: tuple[int, int], box: str, name: str) -> None:
        actor, place = self.see(pair, box, name)
        serials: list[int | None] = []

        def step() -> int:
            states = self.model.admit(actor, place, READ).names.get(place.name)
            if not states:
                raise RefusedError(404)
            serials.extend(state.serial for state in states if state.data is not None)
            return 200

        query = {"version": "list", "format": "json"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, query=query))
        if answer.status == 200:
            assert [serial for serial, _ in answer.json["versions"]] == serials

    @rule(box=BOXES, owner=st.integers(0, 1))
    def look_at_everything(self, box: str, owner: int) -> None:
        """Every name as every user meets it."""
        self.compare_rights(box, owner)
