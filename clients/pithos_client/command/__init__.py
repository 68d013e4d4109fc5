"""The ``pithos`` command."""

from pithos_client.command.program import main

__all__ = ["main"]
