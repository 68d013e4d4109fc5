"""How commands tell what they have found."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser


class ReportingCommand(BaseCommand):
    """A command whose result is words for people, or with --json an object for programs."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object as the result")

    def tell(self, result: Mapping[str, Any], words: str, *, json: bool) -> None:
        """Print the result in one of the two forms."""
        if json:
            self.tell_json(result)
        else:
            self.stdout.write(words)

    def tell_json(self, result: Mapping[str, Any]) -> None:
        """Print the object for programs."""
        self.stdout.write(orjson.dumps(result).decode())
