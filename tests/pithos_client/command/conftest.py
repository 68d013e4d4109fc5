from pathlib import Path

import pytest

from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user
from tests.pithos_client.command.shell import Shell

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture
def shell(box: Client, quick_path: Path) -> Shell:
    """A shell of a user with the empty container ``c``, who is logged in."""
    found = Shell(quick_path, box.address, box.account, box.token)
    found.log_in()
    return found
