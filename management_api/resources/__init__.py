"""The resources of the store, declared over its services."""
