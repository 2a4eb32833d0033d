# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""The load of brokered calls: set up by Jingle (XEP-0166, 0167, 0176) between users of the XMPP server that the bench
plays; ICE and the packets are call-load.c's."""

import select
import time
import xml.etree.ElementTree as xml

from processes import Trouble
from turn_load import TRAFFIC_SOURCES, TurnLoad

CALL_SOURCES = ["call-load.c", "call-ice.c", *TRAFFIC_SOURCES]
FRAGMENT, PASSWORD = "load", "the-password-of-the-bench"         # as in call-ice.c
CALLER, CALLED = 0, 1
NAMES = ("caller", "called")
UNDER_WAY = 20                # calls that are set up at the same time
PATIENCE = 60
JINGLE, ICE, PING = "urn:xmpp:jingle:1", "urn:xmpp:jingle:transports:ice-udp:1", "urn:xmpp:ping"
DESCRIPTION = ("<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'><payload-type id='111' name='opus' "
               "clockrate='48000' channels='2'/><rtcp-mux/></description>")
FINGERPRINT = ("<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='{}'>" + ":".join(["5A"] * 32)
               + "</fingerprint>")
SUCCESS = "<reason><success/></reason>"


class Conversation:
    """What the users' clients say to Thingle over the component's stream, and what it says to them."""

    def __init__(self, connection, domain, proxy):
        self.connection, self.domain, self.proxy = connection, domain, proxy
        self.parser = xml.XMLPullParser(("end",))
        self.parser.feed("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>")
        self.root = None

    def say(self, text):
        self.connection.sendall(text.encode())

    def jingle(self, call, side, action, sid, children):
        """From one party to the other, as this one knows it; all stanzas of a call have ids of their own."""
        here, there = (f"{NAMES[each]}{call}" for each in (side, 1 - side))
        self.say(f"<iq type='set' id='{sid}-{action}' from='{here}@{self.domain}/load' "
                 f"to='{there}\\40{self.domain}@{self.proxy}/load'>"
                 f"<jingle xmlns='{JINGLE}' action='{action}' sid='{sid}'>{children}</jingle></iq>")

    def stanzas(self, end):
        """What has come, waiting for something until then."""
        if not select.select([self.connection], [], [], max(0, end - time.monotonic()))[0]:
            raise Trouble("Thingle says nothing more to the parties of calls")
        data = self.connection.recv(65536)
        if not data:
            raise Trouble("Thingle left the XMPP server that the bench plays")
        self.parser.feed(data)
        for _, element in self.parser.read_events():
            if element.tag == "{jabber:component:accept}iq":
                yield element

    def answer(self, stanza):
        """Whatever is asked for has its answer; the child, if it is Jingle's."""
        kind, child = stanza.get("type"), next(iter(stanza), None)
        if kind == "error":
            raise Trouble(f"Thingle refuses a call's stanza: {xml.tostring(stanza, 'unicode')[:500]}")
        if kind in ("get", "set"):
            known = child.tag in (f"{{{JINGLE}}}jingle", f"{{{PING}}}ping")
            self.say(f"<iq type='{'result' if known else 'error'}' id='{stanza.get('id')}' to='{stanza.get('from')}' "
                     f"from='{stanza.get('to')}'" + ("/>" if known else "><error type='cancel'><service-unavailable "
                                                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"))
        return child if kind == "set" and child.tag == f"{{{JINGLE}}}jingle" else None


def _content(port, setup):
    return (f"<content creator='initiator' name='voice'>{DESCRIPTION}<transport xmlns='{ICE}' ufrag='{FRAGMENT}' "
            f"pwd='{PASSWORD}'>{FINGERPRINT.format(setup)}<candidate component='1' foundation='1' generation='0' id='here' "
            f"ip='127.0.0.1' network='0' port='{port}' priority='2130706431' protocol='udp' type='host'/></transport></content>")


class CallLoad(TurnLoad):
    """One running load through one Thingle. Its allocations are calls."""

    serial = 0

    def __init__(self, program, conversation):
        super().__init__(program, ["calls"])
        self.conversation = conversation
        self.sids, self.ports = [], []

    def open(self, allocations, bind=True):
        """Sets calls up until there are so many; returns the seconds that took, ICE included."""
        begun = time.monotonic()
        ports = list(map(int, self.ask("open", allocations)))
        self.ports += zip(ports[::2], ports[1::2])
        while len(self.sids) < allocations:
            self._connect(min(allocations, len(self.sids) + UNDER_WAY))
        seconds = time.monotonic() - begun
        if allocations:
            self._await_way_through()
        return seconds

    def _connect(self, until):
        """The next calls up to this one, all at the same time."""
        end, connecting = time.monotonic() + PATIENCE, set(range(len(self.sids), until))
        for call in sorted(connecting):
            CallLoad.serial += 1
            self.sids.append(f"bench{CallLoad.serial}")
            self.conversation.jingle(call, CALLER, "session-initiate", self.sids[call],
                                     _content(self.ports[call][CALLER], "actpass"))
        while connecting:
            for stanza in self.conversation.stanzas(end):
                self._hear(stanza, self.conversation.answer(stanza), connecting)
        if missing := until - int(self.ask("await", until, PATIENCE / 2)[0]):
            raise Trouble(f"of {until} calls {missing} are not connected")

    def _hear(self, stanza, jingle, connecting):
        if jingle is None or jingle.get("sid") not in self.sids:
            return
        call, action = self.sids.index(jingle.get("sid")), jingle.get("action")
        if action == "session-initiate":
            self._reach(call, CALLED, jingle)
            self.conversation.jingle(call, CALLED, "session-accept", self.sids[call],
                                     _content(self.ports[call][CALLED], "active"))
        elif action == "session-accept":
            self._reach(call, CALLER, jingle)
            connecting.discard(call)
        elif action == "session-terminate":
            raise Trouble(f"Thingle ended a call: {xml.tostring(stanza, 'unicode')[:500]}")

    def _reach(self, call, side, jingle):
        transport = jingle.find(f".//{{{ICE}}}transport")
        port = transport.find(f"{{{ICE}}}candidate").get("port")
        self.ask("reach", call, side, port, transport.get("ufrag"), transport.get("pwd"))

    def _await_way_through(self):
        """Thingle knows a little later than the parties that they are connected."""
        end = time.monotonic() + PATIENCE / 2
        while time.monotonic() < end:
            if self.run(100, "both", 10 * len(self.sids), 0.2)["lost"] == 0:
                return
        raise Trouble(f"{len(self.sids)} calls are connected, but not all carry packets")

    def end_allocations(self):
        end = time.monotonic() + PATIENCE
        for call, sid in enumerate(self.sids):
            self.conversation.jingle(call, CALLER, "session-terminate", sid, SUCCESS)
        left = set(self.sids)
        while left:
            for stanza in self.conversation.stanzas(end):
                jingle = self.conversation.answer(stanza)
                if jingle is not None and jingle.get("action") == "session-terminate":
                    left.discard(jingle.get("sid"))
        self.sids, self.ports = [], []
        self.ask("close")

    def run(self, *args, **named):
        seen = super().run(*args, **named)
        self._attend()
        return seen

    def idle(self, seconds):
        """Nothing but what ICE asks for."""
        self.ask("idle", seconds)
        self._attend()

    def _attend(self):
        """Answers what the server has been asked meanwhile: Thingle leaves one that is silent for long."""
        while select.select([self.conversation.connection], [], [], 0)[0]:
            for stanza in self.conversation.stanzas(time.monotonic()):
                self._hear(stanza, self.conversation.answer(stanza), set())
