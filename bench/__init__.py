"""Measures the store: ``python -m bench --help``, and docs/performance.md for the method."""
