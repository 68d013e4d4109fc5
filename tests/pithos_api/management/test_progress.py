"""The line that shows how far a command has come."""

import sys
from io import StringIO

import pytest

from pithos_api.management import progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, stream: StringIO, total: int) -> list[str]:
    """The lines that four items draw one over the other."""
    with monkeypatch.context() as patch:
        patch.setattr(progress, "_REDRAW_SECONDS", 0)
        patch.setattr(sys, "stderr", stream)
        assert list(progress.track("abcd", total, "reading")) == list("abcd")
    return stream.getvalue().split("\r\x1b[K")


def test_a_terminal_shows_the_share_and_is_clean_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = drawn(monkeypatch, Terminal(), 4)
    assert lines[2].startswith("reading 50% 2/4 ")
    assert lines[-1] == ""


def test_without_a_total_only_the_count_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, Terminal(), 0)[3].startswith("reading 3 ")


def test_nothing_is_drawn_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, StringIO(), 4) == [""]
