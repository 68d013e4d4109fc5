"""Blocks as files of one directory tree."""
