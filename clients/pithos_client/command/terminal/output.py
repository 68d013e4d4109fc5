"""What is printed, and how: for people, or one JSON object a line."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from pithos_client.command.terminal.names import shown
from pithos_client.downloads import Progress as Told


@dataclass
class Output:
    """How somebody wants to be told. quiet: results and errors alone."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    def result(self, text: str, **fields: Any) -> None:
        """Print what was asked for."""
        if self.json:
            _line(json.dumps(fields, ensure_ascii=False))
        else:
            _line(text if not sys.stdout.isatty() else _safe(text))

    def say(self, text: str, **fields: Any) -> None:
        """Print what was done."""
        if not self.quiet:
            self.result(text, **fields)

    def detail(self, text: str, **fields: Any) -> None:
        """Print what was done, to those who want to know more."""
        if self.verbose or self.json:
            self.say(text, **fields)

    @contextmanager
    def progress(self, total: int | None) -> Iterator[Told]:
        """Show a bar on a terminal. total: bytes; None: not known."""
        if self.quiet or self.json or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console  # takes a while, which nobody else shall wait for
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda count: bar.advance(task, count)


def complain(text: str) -> None:
    """Print an error or a warning in one line on standard error."""
    click.echo(f"pithos: {shown(text)}", err=True)


def folder(name: str) -> str:
    """Return a folder's name, in a colour on a terminal."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return click.style(shown(name), fg="blue", bold=True)
    return name


def size(count: float) -> str:
    """Return a number of bytes as people read it."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def _safe(text: str) -> str:
    """Let no name of a file give orders to the terminal; our own colours stay."""
    return "\n".join(
        "\x1b[".join(shown(part) for part in line.split("\x1b["))
        if line.endswith("\x1b[0m")
        else shown(line)
        for line in text.split("\n")
    )


def _line(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape") + b"\n")
    sys.stdout.buffer.flush()
