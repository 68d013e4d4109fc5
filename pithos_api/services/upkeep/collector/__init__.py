"""Garbage collection: what nobody needs any more is found and removed, a batch at a time."""
