from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import AccountsError
from accounts.tokens.service_tokens import create_service_token, revoke_service_tokens


class Command(BaseCommand):
    help = "Print a new token of a service, such as a mail exchange, alone on standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("service", help="its name, such as mx")
        parser.add_argument("--revoke", action="store_true", help="end all of its tokens instead")

    def handle(self, *, service: str, revoke: bool, **_: Any) -> None:
        if not revoke:
            self.stdout.write(create_service_token(service))
            return
        try:
            ended = revoke_service_tokens(service)
        except AccountsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{ended} tokens revoked")
