"""The tables of docs/management.md: what is declared of each resource.

``python -m tests.management_api.tables`` writes them; tests/docs compares.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from management_api.engine.fields import Calc, Field, Rel, Scalar, anybody
from management_api.engine.resource import Resource

PAGE = Path(__file__).resolve().parents[2] / "docs/management.md"
BEGIN = "<!-- resources: made by python -m tests.management_api.tables -->\n"
END = "<!-- end of resources -->\n"


def kind(field: Field) -> str:
    """What the field's values are."""
    if isinstance(field, Rel):
        return f"{'ids' if field.multi else 'id'} of `{field.stores}`"
    assert isinstance(field, Scalar | Calc)
    return field.kind.name.removeprefix("a ").removeprefix("an ").partition(" such as")[0]


def written(field: Field) -> str:
    """Who writes the field, and when."""
    if field.readonly or (isinstance(field, Calc) and field.setter is None):
        return ""
    who = "" if field.writable is anybody else " by operators"
    must = "must be made with" if getattr(field, "required", False) else "can be written"
    return f"{must}{', once' if field.at_creation else ''}{who}"


def section(resource: Resource) -> Iterator[str]:
    """The lines of one resource."""
    yield f"### `{resource.name}`\n"
    yield f"{resource.help}\n"
    items = ", ".join(resource.allowed())
    yield f"`/api/{resource.name}`: {', '.join(resource.allowed(collection=True))}."
    yield f"`/api/{resource.name}/ID`: {items}.\n"
    yield "| field | is | writing | |"
    yield "|---|---|---|---|"
    for field in (resource.id_field, *resource.fields):
        if not field.hidden:
            yield f"| `{field.name}` | {kind(field)} | {written(field)} | {field.help} |"
    yield ""


def tables() -> str:
    """All of it."""
    from management_api.resources.catalogue import CATALOGUE

    lines = [line for each in CATALOGUE.resources.values() for line in section(each)]
    return "\n".join(lines) + "\n"


def replaced(page: str) -> str:
    """The page with tables as they must be."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{tables()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(re.sub(r"[ ]+$", "", replaced(PAGE.read_text()), flags=re.MULTILINE))
