"""The store as the contract describes it, in dictionaries. It shares no code with the server.

Every operation raises ``RefusedError`` with a status and changes nothing, or changes the model.
Time is counted in ticks, one each step. A serial or uuid that only the server can know is None
until the machine has seen it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.model.hashes import digests_of

NONE, LOOK, READ, WRITE, OWN = range(5)  # who may look sees what is current, and no past


class RefusedError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Place(NamedTuple):
    """An object or a container (its name is "" then) of an account."""

    owner: str
    container: str
    name: str = ""


class Share(NamedTuple):
    readers: frozenset[str] = frozenset()
    writers: frozenset[str] = frozenset()


@dataclass
class State:
    """A version of a name. data: None is a tombstone. uuid: None is a new one not seen yet.

    purged: it was deleted as a version, or is not kept; nothing was there at its time, and no list
    has it.
    target: what a symlink names.
    """

    tick: int
    author: str
    data: bytes | None
    kind: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    uuid: str | None = None
    serial: int | None = None
    purged: bool = False
    target: "Place | None" = None

    def gone(self) -> "State":
        """What is left of it when it is not kept: a deletion stays what it is."""
        return self if self.data is None else State(self.tick, self.author, None, purged=True)


@dataclass
class Container:
    """A container. asked: whether a client of Swift said if it wants versions.

    kept_until: while no history is kept, what began up to this tick is.
    """

    created: int
    keeps_history: bool
    asked: bool = False
    kept_until: int = -1
    names: dict[str, list[State]] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    public: dict[str, str | None] = field(default_factory=dict)

    def current(self, name: str) -> State | None:
        states = self.names.get(name)
        return states[-1] if states and states[-1].data is not None else None

    def every_version(self) -> Iterator[tuple[str, bool, bool]]:
        """Name, whether it is a deletion, and whether it is the latest, of each; newest first."""
        for name in sorted(self.names):
            rows = [state for state in reversed(self.names[name]) if not state.purged]
            for state in rows:
                newest = state.data is None and state is rows[0]
                yield name, state.data is None, newest or state is self.current(name)

    def alive(self) -> dict[str, State]:
        """Every current object."""
        found = {name: self.current(name) for name in self.names}
        return {name: state for name, state in found.items() if state is not None}

    def alive_at(self, tick: int) -> dict[str, State]:
        """Every object as it was after ``tick``."""
        found = {}
        for name, states in self.names.items():
            past = [state for state in states if state.tick <= tick]
            if past and past[-1].data is not None:
                found[name] = past[-1]
        return found

    def settle(self, name: str) -> None:
        """Forget a name of which nothing is left."""
        if all(state.purged for state in self.names[name]):
            del self.names[name]

    def governing(self, name: str) -> str | None:
        """The path whose sharing covers ``name``."""
        return next((p for p in self.shares if name == p or name.startswith(f"{p}/")), None)


@dataclass(frozen=True)
class Change:
    """What a write says besides its bytes. share, public: None leaves them alone."""

    meta: Mapping[str, str] = field(default_factory=dict)
    share: Share | None = None
    public: bool | None = None
    if_none_match: bool = False

    @property
    def owners_only(self) -> bool:
        return self.share is not None or self.public is not None


@dataclass
class Model:
    users: tuple[str, ...]
    tick: int = 0
    containers: dict[tuple[str, str], Container] = field(default_factory=dict)
    groups: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)

    # Who may do what

    def right(self, actor: str, at: Place) -> int:
        if actor == at.owner:
            return OWN
        box = self.containers.get((at.owner, at.container))
        if box is None:
            return NONE
        path = box.governing(at.name)
        share = box.shares[path] if path is not None else Share()
        if self._is_among(actor, share.writers):
            return WRITE
        if self._is_among(actor, share.readers):
            return READ
        return LOOK if at.name in box.public else NONE

    def shared_right(self, actor: str, at: Place, path: str) -> int:
        """What the sharing of ``path`` gives, whatever is public."""
        share = self.containers[at.owner, at.container].shares[path]
        if self._is_among(actor, share.writers):
            return WRITE
        return READ if self._is_among(actor, share.readers) else NONE

    def _is_among(self, actor: str, members: frozenset[str]) -> bool:
        for member in members:
            owner, _, group = member.partition(":")
            if member in {actor, "*"} or actor in self.groups.get(owner, {}).get(group, ()):
                return True
        return False

    def admit(self, actor: str, at: Place, least: int) -> Container:
        """403 goes before 404."""
        if self.right(actor, at) < least:
            raise RefusedError(403)
        box = self.containers.get((at.owner, at.container))
        if box is None:
            raise RefusedError(404)
        return box

    def existing(self, actor: str, at: Place, least: int) -> State:
        state = self.admit(actor, at, least).current(at.name)
        if state is None:
            raise RefusedError(404)
        return state

    # Containers and accounts

    def create_container(self, actor: str, at: Place, *, keeps_history: bool) -> int:
        if actor != at.owner:
            raise RefusedError(403)
        box = self.containers.get((at.owner, at.container))
        if box is None:
            self.containers[at.owner, at.container] = Container(self.tick, keeps_history)
            return 201
        box.keeps_history = keeps_history
        return 202

    def ask_for_versions(self, actor: str, at: Place, *, enabled: bool) -> int:
        there = (at.owner, at.container) in self.containers
        if actor != at.owner:
            raise RefusedError(403)
        box = self.containers.setdefault((at.owner, at.container), Container(self.tick, True))
        box.asked = True
        if enabled:
            box.keeps_history, box.kept_until = True, -1
        elif box.keeps_history:
            box.keeps_history, box.kept_until = False, self.tick
        return 202 if there else 201

    def delete_version(self, actor: str, at: Place, serial: int) -> int:
        box = self.admit(actor, at, OWN)
        states = box.names.get(at.name, [])
        found = next((state for state in states if state.serial == serial), None)
        if found is None:
            raise RefusedError(404)
        gone = State(found.tick, actor, None, purged=True)
        if found is box.current(at.name):
            self._tombstone(actor, box, at.name)
            states[:] = [*(state for state in states[:-1] if state is not found), gone]
        else:
            states[states.index(found)] = gone
        box.settle(at.name)
        return 204

    def delete_container(self, actor: str, at: Place) -> int:
        box = self.admit(actor, at, OWN)
        states = [state for each in box.names.values() for state in each]
        if box.alive() or (box.asked and any(state.data is not None for state in states)):
            raise RefusedError(409)
        del self.containers[at.owner, at.container]
        return 204

    def purge(self, actor: str, at: Place, tick: int) -> int:
        box = self.admit(actor, at, OWN)
        if at.name and not box.names.get(at.name):
            raise RefusedError(404)
        for name in [at.name] if at.name else list(box.names):
            states, current = box.names[name], box.current(name)
            kept = [state for state in states if state is current or state.tick > tick]
            box.names[name] = kept
            box.settle(name)
        if not at.name and not box.names:  # moments of the machine are decimals
            del self.containers[at.owner, at.container]
        return 204

    def restore(self, actor: str, at: Place, tick: int) -> int:
        """Make all whose names begin with the place's what they were at a tick."""
        box = self.admit(actor, at._replace(name=""), OWN)
        if box.created > tick:
            raise RefusedError(404)
        then = box.alive_at(tick)
        here = box.alive()
        names = sorted({name for name in (*then, *here) if name.startswith(at.name)})
        differing = [name for name in names if not _same(then.get(name), here.get(name))]
        for name in differing:
            if name not in then:
                self._tombstone(actor, box, name)
        staying = self._uuids_without(box, differing)
        for name in differing:
            if name in then:
                old = then[name]
                uuid = None if old.uuid in staying else old.uuid
                again = replace(old, author=actor, meta=dict(old.meta), uuid=uuid)
                self._publish(box, name, again, keep_uuid=False)
        return 200

    def _uuids_without(self, box: Container, names: list[str]) -> set[str | None]:
        """The UUIDs of all objects but for those of some names of a container."""
        return {
            state.uuid
            for each in self.containers.values()
            for name, state in each.alive().items()
            if each is not box or name not in names
        }

    # Objects

    def put(self, actor: str, at: Place, data: bytes, kind: str, change: Change) -> int:
        box = self._begin(actor, at, change)
        self.claim(actor, data)
        self._publish(box, at.name, State(self.tick, actor, data, kind, dict(change.meta)))
        self._share(box, at.name, change)
        return 201

    def put_hashmap(self, actor: str, at: Place, data: bytes) -> int:
        box = self._begin(actor, at, Change())
        if not set(digests_of(data)) <= self.claims.get(actor, set()) | set(digests_of(b"")):
            raise RefusedError(409)
        self._publish(box, at.name, State(self.tick, actor, data, "text/map"))
        return 201

    def post_blocks(self, actor: str, at: Place, data: bytes) -> int:
        box = self.containers.get((at.owner, at.container))
        shares = box.shares.values() if box else ()
        if actor != at.owner and not any(self._is_among(actor, s.writers) for s in shares):
            raise RefusedError(403)
        if box is None:
            raise RefusedError(404)
        self.claim(actor, data)
        return 202

    def post_meta(self, actor: str, at: Place, change: Change, *, update: bool) -> int:
        old = self.existing(actor, at, OWN if change.owners_only else WRITE)
        box = self.admit(actor, at, WRITE)
        self._check_share(box, at.name, change)
        if change.meta or not update:
            meta = _merged(old.meta if update else {}, change.meta)
            self._publish(box, at.name, replace(old, author=actor, meta=meta))
        self._share(box, at.name, change)
        return 202

    def rewritable(self, actor: str, at: Place) -> State:
        old = self.existing(actor, at, WRITE)
        if old.target is not None:
            raise RefusedError(409)
        return old

    def write_range(
        self, actor: str, at: Place, span: tuple[int | None, int | None], data: bytes
    ) -> bytes:
        """What the object would be with ``data`` from span[0] (None is its end) to span[1]."""
        old = self.rewritable(actor, at).data or b""
        start = len(old) if span[0] is None else span[0]
        if start > len(old):
            raise RefusedError(416)
        if span[1] is not None and span[1] - start != len(data):
            raise RefusedError(400)
        return old[:start] + data + old[start + len(data) :]

    def rewrite(self, actor: str, at: Place, data: bytes, meta: Mapping[str, str]) -> int:
        old = self.existing(actor, at, WRITE)
        self.claim(actor, data)
        new = replace(old, author=actor, data=data, meta=_merged(old.meta, meta))
        self._publish(self.admit(actor, at, WRITE), at.name, new)
        return 204

    def delete(self, actor: str, at: Place, *, folder: bool) -> int:
        self.existing(actor, at, OWN)
        box = self.admit(actor, at, OWN)
        names = [name for name in box.alive() if folder and name.startswith(f"{at.name}/")]
        for name in [at.name, *names]:
            self._tombstone(actor, box, name)
        return 204

    def copy(
        self, actor: str, source: Place, target: Place, change: Change, *, serial: int | None
    ) -> int:
        self.admit_both(actor, source, target, READ if serial else LOOK)
        old = self.version(actor, source, serial) if serial else self.existing(actor, source, LOOK)
        into = self._begin(actor, target, change)
        here = into.current(target.name)
        uuid = here.uuid if source == target and here else None
        self.claim(actor, old.data or b"")
        new = replace(old, author=actor, uuid=uuid, meta=_merged(old.meta, change.meta))
        self._publish(into, target.name, new, keep_uuid=False)
        self._share(into, target.name, change)
        return 201

    def move(self, actor: str, source: Place, target: Place, change: Change) -> int:
        self.admit_both(actor, source, target, OWN)
        old = self.existing(actor, source, OWN)
        into = self._begin(actor, target, change)
        if source != target:
            self._tombstone(actor, self.containers[source.owner, source.container], source.name)
        new = replace(old, author=actor, meta=_merged(old.meta, change.meta))
        self._publish(into, target.name, new, keep_uuid=False)
        self._share(into, target.name, change)
        return 201

    def version(self, actor: str, at: Place, serial: int) -> State:
        box = self.admit(actor, at, READ)
        for state in box.names.get(at.name, ()):
            if state.serial == serial and state.data is not None:
                return state
        raise RefusedError(404)

    def claim(self, actor: str, data: bytes) -> None:
        """From now on the actor may name the blocks of ``data`` in hashmaps."""
        self.claims.setdefault(actor, set()).update(digests_of(data))

    def admit_both(self, actor: str, source: Place, target: Place, least: int) -> None:
        if self.right(actor, source) < least or self.right(actor, target) < WRITE:
            raise RefusedError(403)

    def publish(self, actor: str, at: Place, state: State, *, keep_uuid: bool = True) -> int:
        self._publish(self._begin(actor, at, Change()), at.name, state, keep_uuid=keep_uuid)
        return 201

    def _begin(self, actor: str, at: Place, change: Change) -> Container:
        box = self.admit(actor, at, OWN if change.owners_only else WRITE)
        if change.if_none_match and box.current(at.name):
            raise RefusedError(412)
        self._check_share(box, at.name, change)
        return box

    def _publish(self, box: Container, name: str, state: State, *, keep_uuid: bool = True) -> None:
        here = box.current(name)
        if keep_uuid:
            state = replace(state, uuid=here.uuid if here else None)
        self._append(box, name, replace(state, tick=self.tick, serial=None))

    def _tombstone(self, actor: str, box: Container, name: str) -> None:
        self._append(box, name, State(self.tick, actor, None))
        box.shares.pop(name, None)
        box.public.pop(name, None)

    def _append(self, box: Container, name: str, state: State) -> None:
        states = box.names.setdefault(name, [])
        if not box.keeps_history:
            kept = box.kept_until
            states[:] = [old if old.tick <= kept else old.gone() for old in states]
        states.append(state)

    def _check_share(self, box: Container, name: str, change: Change) -> None:
        if not change.share or not any(change.share):
            return
        above = [path for path in box.shares if name.startswith(f"{path}/")]
        below = [path for path in box.shares if path.startswith(f"{name}/")]
        inherited = any(box.shares[path] == change.share for path in above)
        if (above or below) and not inherited:
            raise RefusedError(409)

    def _share(self, box: Container, name: str, change: Change) -> None:
        if change.share is not None:
            if not any(change.share):
                box.shares.pop(name, None)
            elif box.governing(name) in {None, name}:
                box.shares[name] = change.share
        if change.public:
            box.public.setdefault(name, None)
        elif change.public is not None:
            box.public.pop(name, None)


def _same(one: State | None, other: State | None) -> bool:
    """Whether two states differ in nothing but who wrote them, and when."""
    if one is None or other is None:
        return one is other
    return _said(one) == _said(other)


def _said(state: State) -> tuple[object, ...]:
    return state.data, state.kind, state.meta, state.uuid, state.target


def _merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in {**old, **new}.items() if value}
