"""The terms of blobs as frozen values."""
