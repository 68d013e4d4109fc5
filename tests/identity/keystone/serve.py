"""Serve Keystone on a free port of loopback. Its own interpreter runs this, without our code."""

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from keystone.server.wsgi import initialize_public_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        """Say nothing."""


server = Server(("127.0.0.1", 0), Handler)
server.set_app(initialize_public_application())
sys.stdout.write(f"{server.server_port}\n")
sys.stdout.flush()
server.serve_forever()
