"""The processor time of process trees, from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parents() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    return children


def tree(roots: Iterable[int]) -> set[int]:
    """The processes ``roots`` and all their living descendants."""
    children = _parents()
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def seconds(roots: Iterable[int]) -> float:
    """User and system seconds of the trees, with those of children that ended and were reaped."""
    ticks = 0
    for pid in tree(roots):
        ticks += sum(map(int, _stat(pid)[11:15]))
    return ticks / _TICK


def busy() -> float:
    """Seconds that all processors together have worked since the machine started."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICK


def memory(roots: Iterable[int]) -> float:
    """Proportional resident memory of the trees in MiB: shared pages are divided by their users."""
    kib = 0
    for pid in tree(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024
