"""What is to be done, by three states of each path (oos.md §6).

A state is a Merkle hash, and "" where there is nothing. ``last`` is what both sides were when they
agreed, ``local`` and ``remote`` what they are now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

States = Mapping[str, str]

ABSENT = ""


class Direction(Enum):
    """Which side may be changed."""

    BOTH = "both"
    PUSH = "push"
    PULL = "pull"


class Kind(Enum):
    """What is done to a path. MOVE_… has another path that it comes from."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    DELETE_REMOTE = "delete on the server"
    DELETE_LOCAL = "delete here"
    MOVE_REMOTE = "move on the server"
    MOVE_LOCAL = "move here"
    KEEP_BOTH = "keep both"
    AGREE = "agree"


@dataclass(frozen=True)
class Action:
    """What is done to a path. state: what both sides are afterwards. source: of a move."""

    kind: Kind
    path: str
    state: str
    source: str = ""


@dataclass(frozen=True)
class Terms:
    """What may be done. deletes: whether one-way syncs delete; those of both ways always do."""

    direction: Direction = Direction.BOTH
    deletes: bool = False

    def allows(self, action: Action) -> bool:
        """Return whether an action is within the terms."""
        both = self.direction is Direction.BOTH
        if action.kind in {Kind.UPLOAD, Kind.MOVE_REMOTE}:
            return self.direction is not Direction.PULL
        if action.kind in {Kind.DOWNLOAD, Kind.MOVE_LOCAL}:
            return self.direction is not Direction.PUSH
        if action.kind is Kind.DELETE_REMOTE:
            return both or (self.direction is Direction.PUSH and self.deletes)
        if action.kind is Kind.DELETE_LOCAL:
            return both or (self.direction is Direction.PULL and self.deletes)
        return both or action.kind is Kind.AGREE


ALL_TERMS = Terms()


def plan(last: States, local: States, remote: States, terms: Terms = ALL_TERMS) -> list[Action]:
    """Return what makes both sides the same, moves first, and deletions last."""
    paths = sorted(last.keys() | local.keys() | remote.keys())
    decided = [
        action
        for path in paths
        if (action := _decide(path, *(side.get(path, ABSENT) for side in (last, local, remote))))
    ]
    moved = _with_moves(_resolved(decided, terms), last)
    return sorted((each for each in moved if terms.allows(each)), key=_turn)


def _decide(path: str, last: str, local: str, remote: str) -> Action | None:
    if local == remote:
        return None if local == last else Action(Kind.AGREE, path, local)
    if local == last:
        return Action(Kind.DOWNLOAD if remote else Kind.DELETE_LOCAL, path, remote)
    if remote == last:
        return Action(Kind.UPLOAD if local else Kind.DELETE_REMOTE, path, local)
    if not local:  # deleted here and changed there: what was changed is kept
        return Action(Kind.DOWNLOAD, path, remote)
    if not remote:
        return Action(Kind.UPLOAD, path, local)
    return Action(Kind.KEEP_BOTH, path, remote)


def _resolved(actions: Iterable[Action], terms: Terms) -> Iterator[Action]:
    """Yield the actions; of a one-way sync, conflicts as that side wins."""
    winner = {Direction.PUSH: Kind.UPLOAD, Direction.PULL: Kind.DOWNLOAD}
    for each in actions:
        if each.kind is Kind.KEEP_BOTH and terms.direction in winner:
            yield Action(winner[terms.direction], each.path, each.state)
        else:
            yield each


def _with_moves(actions: Iterable[Action], last: States) -> list[Action]:
    """Return the actions; what goes in one place and comes in another is one move."""
    listed = list(actions)
    pairs = (
        (Kind.DELETE_REMOTE, Kind.UPLOAD, Kind.MOVE_REMOTE),
        (Kind.DELETE_LOCAL, Kind.DOWNLOAD, Kind.MOVE_LOCAL),
    )
    for going, coming, move in pairs:
        gone: dict[str, list[Action]] = defaultdict(list)
        for each in listed:
            if each.kind is going:
                gone[last[each.path]].append(each)
        for each in [each for each in listed if each.kind is coming]:
            if last.get(each.path, ABSENT) == ABSENT and gone.get(each.state):
                source = gone[each.state].pop(0)
                listed.remove(source)
                listed[listed.index(each)] = Action(move, each.path, each.state, source.path)
    return listed


def _turn(action: Action) -> tuple[int, str]:
    order = {
        Kind.MOVE_REMOTE: 0, Kind.MOVE_LOCAL: 0, Kind.DELETE_REMOTE: 2, Kind.DELETE_LOCAL: 2,
    }  # fmt: skip
    return order.get(action.kind, 1), action.path
