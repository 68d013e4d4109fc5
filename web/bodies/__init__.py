"""Request bodies, as they arrive."""
