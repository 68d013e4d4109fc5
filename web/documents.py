"""Text and XML that replies are made of."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from lxml import etree


def json_list(entries: Iterable[bytes]) -> bytes:
    """Return a JSON list of entries; each given is one, or several with commas between them.

    It is written as they come, so that of a long one not both the whole and all pieces are there.
    """
    out = BytesIO()
    out.write(b"[")
    for number, entry in enumerate(entries):
        if number:
            out.write(b",")
        out.write(entry)
    out.write(b"]")
    return out.getvalue()


def text_lines(names: Iterable[str]) -> bytes:
    """Return names as text, each with a line of its own."""
    return "".join(f"{name}\n" for name in names).encode()


def document(root: etree._Element) -> bytes:
    """Return an XML document in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def listing_document(
    root: tuple[str, str], entries: Iterable[etree._Element], lead: str = ""
) -> bytes:
    """Return a listing in XML, written as its entries are made.

    root: its tag, and what its attribute ``name`` says. lead: text before the first entry.
    """
    tag, name = root
    out = BytesIO()
    with etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(tag, name=name):
            if lead:
                file.write(lead)
            for entry in entries:
                file.write(entry)
    return out.getvalue()


def element(tag: str, fields: Mapping[str, Any]) -> etree._Element:
    """Return an element with a child for each field that is not None.

    A mapping's child has pairs of ``key`` and ``value``.
    """
    root = etree.Element(tag)
    for name, value in fields.items():
        if value is None:
            continue
        child = etree.SubElement(root, name)
        if isinstance(value, dict):
            _fill(child, value)
        else:
            child.text = iso_time(value) if isinstance(value, datetime) else str(value)
    return root


def iso_time(moment: datetime) -> str:
    """Return ISO 8601 UTC with six decimals, also where they are zeros."""
    return moment.isoformat(timespec="microseconds")


def _fill(child: etree._Element, pairs: Mapping[str, str]) -> None:
    for inner, text in pairs.items():
        etree.SubElement(child, "key").text = inner
        etree.SubElement(child, "value").text = text
