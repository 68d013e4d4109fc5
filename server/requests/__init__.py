"""Request heads: their grammar, their limits, and whether enough of a request has come."""
