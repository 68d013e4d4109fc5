"""A pass: all stages in turn, a step at a time, from wherever an earlier process has come to."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models.functions import Now

from pithos_api.models import Collection
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.upkeep.collector.history import old_versions
from pithos_api.services.upkeep.collector.leaving import (
    broken_uploads,
    retired_files,
    unnamed_files,
)
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms, Stage
from pithos_api.services.upkeep.collector.unused import blocks, claims, limited_claims, pieces

_WAIT_SECONDS: Final = 0.2

# History and what it named in pieces are last: what a policy lets go of is for the next pass, so
# that what a dry run predicts is what is freed.
STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "claims": claims,
        "limited": limited_claims,
        "blocks": blocks,
        "files": unnamed_files,
        "retired": retired_files,
        "uploads": broken_uploads,
        "history": old_versions,
        "pieces": pieces,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pass has come. stage: a key of ``STAGES``, "" at the end; after: see ``Step``."""

    stage: str = next(iter(STAGES))
    after: bytes = b""

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to do."""
        return not self.stage


def advance(place: Place, terms: CollectionTerms) -> tuple[Place, CollectionCounts]:
    """Do the step that comes next; return the place behind it and what it removed.

    Killed at any point, it can be done again from the same place.

    Raises: BlockStoreUnavailableError, django.db.Error.
    """
    step = next(STAGES[place.stage](terms, place.after), None)
    if step is not None:
        return Place(place.stage, step.after), step.counts
    names = [*STAGES, ""]
    return Place(names[names.index(place.stage) + 1]), CollectionCounts()


def find_place(by: str) -> Place:
    """Return how far the pass of ``by`` has come; one that never began has ended."""
    row = Collection.objects.filter(by=by).first()
    return Place(row.stage, bytes(row.after)) if row else Place("")


def keep_place(by: str, place: Place) -> None:
    """Note how far the pass of ``by`` has come, for another process to go on there."""
    Collection.objects.update_or_create(
        by=by, defaults={"stage": place.stage, "after": place.after, "moved": Now()}
    )


def run_pass(
    terms: CollectionTerms, by: str, *, resume: bool = False
) -> Iterator[tuple[Place, CollectionCounts]]:
    """Yield after each step of a whole pass where it is and what the step did.

    by: under which name its place is kept, if anything is changed. resume: go on there.
    The lock is given back between steps: a backup that waits for it shall not wait for a pass.

    Raises: as ``advance``.
    """
    place = find_place(by) if resume else Place()
    place = Place() if place.ended else place
    while not place.ended:
        with sole_worker(Job.COLLECT_GARBAGE) as ours:
            if ours:
                place, counts = advance(place, terms)
                if terms.apply:
                    keep_place(by, place)
        if ours:
            yield place, counts
        else:
            time.sleep(_WAIT_SECONDS)
