"""Jobs on the whole store: which there are, and how a run of one goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from web.json_values import JSONValue


class JobKind(StrEnum):
    """What can be run."""

    GARBAGE = "garbage"
    SCRUB = "scrub"
    FSCK = "fsck"
    CHECKSUMS = "checksums"
    MIGRATION = "migration"


class RunState(StrEnum):
    """How a run is. STOPPED: somebody asked for it. INTERRUPTED: its process is gone."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


UNDER_WAY: Final = (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How to run a job; each kind looks at those that it has.

    dry: change nothing, only tell what would be. grace_seconds: of garbage. rate: bytes a second
    that are read, 0 is no limit. strict: read all content. restart: do not go on where the last
    run was.
    """

    dry: bool = True
    grace_seconds: int = 0
    rate: int = 0
    strict: bool = False
    restart: bool = False


@dataclass(slots=True)
class JobOutcome:
    """What a run has come to so far: figures by name, and lines about what is wrong."""

    figures: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    MOST_LINES = 200

    def add(self, name: str, count: int = 1) -> None:
        """Add to a figure."""
        self.figures[name] = self.figures.get(name, 0) + count

    def tell(self, line: str) -> None:
        """Add a line, unless there are very many."""
        if len(self.lines) < self.MOST_LINES:
            self.lines.append(line)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as operators see it. share: of all, 0 to 1, None if nobody knows how much there is."""

    number: int
    kind: JobKind
    options: Mapping[str, JSONValue]
    by: str
    state: RunState
    asked: datetime
    started: datetime | None
    ended: datetime | None
    seen: datetime
    stop_asked: bool
    label: str
    done: int
    total: int
    figures: Mapping[str, int]
    lines: tuple[str, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in UNDER_WAY

    @property
    def is_dry(self) -> bool:
        """Whether it changes nothing."""
        return bool(self.options.get("dry"))

    @property
    def share(self) -> float | None:
        """How much of it is done."""
        return min(self.done / self.total, 1.0) if self.total else None
