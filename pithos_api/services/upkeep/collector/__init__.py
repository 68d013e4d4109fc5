"""Garbage collection: it finds and removes what nobody needs, a batch at a time."""
