"""The ways in which a connection ends, on its socket."""

import select
import socket
import struct
from typing import Final

from server.connections.fate import Fate
from server.responses.head import plain

_PIECE: Final = 65536
_ABORT: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


def refuse(sock: socket.socket, status: int, request_id: str) -> Fate:
    """Answering in the application's stead, and end the connection."""
    try:
        sock.sendall(plain(status, request_id), socket.MSG_DONTWAIT)
    except OSError:
        return Fate.CLOSE
    return hang_up(sock)


def hang_up(sock: socket.socket) -> Fate:
    """Say that nothing follows; closing at once could destroy the response in flight."""
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        return Fate.CLOSE
    return Fate.DISCARD


def abort(sock: socket.socket) -> Fate:
    """Cut a response that cannot be completed, so that the client cannot take it for whole."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    return Fate.CLOSE


def discard(sock: socket.socket) -> bool:
    """Drop what has arrived; False once the client has closed too."""
    try:
        return bool(sock.recv(_PIECE, socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def is_gone(sock: socket.socket) -> bool:
    """Whether the client has hung up, or said that it sends nothing more."""
    poller = select.poll()
    poller.register(sock, select.POLLRDHUP)  # POLLHUP and POLLERR are told anyway
    return bool(poller.poll(0))


def is_read_up(sock: socket.socket) -> bool:
    """Whether nothing more can be read: the client has sent its last, or reset the connection."""
    try:
        return not sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
