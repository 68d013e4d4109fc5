"""docs/management.md tells every resource, method and field."""

import re

from management_api.resources.catalogue import CATALOGUE
from tests.management_api.tables import PAGE, replaced


def test_the_tables_are_those_of_the_resources() -> None:
    wanted = re.sub(r"[ ]+$", "", replaced(PAGE.read_text()), flags=re.MULTILINE)
    assert PAGE.read_text() == wanted, "python -m tests.management_api.tables writes them"


def test_every_resource_has_a_section() -> None:
    told = re.findall(r"^### `(\w+)`$", PAGE.read_text(), re.MULTILINE)
    assert told == list(CATALOGUE.resources)
