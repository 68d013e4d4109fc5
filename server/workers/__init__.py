"""The processes and their threads: who works on which connection, and when."""
