# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""One client's side of a file session (XEP-0234) over SOCKS5 (XEP-0260) or in-band bytes (XEP-0261), as stanzas."""

import hashlib
import itertools
import re
from xml.sax.saxutils import quoteattr

from broker_stanzas import attribute
from processes import Trouble

FILES = "urn:xmpp:jingle:apps:file-transfer:5"
SOCKS5 = "urn:xmpp:jingle:transports:s5b:1"
IN_BAND = "urn:xmpp:jingle:transports:ibb:1"
BYTES = "http://jabber.org/protocol/ibb"
ids = itertools.count(1)


class Party:
    """Sends or receives one file.

    `over` is socks5 or in-band, or fallback: it offers the one and comes to the other because it reaches no candidate.
    `connect`, called with a candidate's host, port and hash, begins to connect; its caller then calls connected()."""

    def __init__(self, send, me, peer, over, connect=None, block_bytes=4096):
        self._send, self.me, self.peer, self.over = send, me, peer, over
        self.connect, self.block_bytes = connect, block_bytes
        self.sid = self.transport_sid = None
        self.initiator = False
        self.in_band = over == "in-band"
        self.agreed = False         # both have agreed on transports
        self.ready = False          # it may send, or is about to get bytes
        self.refused = False        # the other party has told that it reaches nothing here, either
        self.ended = None
        self.on_data = self.on_answer = None

    # ---- what both do

    def take(self, stanza):
        kind, name = attribute(stanza, "type"), stanza[1:3]
        if name != "iq":
            return
        if kind in ("result", "error"):
            if self.on_answer and attribute(stanza, "id").startswith("b-"):
                self.on_answer(kind)
            elif kind == "error":
                raise Trouble(f"refused: {stanza}")
            elif attribute(stanza, "id") == f"open-{self.transport_sid}":
                self.ready = True
            return
        if kind == "get":
            return self._reply(stanza, "error", "<error type='cancel'><service-unavailable "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
        self._reply(stanza, "result")
        if "<data" in stanza:
            self.on_data(stanza)
        elif "<open" in stanza:
            self.ready = True
        elif "<jingle" in stanza:
            self._jingle(stanza)

    def set(self, payload, id="q"):
        self._send(f"<iq type='set' id='{id}' from={quoteattr(self.me)} to={quoteattr(self.peer)}>{payload}</iq>")

    def info(self, payload, id="q"):
        self._act("session-info", "", payload, id)

    def terminate(self, reason="success"):
        self._act("session-terminate", "", f"<reason><{reason}/></reason>")

    def connected(self):
        """The socket to the relay has been let in."""
        self.tell(f"<candidate-used cid='{self.cid}'/>")

    def _reply(self, stanza, kind, payload=""):
        self._send(f"<iq type='{kind}' id='{attribute(stanza, 'id')}' from={quoteattr(self.me)} "
                   f"to={quoteattr(attribute(stanza, 'from'))}>{payload}</iq>")

    def _act(self, action, more, payload, id="q"):
        self.set(f"<jingle xmlns='urn:xmpp:jingle:1' action='{action}' sid='{self.sid}'{more}>{payload}</jingle>", id)

    def _content(self, payload):
        return f"<content creator='initiator' name='file' senders='initiator'>{payload}</content>"

    def _transport(self):
        if self.in_band:
            return f"<transport xmlns='{IN_BAND}' block-size='{self.block_bytes}' sid='{self.transport_sid}'/>"
        return f"<transport xmlns='{SOCKS5}' sid='{self.transport_sid}' mode='tcp'/>"

    def _offered(self):
        file = f"<file><name>bench</name><size>{1 << 40}</size></file>"
        return self._content(f"<description xmlns='{FILES}'>{file}</description>" + self._transport())

    def tell(self, what):
        transport = f"<transport xmlns='{SOCKS5}' sid='{self.transport_sid}'>{what}</transport>"
        self._act("transport-info", "", self._content(transport))

    def _jingle(self, stanza):
        match attribute(stanza[stanza.index("<jingle"):], "action"):
            case "session-initiate":
                self._accept(stanza)
            case "session-accept":
                self.agreed = True
                self._start(stanza)
            case "transport-info":
                self.refused = self.refused or "<candidate-error" in stanza
                self._go_on()
            case "transport-replace":
                self._take_transport(stanza)
                self._act("transport-accept", "", self._content(self._transport()))
            case "transport-accept":
                self._open()
            case "session-terminate":
                self.ended = stanza

    def _take_transport(self, stanza):
        transport = stanza[stanza.index("<transport"):]
        self.in_band = IN_BAND in transport
        self.transport_sid = attribute(transport, "sid")
        if self.in_band:
            self.block_bytes = int(attribute(transport, "block-size"))

    def _start(self, stanza):
        if self.in_band:
            if self.initiator:
                self._open()
            return
        candidates = re.findall(r"<candidate\b[^>]*>", stanza)
        if self.over != "socks5":
            self.tell("<candidate-error/>")
            return
        best = max(candidates, key=lambda each: int(attribute(each, "priority")))
        self.cid = attribute(best, "cid")
        name = self.transport_sid + attribute(best, "jid") + self.me
        self.connect(attribute(best, "host"), int(attribute(best, "port")), hashlib.sha1(name.encode()).hexdigest())

    def _go_on(self):
        if self.over == "socks5":
            self.ready = self.refused
        elif self.initiator and not self.in_band:       # whoever began the session proposes in-band bytes
            self.in_band = True
            self.transport_sid += "-in-band"
            self._act("transport-replace", "", self._content(self._transport()))

    def _open(self):
        self.set(f"<open xmlns='{BYTES}' block-size='{self.block_bytes}' sid='{self.transport_sid}' stanza='iq'/>",
                 f"open-{self.transport_sid}")

    # ---- what only one does

    def offer(self):
        self.initiator = True
        self.sid = f"session-{next(ids)}"
        self.transport_sid = f"transport-{next(ids)}"
        self._act("session-initiate", f" initiator={quoteattr(self.me)}", self._offered())

    def _accept(self, stanza):
        self.sid = attribute(stanza[stanza.index("<jingle"):], "sid")
        self.peer = attribute(stanza, "from")
        self._take_transport(stanza)
        self.agreed = True
        self._act("session-accept", f" responder={quoteattr(self.me)}", self._offered())
        self._start(stanza)
