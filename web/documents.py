"""Text and XML that replies are made of."""

from collections.abc import Iterable

from lxml import etree


def text_lines(names: Iterable[str]) -> bytes:
    """Return names as text, each with a line of its own."""
    return "".join(f"{name}\n" for name in names).encode()


def document(root: etree._Element) -> bytes:
    """Return an XML document in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
