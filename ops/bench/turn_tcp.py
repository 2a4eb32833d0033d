# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""TCP relayed by a TURN server (RFC 6062): as much of a client as connecting streams takes, and what they cost."""

import contextlib
import hashlib
import hmac
import os
import socket
import struct

import measure
from load import Load
from processes import Trouble
from turn_servers import REALM

ALLOCATE, PERMIT, CONNECT, BIND = 0x003, 0x008, 0x00A, 0x00B
SUCCESS, ERROR = 0x100, 0x110
USERNAME, INTEGRITY, PEER_ADDRESS, REALM_NAME, NONCE, TRANSPORT, CONNECTION = 0x06, 0x08, 0x12, 0x14, 0x15, 0x19, 0x2A
TCP = 6
COOKIE = 0x2112A442
STREAMS = 16
PATIENCE = 10


class Connection:
    """One TCP connection of a client to the server."""

    def __init__(self, server, nonce=b""):
        self.server, self.nonce = server, nonce
        self.socket = socket.create_connection(("127.0.0.1", server.port), PATIENCE)

    def ask(self, method, *attributes):
        """Sends a request, again if it is challenged; returns the attributes of the answer."""
        for _ in range(2):
            self.socket.sendall(self._request(method, attributes))
            kind, answer = self._answer()
            if kind == method | SUCCESS:
                return answer
            code = answer.get(0x09, b"\0\0\0\0")
            if NONCE not in answer:
                break
            self.nonce = answer[NONCE]
        raise Trouble(f"{self.server.name} refuses TURN request {method:#x} with {code[2] * 100 + code[3]}")

    def _request(self, method, attributes):
        body = b"".join(struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4) for kind, value in [
            *attributes, *([(USERNAME, self.server.username.encode()), (REALM_NAME, REALM.encode()), (NONCE, self.nonce)]
                           if self.nonce else [])])
        header = struct.pack("!HHI", method, len(body) + 24 * bool(self.nonce), COOKIE) + os.urandom(12)
        if not self.nonce:
            return header + body
        key = hashlib.md5(f"{self.server.username}:{REALM}:{self.server.password}".encode()).digest()
        return header + body + struct.pack("!HH", INTEGRITY, 20) + hmac.new(key, header + body, hashlib.sha1).digest()

    def _answer(self):
        kind, length = struct.unpack("!HH", self._read(20)[:4])
        body, attributes = self._read(length), {}
        while body:
            attribute, size = struct.unpack("!HH", body[:4])
            attributes[attribute] = body[4:4 + size]
            body = body[4 + (size + 3) // 4 * 4:]
        return kind, attributes

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise Trouble(f"{self.server.name} closed a TURN connection")
            data += more
        return data


def _xored(address):
    host, port = address
    number = struct.unpack("!I", socket.inet_aton(host))[0]
    return struct.pack("!BBHI", 0, 1, port ^ COOKIE >> 16, number ^ COOKIE)


@contextlib.contextmanager
def streams(server, count=STREAMS):
    """So many relayed connections to peers of our own; pairs of the client's and the peer's socket."""
    with contextlib.ExitStack() as stack:
        control = Connection(server)
        stack.callback(control.socket.close)
        control.ask(ALLOCATE, (TRANSPORT, bytes([TCP, 0, 0, 0])))
        control.ask(PERMIT, (PEER_ADDRESS, _xored(("127.0.0.1", 0))))
        pairs = []
        for _ in range(count):
            # One peer address has at most one connection of an allocation (RFC 6062 section 5.2).
            door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            door.settimeout(PATIENCE)
            answer = control.ask(CONNECT, (PEER_ADDRESS, _xored(door.getsockname())))
            data = Connection(server, control.nonce)
            stack.callback(data.socket.close)
            data.ask(BIND, (CONNECTION, answer[CONNECTION]))
            peer, _ = door.accept()
            stack.callback(peer.close)
            pairs.append((data.socket, peer))
        for pair in pairs:
            for each in pair:
                each.setblocking(False)
        yield pairs


class RelayedStreams:
    """A TURN server as measure.cpu() sees a relay: its load gets streams that are connected already."""

    socks5, warm_seconds = False, 6

    def __init__(self, server, program):
        self.server, self.program = server, program
        self.pid = server.pid

    @contextlib.contextmanager
    def load(self):
        with streams(self.server) as pairs:
            handles = [(client.fileno(), peer.fileno()) for client, peer in pairs]
            load = Load(self.program, ["pairs", *(f"{client}:{peer}" for client, peer in handles)],
                        descriptors=[each for pair in handles for each in pair])
            load.open = lambda _streams: None
            try:
                yield load
            finally:
                load.close()


def cpu(server, program, seconds, say):
    """CPU seconds per GB of 16 busy TCP streams."""
    return measure.cpu(RelayedStreams(server, program), STREAMS, measure.LONG, seconds, say)


def files(thingle, seconds, say):
    """The same for its bytestreams."""
    return measure.cpu(thingle, STREAMS, measure.LONG, seconds, say)
