"""What jobs are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operators.templatetags.figures import size
from operators.values.jobs import JobKind, RunState
from web.json_values import JSONValue

Words = Mapping[str, "str | Promise"]

TITLES: Final[Words] = MappingProxyType(
    {
        JobKind.GARBAGE: _("Garbage collection"),
        JobKind.SCRUB: _("Scrub"),
        JobKind.FSCK: _("Consistency check"),
        JobKind.CHECKSUMS: _("Late MD5s"),
        JobKind.MIGRATION: _("Moving blocks"),
    }
)

ABOUT: Final[Words] = MappingProxyType(
    {
        JobKind.GARBAGE: _(
            "Frees what nobody needs any more: blocks, claims, leftovers of uploads, and history"
            " beyond what containers keep. The server does it by itself, too, at its leisure."
        ),
        JobKind.SCRUB: _(
            "Reads every block and sets damaged ones aside; whoever sends one again heals it. It"
            " goes on where the last one was interrupted. Only telling begins with the first block"
            " and sets nothing aside."
        ),
        JobKind.FSCK: _(
            "Checks that rows, blocks and counters agree. A repair loses nothing that is named:"
            " it corrects counters, removes leftovers and sets damaged blocks aside."
        ),
        JobKind.CHECKSUMS: _(
            "Makes the MD5s that large objects wait for. The server does it by itself, too."
        ),
        JobKind.MIGRATION: _(
            "Copies what the block store lacks from the one that it falls back on"
            " (PITHOS_BLOCK_STORE_FALLBACK). Nothing is removed there."
        ),
    }
)

STATES: Final[Words] = MappingProxyType(
    {
        RunState.WAITING: _("about to start"),
        RunState.RUNNING: _("under way"),
        RunState.DONE: _("done"),
        RunState.FAILED: _("failed"),
        RunState.STOPPED: _("stopped"),
        RunState.INTERRUPTED: _("interrupted"),
    }
)

DOING: Final[Words] = MappingProxyType(
    {
        "collecting": _("collecting"),
        "reading": _("reading"),
        "comparing": _("comparing"),
        "copying": _("copying"),
    }
)

FIGURES: Final[Words] = MappingProxyType(
    {
        "freed_bytes": _("Bytes freed"),
        "blocks": _("Blocks"),
        "visited": _("Looked at"),
        "claims": _("Expired claims"),
        "waiting": _("Blocks that wait for their time to end"),
        "waiting_bytes": _("Bytes of these"),
        "leftovers": _("Files of broken uploads"),
        "versions": _("Old versions"),
        "version_bytes": _("Bytes of old versions"),
        "bytes": _("Bytes"),
        "sound": _("Sound"),
        "healed": _("Healed"),
        "damaged": _("Damaged"),
        "missing": _("Missing"),
        "unreadable": _("Unreadable"),
        "checks": _("Checks"),
        "problems": _("Problems left"),
        "repaired": _("Repaired"),
        "made": _("Made"),
        "broken": _("With blocks missing or damaged"),
        "late": _("Versions that wait"),
        "late_bytes": _("Bytes that wait"),
        "copied": _("Copied"),
        "present": _("There already"),
        "lacking": _("Lacking"),
    }
)

SIZES: Final = frozenset({"bytes", "freed_bytes", "waiting_bytes", "version_bytes", "late_bytes"})
ONLY_IF_ANY: Final = frozenset({"healed", "unreadable", "waiting", "waiting_bytes", "repaired"})

LINES: Final[Words] = MappingProxyType(
    {
        "JobTakenError": _("A server or a command does this just now."),
        "NothingToMoveError": _("No store is configured to move blocks from."),
    }
)


_FOUND: Final[Words] = MappingProxyType(
    {"damaged": _("damaged"), "missing": _("missing"), "unreadable": _("unreadable")}
)


def told(line: str) -> tuple[str | Promise, bool]:
    """Return a line about what is wrong in the reader's language, and whether it is English."""
    if line in LINES:
        return LINES[line], False
    word, _blank, digest = line.partition(" ")
    if word in _FOUND and " " not in digest:
        return f"{_FOUND[word]} {digest}", False
    return line, True


def chosen(options: Mapping[str, JSONValue], kind: JobKind) -> list[str]:
    """Return how a run was asked for."""
    told = [gettext("only told, nothing changed")] if options.get("dry") else []
    if kind == JobKind.GARBAGE and options.get("grace_seconds") == 0:
        told.append(gettext("unused for any time at all"))
    if options.get("strict"):
        told.append(gettext("all content read"))
    if options.get("restart"):
        told.append(gettext("from the first block"))
    rate = options.get("rate")
    if isinstance(rate, int) and rate:
        told.append(gettext("%(size)s a second") % {"size": size(rate)})
    return told
