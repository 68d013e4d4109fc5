"""Responses: status line, headers and the first piece of the body in one system call."""
