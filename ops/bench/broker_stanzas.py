# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""XMPP streams whose stanzas are found by their text, as fast as Python can."""

import collections
import re
import select
import time

from processes import Trouble

PATIENCE = 60
STANZA = re.compile(r"<(iq|message|presence)\b[^>]*?(?:/>|>.*?</\1>)", re.S)


def attribute(text, name):
    """The first attribute of this name."""
    match = re.search(rf"""\s{name}=(['"])(.*?)\1""", text)
    return match[2] if match else None


class Stream:
    """One stream: a client's that has logged in, or the server's end of a component's."""

    def __init__(self, connection, take):
        """`take` gets each stanza, so many seconds after it has come as `delay` says."""
        self.connection, self.take = connection, take
        self.delay = 0
        self.rest = ""
        self.waiting = collections.deque()
        connection.setblocking(True)

    def fileno(self):
        return self.connection.fileno()

    def send(self, text):
        self.connection.sendall(text.encode())

    def read(self):
        data = self.connection.recv(1 << 18)
        if not data:
            raise Trouble("the XMPP server ended a stream: " + self.rest[-300:])
        self.rest += data.decode()
        due = time.monotonic() + self.delay
        end = 0
        for match in STANZA.finditer(self.rest):
            end = match.end()
            self.waiting.append((due, match[0]))
        self.rest = self.rest[end:]
        self.act()

    def act(self):
        """Hands on what is due; returns the seconds until something else is."""
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            self.take(self.waiting.popleft()[1])
        return max(0, self.waiting[0][0] - time.monotonic()) if self.waiting else 1


def pump(readers, until, what, patience=PATIENCE):
    """Reads from streams, and from whatever else has fileno() and read(), until it is so."""
    end = time.monotonic() + patience
    while not until():
        pause = min((each.act() for each in readers if isinstance(each, Stream)), default=1)
        ready, _, _ = select.select(readers, [], [], 0 if until() else pause)
        for each in ready:
            each.read()
        if time.monotonic() > end:
            raise Trouble(f"waited {patience} s for {what}")
