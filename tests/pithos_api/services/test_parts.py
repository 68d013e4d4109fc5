"""The parts of a manifest, looked up as they are read."""

import pytest

from pithos_api.errors import PartGoneError
from pithos_api.services.parts import Parts

GONE = 2**62


@pytest.mark.django_db
def test_where_a_part_is_gone_reading_ends() -> None:
    parts = Parts([GONE, GONE], [0, 7])
    assert (parts.size, list(parts.read(0, 0)), list(parts.read(7, 7))) == (7, [], [])
    with pytest.raises(PartGoneError):
        next(parts.read(6, 7))
