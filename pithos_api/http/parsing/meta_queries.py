"""The grammar of the ``meta`` parameter (contract §3.7), parsed by hand in one pass."""

from pithos_api.values import MetaQuery
from web.headers import canonical_key

# Longer ones first: ``<`` begins ``<=``.
_OPERATORS = ("!=", "<=", ">=", "=", "<", ">")


def parse_meta_query(text: str) -> MetaQuery:
    """Return what a comma list of ``key``, ``!key`` and ``key op value`` asks for.

    A term that is none of these is ignored.
    """
    any_of: list[str] = []
    none_of: list[str] = []
    comparisons: list[tuple[str, str, str]] = []
    for term in map(str.strip, text.split(",")):
        key, operator, value = _split(term)
        if operator and _is_word(key) and _is_word(value):
            comparisons.append((canonical_key(key), operator, value))
        elif not operator and term.startswith("!") and _is_word(term[1:].strip()):
            none_of.append(canonical_key(term[1:].strip()))
        elif not operator and term != "!" and _is_word(term):
            any_of.append(canonical_key(term))
    return MetaQuery(tuple(any_of), tuple(none_of), tuple(comparisons))


def _split(term: str) -> tuple[str, str, str]:
    """Return key, operator and value, split at the first operator; operator "" for none."""
    for at in range(len(term)):
        for operator in _OPERATORS:
            if term.startswith(operator, at):
                return term[:at].strip(), operator, term[at + len(operator) :].strip()
    return term, "", ""


def _is_word(text: str) -> bool:
    """Return whether ``text`` is something without blanks inside."""
    return bool(text) and not any(char.isspace() or char == "\0" for char in text)
