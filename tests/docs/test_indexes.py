"""The indexes of pages, decisions and commands have everything that there is."""

import re

from django.core.management import get_commands

from tests.docs.pages import ROOT

OURS = {"accounts", "audit", "images", "operators", "pithos_api"}


def text(page: str) -> str:
    return (ROOT / page).read_text()


def test_the_readme_leads_to_every_page():
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert pages - set(re.findall(r"\]\(([^)]+)\)", text("README.md"))) == set()


def test_each_decision_has_a_number_of_its_own_and_is_listed():
    pages = sorted(page.name for page in (ROOT / "docs/adr").glob("0*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\((.+?)\) \|", text("docs/adr/README.md"), re.MULTILINE)
    assert [page for _, page in listed] == pages
    assert [number for number, _ in listed] == [page[:4] for page in pages]
    assert len({page[:4] for page in pages}) == len(pages)


def test_every_command_is_in_the_operator_s_list():
    listed = text("docs/operating.md").partition("\n## Commands\n")[2].partition("\n## ")[0]
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert {f"`{name}`" for name in ours} - set(re.findall(r"`[a-z_]+`", listed)) == set()
