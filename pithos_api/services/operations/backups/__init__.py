"""Copies of the whole store in a directory (docs/adr/0021-backups-by-copy.md).

<directory>/blocks/           all blocks, as a local block store has them
<directory>/<UTC time>/       one state of the database, complete or not there at all
    manifest.json             what belongs to it, with digests
    manifest.sha256           the manifest's own digest
    blocks.gz                 digest and length of every block that the state names, by digest
    <table>.gz                the table's rows, in Postgres' COPY text form
"""
