"""Steps that ask what was changed, and when how much, beside all others."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.machine import BOXES, PAIRS, PICK
from tests.model.reference import OWN, State
from tests.model.symlinks import LinkedSteps


class TimedSteps(LinkedSteps):
    """All steps, and questions about what was changed."""

    @rule(pair=PAIRS, box=BOXES, prefix=st.sampled_from(["", "", "a", "a/", "b"]))
    def moments(self, pair: tuple[int, int], box: str, prefix: str) -> None:
        actor, place = self.see(pair, box)
        expected: list[int] = []

        def step() -> int:
            container = self.model.admit(actor, place, OWN)
            of_names = [each for name, each in container.names.items() if name.startswith(prefix)]
            states = [each for one in of_names for each in one if not each.purged]
            gone = sum(each.data is None for each in states)
            expected.extend((len(states), gone, sum(len(each.data or b"") for each in states)))
            return 200

        query = {"moments": "", "prefix": prefix}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, query=query))
        if answer.status == 200:
            buckets = answer.json["buckets"]
            told = [sum(each[key] for each in buckets) for key in ("changes", "removed", "bytes")]
            assert told == expected

    @rule(pair=PAIRS, box=BOXES, pick=PICK)
    def changes(self, pair: tuple[int, int], box: str, pick: int) -> None:
        """What is told leads from the names of then to those of now; what is not told is equal."""
        actor, place = self.see(pair, box)
        tick, moment = self.mark(pick)
        then: dict[str, State] = {}
        now: dict[str, State] = {}

        def step() -> int:
            container = self.model.admit(actor, place, OWN)
            then.update(container.alive_at(tick))
            now.update(container.alive())
            return 200

        query = {"changes": "", "since": f"{moment:.6f}", "format": "json"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", place, query=query))
        if answer.status == 200:
            compare_changes(answer.json, then, now)


def compare_changes(told: list[Any], then: dict[str, State], now: dict[str, State]) -> None:
    names = [each["name"] for each in told]
    assert names == sorted(names)
    gone = {each["name"] for each in told if each["change"] == "removed"}
    left = {each["from"] for each in told if each["change"] == "moved"}
    assert (then.keys() - gone - left) | (set(names) - gone) == now.keys()
    for each in told:
        state = now.get(each["name"])
        assert each["bytes"] == (None if state is None else len(state.data or b""))
    for name in now.keys() - set(names):
        old, new = then[name], now[name]
        assert (old.data, old.kind, old.meta) == (new.data, new.kind, new.meta)
