"""deploy/fail2ban/pithos.conf finds who guesses passwords in the log, and nobody else."""

import logging
import subprocess
from pathlib import Path

import pytest

from observability import request_context
from observability.logs import JSONFormatter, TextFormatter
from tests.tools import find

ROOT = Path(__file__).resolve().parents[2]
FILTER = ROOT / "deploy/fail2ban/pithos.conf"
FAILED = "sign-in failed from %s for %s"
FORGED = f"\n{FAILED % ('192.0.2.66', 'x')}\n    WARNING accounts.logins.logins [tx] {FAILED}"


def written(formatter, logger, message, *arguments):
    """A line as a server writes it amid a request."""
    record = logging.LogRecord(logger, logging.WARNING, __file__, 1, message, arguments, None)
    request_context.enter({"server.request_id": "tx1-2"})
    try:
        return formatter.format(record)
    finally:
        request_context.leave()


@pytest.mark.tools("fail2ban-regex", package="fail2ban")
@pytest.mark.parametrize("formatter", [TextFormatter(), JSONFormatter()], ids=["text", "json"])
@pytest.mark.parametrize("where", ["", "host pithos[17]: "], ids=["file", "journal"])
def test_fail2ban_finds_the_addresses_and_is_not_deceived(tmp_path, formatter, where):
    guesser, other = "accounts.logins.logins", "accounts.http.astakos"
    lines = [
        written(formatter, guesser, FAILED, each, "bob") for each in ("192.0.2.7", "2001:db8::7")
    ]
    lines += [written(formatter, "accounts.logins.other_passwords", FAILED, "192.0.2.8", "a link")]
    lines += [written(formatter, other, FORGED, "192.0.2.66", "x")]
    lines += [written(formatter, guesser, FAILED, "this machine", FAILED % ("192.0.2.66", "x"))]
    log = tmp_path / "log"
    log.write_text("".join(f"{where}{line}\n" for line in lines))
    found = subprocess.run(
        [str(find("fail2ban-regex")), "-o", "ip", str(log), str(FILTER)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.split() == ["192.0.2.7", "2001:db8::7", "192.0.2.8"]
