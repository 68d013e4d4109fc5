"""Watching the store: whence a request comes, what is counted of it, what is logged,
and which service outside fails and is left alone.

Plain Python below all other rooms, so that each of them may count, log and ask whose request
it is. What Postgres knows is asked in ``pithos_api/services/``.
"""
