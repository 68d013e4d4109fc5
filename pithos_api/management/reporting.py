"""How commands tell what they have found."""

import orjson
from django.core.management.base import BaseCommand, CommandParser

from web.json_values import JSONObject
from web.numbers import exact_size


class ReportingCommand(BaseCommand):
    """A command whose result is words for people, or with --json an object for programs."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object as the result")

    def tell(self, result: JSONObject, words: str, *, json: bool) -> None:
        """Print the result in one of the two forms."""
        if json:
            self.tell_json(result)
        else:
            self.stdout.write(words)

    def tell_json(self, result: JSONObject) -> None:
        """Print the object for programs."""
        self.stdout.write(orjson.dumps(result).decode())


def shown_quota(quota: int) -> str:
    """Return a quota as it is typed; 0 is "unlimited"."""
    return exact_size(quota) if quota else "unlimited"
