"""The grammars of single header fields."""
