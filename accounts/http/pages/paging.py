"""Long lists, a page at a time."""

from typing import Final, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

ROWS: Final = 50


def page_of(request: HttpRequest, rows: "QuerySet[M]", name: str) -> "Page[M]":
    """Return the page of a list that the query asks for; name: of its parameter.

    What is no number is the first page, and what is behind the end the last.
    """
    return Paginator(rows, ROWS).get_page(request.GET.get(name))
