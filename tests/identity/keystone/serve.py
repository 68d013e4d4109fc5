"""Set Keystone up and serve it on a free port of loopback. Its own interpreter runs this.

The arguments are commands of ``keystone-manage``, each in one word. They and the server are forks
of one process, for importing Keystone takes longer than all of their work.
"""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from keystone.cmd.manage import main as manage
from keystone.server.wsgi import initialize_public_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        """Say nothing."""


# Keystone reads the arguments itself.
program, *commands = sys.argv
for words in commands:
    child = os.fork()
    if not child:
        sys.argv[1:] = ["--config-file", os.environ["OS_KEYSTONE_CONFIG_FILES"], *words.split()]
        sys.exit(manage())
    if os.waitpid(child, 0)[1]:
        sys.exit(f"keystone-manage {words} failed")

sys.argv = [program]
server = Server(("127.0.0.1", 0), Handler)
server.set_app(initialize_public_application())
sys.stdout.write(f"{server.server_port}\n")
sys.stdout.flush()
server.serve_forever()
