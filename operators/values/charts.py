"""Charts by day: figures become lines and bars of an SVG, with nothing left to draw but these."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import ceil, floor, log, log10
from typing import ClassVar, Final, Literal

Unit = Literal["bytes", "count", "seconds"]
Value = int | float | None
"""A figure of a day; None: nobody knows it."""

WIDTH: Final = 600
HEIGHT: Final = 160


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in units of its drawing."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: Value


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one for each day of the chart."""

    name: str
    values: tuple[Value, ...]

    @property
    def latest(self) -> Value:
        """The last figure that is known."""
        return next((each for each in reversed(self.values) if each is not None), None)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the table behind it. A single series may be drawn as bars.

    unit: of all figures. days: in order, without gaps.
    """

    name: str
    title: str
    unit: Unit
    days: tuple[date, ...]
    series: tuple[Series, ...]
    bars: bool = False

    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT

    def as_bars(self) -> "Chart":
        """Return the chart with bars instead of lines."""
        return replace(self, bars=True)

    @property
    def top(self) -> float:
        """What the upper edge stands for: a round figure that no value exceeds."""
        largest = max((v for each in self.series for v in each.values if v is not None), default=0)
        return round_up(largest, self.unit)

    @property
    def middle(self) -> float:
        """What the line in the middle stands for."""
        return self.top / 2

    @property
    def is_empty(self) -> bool:
        """Whether no figure is known."""
        return all(each.latest is None for each in self.series)

    def paths(self) -> list[tuple[Series, str]]:
        """Return each series with the path of its line, a step for each day."""
        return [(each, " ".join(self._steps(each.values))) for each in self.series]

    def drawn_bars(self) -> list[Bar]:
        """Return the bars of the first series."""
        step, values = self._step, self.series[0].values
        return [
            Bar(
                round(at * step + step * 0.1, 2),
                self._y(value),
                round(step * 0.8, 2),
                round(HEIGHT - self._y(value), 2),
                day,
                value,
            )
            for at, (day, value) in enumerate(zip(self.days, values, strict=True))
            if value
        ]

    def rows(self) -> list[tuple[date, list[tuple[Series, Value]]]]:
        """Return the table: the newest day first, with a figure for each series."""
        columns = zip(*(each.values for each in self.series), strict=True)
        known = [
            (day, list(zip(self.series, row, strict=True)))
            for day, row in zip(self.days, columns, strict=True)
            if any(each is not None for each in row)
        ]
        return known[::-1]

    @property
    def _step(self) -> float:
        return WIDTH / max(len(self.days), 1)

    def _y(self, value: float) -> float:
        return round(HEIGHT - HEIGHT * value / self.top, 2)

    def _steps(self, values: Sequence[Value]) -> Iterator[str]:
        for at, (before, value) in enumerate(pairwise([None, *values])):
            if value is None:
                continue
            start, stop = round(at * self._step, 2), round((at + 1) * self._step, 2)
            yield f"M{start} {self._y(value)}" if before is None else f"V{self._y(value)}"
            yield f"H{stop}"


def chart(
    name: str, title: str, unit: Unit, figures: Mapping[date, Sequence[Value]], *names: str
) -> Chart:
    """Return a chart of lines. figures: by day in order, each with a value for each of names."""
    columns = zip(*figures.values(), strict=True) if figures else [()] * len(names)
    series = tuple(Series(*each) for each in zip(names, map(tuple, columns), strict=True))
    return Chart(name, title, unit, tuple(figures), series)


def round_up(value: float, unit: Unit = "count") -> float:
    """Return a round number, 1, 2 or 5 with noughts, that is as large; of bytes in their units."""
    if value <= 0:
        return 1
    scale = 1024 ** floor(log(value, 1024)) if unit == "bytes" and value >= 1024 else 1
    share = value / scale
    power = 10 ** floor(log10(share))
    step = next(each for each in (1, 2, 5, 10) if each * power >= share * (1 - 1e-9))
    rounded = float(step * power * scale)
    return rounded if unit == "seconds" else max(2, ceil(rounded))
