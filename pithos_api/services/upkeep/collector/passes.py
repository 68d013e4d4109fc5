"""A pass: all stages in turn, a step at a time, from wherever an earlier process has come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models.functions import Now

from pithos_api.models import Collection
from pithos_api.services.upkeep.collector.history import old_versions
from pithos_api.services.upkeep.collector.leaving import (
    broken_uploads,
    retired_files,
    unnamed_files,
)
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms, Stage
from pithos_api.services.upkeep.collector.unused import blocks, claims, limited_claims, pieces

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
