#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Sends or receives one made-up file with Jingle (XEP-0166, XEP-0234).

Over SOCKS5 (XEP-0260) or in-band bytes (XEP-0261).

The stanzas of Jingle are written here; presence, discovery, capabilities, SOCKS5 and in-band bytestreams are slixmpp's.
Prints one fact a line: "ready JID", "contact JID FEATURE...", "candidate HOST PORT", "security XML", "description XML",
"unreached HOST PORT WHY", "over TRANSPORT SOCKET-ADDRESS", "cancelling BYTES", "sent BYTES SHA256",
"received BYTES SHA256", "told NAME", "checksum SHA256", "ended REASON". Exits with 1 and a line "failed WHY" otherwise.
"""

import argparse
import asyncio
import base64
import hashlib
import importlib.util
import logging
import pathlib
import sys
import uuid
import xml.etree.ElementTree as ET

import slixmpp
from slixmpp.plugins.xep_0065.socks5 import Socks5Protocol
from slixmpp.xmlstream.handler import CoroutineCallback
from slixmpp.xmlstream.matcher import MatchXPath

JINGLE = "urn:xmpp:jingle:1"
FILES = "urn:xmpp:jingle:apps:file-transfer:5"
HASHES = "urn:xmpp:hashes:2"
SOCKS5 = "urn:xmpp:jingle:transports:s5b:1"
IN_BAND = "urn:xmpp:jingle:transports:ibb:1"
FEATURES = [JINGLE, FILES, HASHES, SOCKS5, IN_BAND, "urn:xmpp:hash-function-text-names:sha-256",
            "urn:xmpp:jingle:transports:ice-udp:1", "urn:xmpp:jingle:transports:raw-udp:1"]
SOON = 20

# A part of XEP-0391's own shape, with what must not be lost on the way: prefixes, mixed content, escapes, white space.
SECURITY = ("<security xmlns='urn:xmpp:jingle:jet:0' name='file' cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0'"
            " type='urn:xmpp:jingle:jet-omemo:0'><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='27183'>"
            "<key rid='31415' prekey='true'>MwohBf&amp;&lt;+/==</key><iv>b64 \u00e9\U0001f511 </iv></header></encrypted>"
            "</security>")


def chunks(size, seed):
    script = pathlib.Path(__file__).with_name("bytestream.py")
    spec = importlib.util.spec_from_file_location("bytestream", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.chunks(size, seed)


def named(namespace, element, /, **attributes):
    spelled = {key.replace("_", "-"): value for key, value in attributes.items()}
    return ET.Element("{%s}%s" % (namespace, element), spelled)


class Peer(slixmpp.ClientXMPP):
    offered = FEATURES

    def __init__(self, arguments):
        super().__init__(arguments.jid, arguments.password)
        self.arguments = arguments
        self.sha256 = hashlib.sha256()
        self.bytes = 0
        self.status = 1
        self.sid = None
        self.content_name = "the file"
        self.peer = None
        self.actions = asyncio.Queue()
        self.incoming = asyncio.Queue()
        self.contact = asyncio.Future()
        self.ended = asyncio.Future()
        self.checksum = asyncio.Future()
        self.listener = None
        # The private server on loopback speaks no TLS, so passwords may go in the clear.
        self.plugin["feature_mechanisms"].unencrypted_plain = True
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0047", {"auto_accept": True, "max_block_size": 65535})
        self.register_plugin("xep_0115", {"caps_node": "https://thingle.im/test/slixmpp"})
        self.register_plugin("xep_0199")
        matcher = MatchXPath("{jabber:client}iq/{%s}jingle" % JINGLE)
        self.register_handler(CoroutineCallback("Jingle", matcher, self.on_jingle))
        self.add_event_handler("session_start", self.start)
        self.add_event_handler("failed_all_auth", lambda _: self.fail("the server refused the password"))
        self.add_event_handler("connection_failed", lambda why: self.fail(f"no connection to the server: {why}"))
        self.add_event_handler("presence_available", self.on_presence)
        self.add_event_handler("ibb_stream_start", lambda stream: self.incoming.put_nowait(stream))
        self.add_event_handler("ibb_stream_data", lambda stream: self.on_bytes(stream.read()))

    # ---- what every client does

    def data_received(self, data):
        if self.arguments.record:
            with open(self.arguments.record, "ab") as record:
                record.write(data)
        super().data_received(data)

    def say(self, *words):
        print(*words, flush=True)

    def awaits_bytes(self):
        return False

    def fail(self, why):
        self.say("failed", why)
        self.disconnect()

    async def start(self, _):
        try:
            for feature in self.offered:
                self["xep_0030"].add_feature(feature)
            await self["xep_0115"].update_caps(broadcast=False)
            self.listener = await asyncio.get_running_loop().create_server(
                lambda: Intruder(self), self.arguments.source, 0)
            roster = await self.get_roster()
            self.send_presence()
            contact = self.arguments.contact
            if contact and self.client_roster[contact]["subscription"] != "both":
                self.send_presence_subscription(pto=contact, ptype="subscribe")
            self.say("ready", self.boundjid)
            if contact:
                await self.shows(await asyncio.wait_for(self.contact, SOON))
            await self.work()
            self.status = 0
        except Exception as error:
            if not await self.was_ended():
                self.say("failed", repr(error))
        self.disconnect()

    def on_presence(self, presence):
        wanted = slixmpp.JID(self.arguments.contact or "")
        if presence["from"].bare == wanted.bare and presence["caps"]["ver"] and not self.contact.done():
            self.contact.set_result(presence)

    async def shows(self, presence):
        """What the contact can do, if its capabilities have the hash that they claim (XEP-0115)."""
        who, caps = presence["from"], presence["caps"]
        node = "%s#%s" % (caps["node"], caps["ver"])
        info = (await self["xep_0030"].get_info(who, node, cached=False))["disco_info"]
        if self["xep_0115"].generate_verstring(info, "sha-1") != caps["ver"]:
            raise ValueError("capabilities without their hash")
        self.say("contact", who, *sorted(info["features"]))
        self.peer = who

    def on_bytes(self, data):
        self.bytes += len(data)
        self.sha256.update(data)
        self.progress()

    # ---- Jingle

    async def on_jingle(self, iq):
        if iq["type"] != "set":
            return
        jingle = iq.xml.find("{%s}jingle" % JINGLE)
        iq.reply().send()
        if jingle.get("action") == "session-terminate":
            reason = jingle.find("{%s}reason" % JINGLE)
            word = reason[0].tag.split("}")[1] if reason is not None and len(reason) else "none"
            self.say("ended", word)
            # a sender may say good-bye while its last bytes are still on their way
            if not self.ended.done() and not (word == "success" and self.awaits_bytes()):
                self.ended.set_result(True)
        elif jingle.get("action") == "session-info":
            self.say("told", jingle[0].tag.split("}")[1] if len(jingle) else "ping")
            for each in jingle.findall("{%s}checksum//{%s}hash" % (FILES, HASHES)):
                self.say("checksum", base64.b64decode(each.text).hex())
                self.checksum.set_result(base64.b64decode(each.text))
        else:
            self.actions.put_nowait((jingle.get("action"), jingle, iq["from"]))

    async def jingle(self, action, *children, **attributes):
        iq = self.make_iq_set(ito=self.peer)
        jingle = named(JINGLE, "jingle", action=action, sid=self.sid, **attributes)
        jingle.extend(children)
        iq.append(jingle)
        await iq.send(timeout=SOON)

    def content(self, transport, *others, **attributes):
        content = named(JINGLE, "content", creator="initiator", name=self.content_name, **attributes)
        content.extend(others)
        content.append(transport)
        return content

    async def next(self, *wanted):
        while True:
            action, jingle, who = await asyncio.wait_for(self.actions.get(), SOON)
            if action in wanted:
                return action, jingle, who

    async def terminate(self, reason):
        parent = named(JINGLE, "reason")
        parent.append(named(JINGLE, reason))
        await self.jingle("session-terminate", parent)

    # ---- transports

    def socks5(self, sid):
        host, port = self.listener.sockets[0].getsockname()
        self.say("candidate", host, port)
        transport = named(SOCKS5, "transport", sid=sid, mode="tcp")
        transport.append(named(SOCKS5, "candidate", cid="clients-" + self.boundjid.user, host=host, port=str(port),
                               jid=self.boundjid.full, priority=str(126 << 16 | 10), type="direct"))
        return transport

    async def connect_socks5(self, sid, theirs):
        """Takes a candidate of theirs, or tells that none will do; returns the socket, or None."""
        used = None
        best = sorted(theirs.findall("{%s}candidate" % SOCKS5), key=lambda each: -int(each.get("priority")))
        if self.arguments.over != "in-band":
            for candidate in best:
                used = await self.reach(sid, candidate)
                if used:
                    break
        answer = named(SOCKS5, "transport", sid=sid)
        told = named(SOCKS5, "candidate-used", cid=candidate.get("cid")) if used else named(SOCKS5, "candidate-error")
        answer.append(told)
        await self.jingle("transport-info", self.content(answer))
        _, jingle, _ = await self.next("transport-info")
        if jingle.find(".//{%s}candidate-error" % SOCKS5) is None:
            raise ValueError("the other party reached this one")
        if not used and self.arguments.over == "socks5-only":
            raise ValueError("neither party reached the other")
        return used

    async def reach(self, sid, candidate):
        name = (sid + candidate.get("jid") + self.boundjid.full).encode()
        protocol = Socks5Protocol(hashlib.sha1(name).hexdigest(), 0, self.on_socket)
        connecting = asyncio.get_running_loop().create_connection(
            lambda: protocol, candidate.get("host"), int(candidate.get("port")), local_addr=(self.arguments.source, 0))
        try:
            await asyncio.wait_for(connecting, SOON / 2)
        except (OSError, asyncio.TimeoutError) as why:
            self.say("unreached", candidate.get("host"), candidate.get("port"), repr(why))
            return None
        await asyncio.wait_for(protocol.connected, SOON)
        self.say("over socks5", "%s:%d" % protocol.transport.get_extra_info("peername"))
        return protocol

    def on_socket(self, event, data):
        if event == "socks5_data":
            self.on_bytes(data)

    async def fall_back(self):
        """Whoever began the session proposes in-band bytes."""
        if self.arguments.role == "send":
            transport = named(IN_BAND, "transport", sid=str(uuid.uuid4()), block_size="4096")
            await self.jingle("transport-replace", self.content(transport))
            await self.next("transport-accept")
            return await self.open(transport.get("sid"))
        _, jingle, _ = await self.next("transport-replace")
        transport = jingle.find(".//{%s}transport" % IN_BAND)
        await self.jingle("transport-accept", self.content(transport))
        return None

    async def open(self, sid):
        stream = await self["xep_0047"].open_stream(self.peer, block_size=4096, sid=sid, timeout=SOON)
        self.say("over in-band", sid)
        return stream

    async def was_ended(self):
        """Whether what went wrong did so because the other party has ended the session."""
        try:
            await asyncio.wait_for(asyncio.shield(self.ended), 2)
        except asyncio.TimeoutError:
            return False
        return True

    async def until_ended(self):
        await asyncio.wait_for(asyncio.shield(self.ended), SOON)


class Intruder(asyncio.Protocol):
    """Nobody should ever connect here."""

    def __init__(self, peer):
        self.peer = peer

    def connection_made(self, transport):
        self.peer.fail("somebody came from %s:%d" % transport.get_extra_info("peername"))


class Sender(Peer):
    def progress(self):
        raise ValueError("bytes for the sender")

    async def work(self):
        self.sid = str(uuid.uuid4())
        transport_sid = str(uuid.uuid4())
        in_band = self.arguments.offer == "in-band"
        ours = named(IN_BAND, "transport", sid=transport_sid, block_size="4096") if in_band else self.socks5(transport_sid)
        parts = [self.description()]
        security = self.security()
        if security is not None:
            parts.append(security)
            self.say("security", ET.canonicalize(ET.tostring(security, encoding="unicode")))
        content = self.content(ours, *parts, senders="initiator")
        await self.jingle("session-initiate", content, initiator=self.boundjid.full)
        _, jingle, _ = await self.next("session-accept")
        if in_band:
            stream = await self.open(transport_sid)
        else:
            theirs = jingle.find(".//{%s}transport" % SOCKS5)
            stream = await self.connect_socks5(transport_sid, theirs) or await self.fall_back()
        await self.send_file(stream, jingle.find(".//{%s}range" % FILES))

    def security(self):
        return ET.fromstring(SECURITY) if self.arguments.security else None

    def description(self):
        description = named(FILES, "description")
        file = ET.SubElement(description, "{%s}file" % FILES)
        for name, text in [("date", "2026-11-23T16:00:00Z"), ("media-type", "image/x-thingle"),
                           ("name", "one & only <ä>.bin"), ("size", str(self.arguments.size))]:
            ET.SubElement(file, "{%s}%s" % (FILES, name)).text = text
        ET.SubElement(file, "{%s}range" % FILES)
        ET.SubElement(file, "{%s}hash-used" % HASHES, {"algo": "sha-256"})
        return description

    def file(self, wanted):
        """The bytes of the range that was asked for, in parts."""
        offset = int(wanted.get("offset", 0)) if wanted is not None else 0
        left = int(wanted.get("length", self.arguments.size)) if wanted is not None else self.arguments.size
        for chunk in chunks(self.arguments.size, self.arguments.seed):
            part = chunk[offset : offset + left]
            offset, left = max(0, offset - len(chunk)), left - len(part)
            yield part

    async def secure(self, write):
        """What is done before the first byte of the file; returns what its bytes go through."""
        return write

    async def send_file(self, stream, wanted):
        write = await self.secure(stream.write if isinstance(stream, Socks5Protocol) else stream.sendall)
        for chunk in self.file(wanted):
            for start in range(0, len(chunk), 16384):
                if isinstance(stream, Socks5Protocol) and stream.transport.is_closing() or self.ended.done():
                    return await self.until_ended()
                part = chunk[start : start + 16384]
                await write(part)
                self.bytes += len(part)
                self.sha256.update(part)
                if self.bytes >= self.arguments.cancel_after > 0:
                    self.say("cancelling", self.bytes)
                    return await self.terminate("cancel")
        self.say("sent", self.bytes, self.sha256.hexdigest())
        if self.arguments.checksum:
            await self.tell_checksum()
        if isinstance(stream, Socks5Protocol):
            stream.transport.close()
        else:
            stream.close()
        await self.until_ended()

    async def tell_checksum(self):
        checksum = named(FILES, "checksum", creator="initiator", name=self.content_name)
        value = ET.SubElement(ET.SubElement(checksum, "{%s}file" % FILES), "{%s}hash" % HASHES, {"algo": "sha-256"})
        value.text = base64.b64encode(self.sha256.digest()).decode()
        await self.jingle("session-info", checksum)


class Receiver(Peer):
    size = -1

    def awaits_bytes(self):
        return self.bytes < self.size

    def progress(self):
        if self.ended.done():
            return
        if self.bytes >= self.arguments.cancel_after > 0:
            self.say("cancelling", self.bytes)
            self.ended.set_result(True)
        elif self.bytes == self.size:
            self.say("received", self.bytes, self.sha256.hexdigest())
            self.ended.set_result(True)

    def awaited(self, size, content):
        """How many bytes of a file of this size will come; asks for a range of it if there is to be one."""
        if self.arguments.range:
            offset, length = self.arguments.range.split(":")
            content.find(".//{%s}range" % FILES).attrib.update(offset=offset, length=length)
            return int(length)
        return size

    def answered(self, parts):
        """What goes into the session-accept action of what was offered."""
        return parts

    async def work(self):
        _, jingle, self.peer = await self.next("session-initiate")
        self.sid = jingle.get("sid")
        content = jingle[0]
        self.content_name = content.get("name")
        theirs = next(each for each in content if each.tag.endswith("}transport"))
        for each in content:
            if each.tag.endswith("}security") or each.tag.endswith("}description"):
                text = ET.canonicalize(ET.tostring(each, encoding="unicode"))
                self.say(each.tag.split("}")[1], text.replace("\n", " "))
        self.size = self.awaited(int(next(each.text for each in content.iter() if each.tag.endswith("}size"))), content)
        in_band = theirs.tag == "{%s}transport" % IN_BAND
        ours = theirs if in_band else self.socks5(theirs.get("sid"))
        parts = self.answered([each for each in content if each is not theirs])
        answer = self.content(ours, *parts, senders="initiator")
        await self.jingle("session-accept", answer, responder=self.boundjid.full)
        if not in_band:
            await self.connect_socks5(theirs.get("sid"), theirs) or await self.fall_back()
        await self.until_ended()
        if self.bytes < self.size:
            return await self.terminate("cancel") if self.arguments.cancel_after else None
        if self.arguments.checksum and await asyncio.wait_for(self.checksum, SOON) != self.sha256.digest():
            raise ValueError("the checksum is another")
        received = named(FILES, "received", creator="initiator", name=self.content_name)
        await self.jingle("session-info", received)
        await self.terminate("success")


def options(about):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=["send", "receive"])
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server")
    parser.add_argument("--server", default="127.0.0.1", help="address of the XMPP server")
    parser.add_argument("--source", default="127.0.0.1", help="address to connect from, and to offer")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--contact", help="bare JID to befriend; the file goes to its client")
    parser.add_argument("--offer", choices=["socks5", "in-band"], default="socks5", help="what the sender begins with")
    parser.add_argument("--over", choices=["socks5", "socks5-only", "in-band"], default="socks5",
                        help="in-band: reach no candidate; socks5-only: give up rather than fall back")
    parser.add_argument("--security", action="store_true", help="offer a <security/> element (XEP-0391)")
    parser.add_argument("--checksum", action="store_true", help="tell the hash after the file, or wait for it")
    parser.add_argument("--range", help="ask for OFFSET:LENGTH of the file")
    parser.add_argument("--size", type=int, default=0, help="bytes to send")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another file")
    parser.add_argument("--cancel-after", type=int, default=0, help="end the session after so many bytes")
    parser.add_argument("--record", help="file for all that the XMPP server sends")
    return parser


def run(peer):
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    peer.connect((peer.arguments.server, peer.arguments.port), disable_starttls=True)
    peer.process(forever=False)
    return peer.status


def main():
    arguments = options(__doc__).parse_args()
    return run(Sender(arguments) if arguments.role == "send" else Receiver(arguments))


if __name__ == "__main__":
    sys.exit(main())
