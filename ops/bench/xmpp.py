# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""As much XMPP as the bench needs: a client that logs in anonymously, and a server for one component (XEP-0114).

Both end with a socket over which the load sends its activations itself."""

import base64
import contextlib
import re
import select
import socket
import threading

from processes import Trouble

SECRET = "bench"
PATIENCE = 30


def _read_until(connection, pattern, text=""):
    while not (match := re.search(pattern, text, re.S)):
        data = connection.recv(65536)
        if not data:
            raise Trouble(f"the XMPP stream ended while waiting for {pattern}: {text[-300:]}")
        text += data.decode()
    return match


def log_in(port, domain):
    """Opens a client's stream with SASL ANONYMOUS and no TLS; returns the socket and the full JID."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    header = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
              f"xmlns:stream='http://etherx.jabber.org/streams' to='{domain}' version='1.0'>")
    empty = base64.b64encode(b"bench").decode()
    steps = [
        (header, "</stream:features>"),
        (f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'>{empty}</auth>", "<(success|failure)"),
        (header, "</stream:features>"),
        ("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<jid>(.*?)</jid>"),
    ]
    for text, wanted in steps:
        connection.sendall(text.encode())
        match = _read_until(connection, wanted)
        if match[0] == "<failure":
            raise Trouble(f"the server on port {port} refuses anonymous clients")
    connection.settimeout(None)
    return connection, match[1]


class ComponentServer:
    """The server's end of one component stream. Answers pings while no load has the socket."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.loads = 0
        self.change = threading.Condition()
        self.connection = None

    def accept(self, domain):
        self.domain = domain
        self.listener.settimeout(PATIENCE)
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(PATIENCE)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _read_until(self.connection, "<stream:stream[^>]*>")
        self.connection.sendall(
            ("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
             f"xmlns:stream='http://etherx.jabber.org/streams' id='bench' from='{domain}'>").encode())
        _read_until(self.connection, "</handshake>")
        self.connection.sendall(b"<handshake/>")
        self.connection.settimeout(None)
        threading.Thread(target=self._answer_pings, daemon=True).start()

    def _answer_pings(self):
        while True:
            ready, _, _ = select.select([self.connection], [], [])
            with self.change:
                self.change.wait_for(lambda: not self.loads)
                if not select.select([self.connection], [], [], 0)[0]:
                    continue
                data = self.connection.recv(65536).decode()
                if not data:
                    return
                for stanza in re.findall(r"<iq [^>]*>", data):
                    if re.search(r"type=['\"]get", stanza):
                        ping = re.search(r" id=['\"]([^'\"]*)", stanza)[1]
                        self.connection.sendall(
                            f"<iq type='result' id='{ping}' from='{self.domain}' to='{self.domain}'/>".encode())

    @contextlib.contextmanager
    def in_use(self):
        """While it lasts, whoever asked reads the stream and answers the pings; several may, if they don't mind."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, loads):
        with self.change:
            self.loads += loads
            self.change.notify()

    def close(self):
        self.listener.close()
        if self.connection:
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
