"""Steps of Swift's clients in containers that keep versions, beside all others."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.machine import BOXES, NAMES, PAIRS, PICK, Steps
from tests.model.reference import OWN, Change, Place

DELETED = "application/x-deleted;swift_versions_deleted=1"


def swift(place: Place) -> Place:
    """The same place in Swift's dialect."""
    return place._replace(owner=f"AUTH_{place.owner}")


class VersionedSteps(Steps):
    """All steps, and those about versions."""

    @rule(pair=PAIRS, box=BOXES, enabled=st.booleans())
    def ask_for_versions(self, pair: tuple[int, int], box: str, enabled: bool) -> None:
        actor, place = self.at(pair, box)
        headers = {"X-Versions-Enabled": str(enabled)}
        self.agree(
            lambda: self.model.ask_for_versions(actor, place, enabled=enabled),
            lambda: self.ask(actor, "PUT", swift(place), b"", headers),
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, pick=PICK)
    def restore_version(self, pair: tuple[int, int], box: str, name: str, pick: int) -> None:
        actor, place = self.at(pair, box, name)
        serial = self.some_serial(place, pick)
        self.agree(
            lambda: self.model.copy(actor, place, place, Change(), serial=serial),
            lambda: self.ask(actor, "PUT", swift(place), query={"version-id": serial}),
        )

    @rule(pair=PAIRS, box=BOXES, name=NAMES, pick=PICK)
    def delete_version(self, pair: tuple[int, int], box: str, name: str, pick: int) -> None:
        actor, place = self.at(pair, box, name)
        serial = self.some_serial(place, pick)
        self.agree(
            lambda: self.model.delete_version(actor, place, serial),
            lambda: self.ask(actor, "DELETE", swift(place), query={"version-id": serial}),
        )

    @rule(pair=PAIRS, box=BOXES)
    def list_all_versions(self, pair: tuple[int, int], box: str) -> None:
        actor, place = self.see(pair, box)
        expected: list[tuple[str, bool, bool]] = []

        def step() -> int:
            expected.extend(self.model.admit(actor, place, OWN).every_version())
            return 200

        query = {"versions": "", "format": "json"}
        answer = self.agree(step, lambda: self.ask(actor, "GET", swift(place), query=query))
        if answer.status == 200:
            assert expected == [
                (each["name"], each["content_type"] == DELETED, each["is_latest"])
                for each in answer.json
            ]
