"""Run the store: ``manage.py serve``."""

import sys
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.logins.sign_in_links import make_key
from accounts.logins.signing_key import share_signing_key
from accounts.users.users import find_user, first_user, provision_static_accounts
from pithos_api.services.locks import Job, in_turn
from pithos_api.services.operations import health, startup_checks
from server import origins
from settings import server

_WELCOME = """A first user was made:
  account  {account}
  token    {token}
{sign_in}
Try it:
  export URL={url} TOKEN={token}
  curl -X PUT -H "X-Auth-Token: $TOKEN" $URL/demo
  curl -T manage.py -H "X-Auth-Token: $TOKEN" $URL/demo/manage.py
  curl -H "X-Auth-Token: $TOKEN" $URL/demo/manage.py
"""
_BY_LINK = """Sign in to its pages here, once, within 15 minutes, in a browser on this machine:
  {origin}{path}"""
_BY_HAND = """Give it a password to sign in to its pages with:
  {python} manage.py set_password {account}"""


class Command(BaseCommand):
    """Bring the database up to date, make a first user if there is none, and serve."""

    help = "Run the store: database, migrations and HTTP server, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.PITHOS_HOST)
        parser.add_argument("--port", type=int, default=settings.PITHOS_PORT, help="0: a free one")
        parser.add_argument("--workers", type=int, default=settings.PITHOS_WORKERS)
        parser.add_argument(
            "--threads", type=int, default=settings.PITHOS_THREADS, help="per worker"
        )

    def handle(
        self, *, host: str, port: int, workers: int, threads: int, **_: str | int | bool | None
    ) -> None:
        try:
            listener = server.listen(host, port)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise CommandError(f"cannot listen on {host}:{port}: {why}") from error
        server.check_database()
        with in_turn(Job.START):  # other nodes may start at the same moment
            if health.lacks_migrations():  # to migrate for nothing takes far longer
                call_command("migrate", interactive=False, verbosity=0)
            share_signing_key()  # first: opening the block store takes it
            startup_checks.check_store()
            provision_static_accounts()
            self._welcome(host, listener.getsockname()[1])
        server.run(listener, workers, threads)

    def _welcome(self, host: str, port: int) -> None:
        """Tell the account and token of the user made on a first start."""
        first = first_user()
        if first is not None:
            account, token = first
            origin = origins.origin(host, port)
            told = {"account": account, "token": token, "url": f"{origin}/v1/{account}"}
            self.stdout.write(_WELCOME.format(**told, sign_in=_sign_in(host, origin, account)))


def _sign_in(host: str, origin: str, account: str) -> str:
    """Tell how to sign in: by a link, which is only good where nobody else can connect."""
    if settings.PITHOS_HTTPS or not origins.is_of_this_machine_alone(host):
        return _BY_HAND.format(python=sys.executable, account=account)
    query = urlencode({"account": account, "key": make_key(find_user(account))})
    return _BY_LINK.format(origin=origin, path=f"{reverse('first-sign-in')}?{query}")
