"""Symlinks: the model's rules of them, and steps of Swift's clients that make and follow them."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.comparison import ANY
from tests.model.machine import BOXES, NAMES, NEW_NAMES, PAIRS
from tests.model.reference import LOOK, WRITE, Model, Place, RefusedError, State
from tests.model.versions import VersionedSteps, swift

MOST = 2


def put_symlink(model: Model, actor: str, at: Place, target: Place) -> int:
    if at == target:
        raise RefusedError(403 if model.right(actor, at) < WRITE else 400)
    return model.publish(actor, at, State(model.tick, actor, b"", "text/link", target=target))


def follow(model: Model, actor: str, at: Place) -> tuple[Place, State]:
    """What is read at a place, and where that is."""
    state = model.existing(actor, at, LOOK)
    for _ in range(MOST):
        if state.target is None:
            break
        at = state.target
        state = model.existing(actor, at, LOOK)
    if state.target is not None:
        raise RefusedError(409)
    return at, state


def copy_target(model: Model, actor: str, source: Place, into: Place) -> int:
    model.admit_both(actor, source, into, LOOK)
    here = model.admit(actor, into, WRITE).current(into.name)
    place, old = follow(model, actor, source)
    uuid = here.uuid if place == into and here else None
    model.claim(actor, old.data or b"")
    new = replace(old, author=actor, uuid=uuid)
    return model.publish(actor, into, new, keep_uuid=False)


class LinkedSteps(VersionedSteps):
    """All steps, and those about symlinks."""

    @rule(
        pair=PAIRS,
        to=st.sampled_from([0, 0, 0, 1]),
        box=BOXES,
        name=st.one_of(NEW_NAMES, st.just(ANY)),
        goal=st.tuples(BOXES, NAMES),
    )
    def put_symlink(
        self, *, pair: tuple[int, int], to: int, box: str, name: str, goal: tuple[str, str]
    ) -> None:
        actor, place = self.at(pair, box, name)
        _, target = self.see((0, to), *goal)
        headers = {
            "Content-Type": "text/link",
            "X-Symlink-Target": quote(f"{target.container}/{target.name}"),
            "X-Symlink-Target-Account": f"AUTH_{target.owner}",
        }
        self.agree(
            lambda: put_symlink(self.model, actor, place, target),
            lambda: self.ask(actor, "PUT", swift(place), b"", headers),
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, verb=st.sampled_from(["GET", "HEAD"]))
    def follow_symlink(self, pair: tuple[int, int], box: str, name: str, verb: str) -> None:
        actor, place = self.see(pair, box, name)
        found: list[Any] = []

        def step() -> int:
            found.extend(follow(self.model, actor, place))
            return 200

        answer = self.agree(step, lambda: self.ask(actor, verb, swift(place)))
        if answer.status == 200:
            at, state = found
            assert answer.headers["Content-Length"] == str(len(state.data))
            assert verb == "HEAD" or answer.body == state.data
            there = quote(f"/v1/{swift(at).owner}/{at.container}/{at.name}")
            assert answer.headers.get("Content-Location") == (None if at == place else there)

    @rule(pair=PAIRS, box=BOXES, name=NAMES, to=st.integers(0, 1), goal=st.tuples(BOXES, NEW_NAMES))
    def copy_target(
        self, *, pair: tuple[int, int], box: str, name: str, to: int, goal: tuple[str, str]
    ) -> None:
        actor, source = self.at(pair, box, name)
        _, into = self.at((0, to), *goal)
        headers = {
            "Destination": quote(f"{into.container}/{into.name}"),
            "Destination-Account": f"AUTH_{into.owner}",
        }
        self.agree(
            lambda: copy_target(self.model, actor, source, into),
            lambda: self.ask(actor, "COPY", swift(source), b"", headers),
        )
