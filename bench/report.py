"""The tables: what was measured, and how two targets compare."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from bench.measure import Row

NOISY = 0.10  # share of the machine in other hands from which a figure is marked
_FIGURES = ("rate", "p50_ms", "p99_ms", "cpu_ms", "client_ms", "memory_mib", "others")


def merged(rows: Sequence[Row]) -> list[Row]:
    """One row for each target, workload and number of connections: the median of its rounds.

    Rounds that other programs disturbed count only where no quiet one exists.
    """
    groups: dict[tuple[str, int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.workload, row.connections, row.target), []).append(row)
    return [_median(group) for group in groups.values()]


def _median(rows: list[Row]) -> Row:
    errors = {error: number for row in rows for error, number in row.errors.items()}
    good = [row for row in rows if row.requests] or rows
    quiet = [row for row in good if row.others < NOISY] or [min(good, key=lambda row: row.others)]
    middle = {name: median(getattr(row, name) for row in quiet) for name in _FIGURES}
    return replace(quiet[0], **middle, requests=sum(row.requests for row in quiet), errors=errors)


def number(value: float) -> str:
    """Three significant digits, never in scientific notation."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def _marks(row: Row) -> str:
    noisy = " †" if row.others >= NOISY else ""
    return noisy + (f" {row.errors}" if row.errors else "")


def table(rows: Sequence[Row]) -> str:
    """Markdown: a line for each merged row."""
    lines = [
        "| workload | c | target | rate | p50 ms | p99 ms | CPU ms/request | client CPU | MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in merged(rows):
        figures = (row.p50_ms, row.p99_ms, row.cpu_ms, row.client_ms, row.memory_mib)
        cells = [row.workload, str(row.connections), row.target]
        cells += [f"{number(row.rate)} {row.unit}", *map(number, figures)]
        lines.append(f"| {' | '.join(cells)}{_marks(row)} |")
    return "\n".join(lines)


def ratios(rows: Sequence[Row], ours: str, theirs: str) -> str:
    """Markdown: how many times faster ``ours`` is, and how many times less processor it takes."""
    lines = [
        f"| workload | c | {ours} | {theirs} | × | CPU ms {ours} | {theirs} | × less |",
        "|---|---|---|---|---|---|---|---|",
    ]
    by_target = {(row.workload, row.connections, row.target): row for row in merged(rows)}
    for (workload, connections, target), mine in by_target.items():
        other = by_target.get((workload, connections, theirs))
        if target != ours or other is None:
            continue
        faster = _ratio(mine.rate, other.rate)
        cheaper = _ratio(other.cpu_ms, mine.cpu_ms)
        cells = [workload, str(connections), f"{number(mine.rate)} {mine.unit}"]
        cells += [number(other.rate), faster, number(mine.cpu_ms), number(other.cpu_ms), cheaper]
        lines.append(f"| {' | '.join(cells)}{_marks(mine) or _marks(other)} |")
    return "\n".join(lines)


def _ratio(dividend: float, divisor: float) -> str:
    return number(dividend / divisor) if dividend and divisor else "-"
