import pytest

from tests.swift.client import SwiftClient
from tests.swift.symlinks.making import link


@pytest.fixture
def linked(box: SwiftClient) -> SwiftClient:
    """A user with ``c/o``, and ``c/l``, a symlink to it."""
    box.put("c/o", b"bytes of o", {"Content-Type": "text/x-o", "X-Object-Meta-A": "of o"})
    assert link(box, "c/l", "c/o").status == 201
    return box
