#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Makes or takes one call with sound and picture over Jingle (XEP-0167 over XEP-0176), with aiortc and made-up sources.

Session descriptions become Jingle and back by XEP-0167, -0176, -0293, -0294, -0320, -0338 and -0339. Prints one fact a line:
"ready JID", "contact JID FEATURE...", "candidate TYPE HOST PORT" of its own, "theirs TYPE HOST PORT" of the other's,
"connected HOST PORT", "heard AUDIO-FRAMES VIDEO-FRAMES", "told NAME", "ended REASON". The caller hangs up when both have
heard and seen enough. Exits with 1 and a line "failed WHY" otherwise.
"""

import asyncio
import fractions
import sys
import uuid
import xml.etree.ElementTree as ET

import aiortc
import av
from aiortc import sdp as rtc
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

from scripts import load

RTP = "urn:xmpp:jingle:apps:rtp:1"
INFO = "urn:xmpp:jingle:apps:rtp:info:1"
FEEDBACK = "urn:xmpp:jingle:apps:rtp:rtcp-fb:0"
EXTENSION = "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0"
SOURCE = "urn:xmpp:jingle:apps:rtp:ssma:0"
GROUP = "urn:xmpp:jingle:apps:grouping:0"
DTLS = "urn:xmpp:jingle:apps:dtls:0"
ICE = "urn:xmpp:jingle:transports:ice-udp:1"
FEATURES = [RTP, RTP.replace("rtp:1", "rtp:audio"), RTP.replace("rtp:1", "rtp:video"), FEEDBACK, EXTENSION, SOURCE, GROUP,
            DTLS, ICE]
ENOUGH = {"audio": 50, "video": 15}

# COMPAT(aiortc, 1.4.0): gives an extension of sound and one of pictures the same number, and then cannot tell them apart
HEADER_EXTENSIONS["video"][1].id = 3

jingle_file = load("jingle-file")


def add(parent, namespace, element, **attributes):
    spelled = {key: str(value) for key, value in attributes.items() if value is not None}
    return ET.SubElement(parent, "{%s}%s" % (namespace, element), spelled)


def contents(description):
    """The contents of a session description, and what groups them."""
    parsed = rtc.SessionDescription.parse(description.sdp)
    made = []
    for media in parsed.media:
        content = jingle_file.named(jingle_file.JINGLE, "content", creator="initiator", name=media.rtp.muxId,
                                    senders="both")
        describe(add(content, RTP, "description", media=media.kind), media)
        transport = add(content, ICE, "transport", ufrag=media.ice.usernameFragment, pwd=media.ice.password)
        for number, each in enumerate(media.ice_candidates):
            add(transport, ICE, "candidate", component=each.component, foundation=each.foundation, generation=0,
                id="c%d" % number, ip=each.ip, network=0, port=each.port, priority=each.priority, protocol=each.protocol,
                type=each.type, **{"rel-addr": each.relatedAddress, "rel-port": each.relatedPort})
        for each in media.dtls.fingerprints:
            add(transport, DTLS, "fingerprint", hash=each.algorithm,
                setup=rtc.DTLS_ROLE_SETUP[media.dtls.role]).text = each.value
        made.append(content)
    for each in parsed.group:
        group = jingle_file.named(GROUP, "group", semantics=each.semantic)
        for name in each.items:
            add(group, GROUP, "content", name=name)
        made.append(group)
    return made


def describe(description, media):
    for codec in media.rtp.codecs:
        payload = add(description, RTP, "payload-type", id=codec.payloadType, name=codec.name, clockrate=codec.clockRate,
                      channels=codec.channels)
        for name, value in codec.parameters.items():
            add(payload, RTP, "parameter", name=name, value=value)
        for each in codec.rtcpFeedback:
            add(payload, FEEDBACK, "rtcp-fb", type=each.type, subtype=each.parameter)
    for each in media.rtp.headerExtensions:
        add(description, EXTENSION, "rtp-hdrext", id=each.id, uri=each.uri)
    for each in media.ssrc:
        add(add(description, SOURCE, "source", ssrc=each.ssrc), SOURCE, "parameter", name="cname", value=each.cname)
    add(description, RTP, "rtcp-mux")


def session_description(jingle, kind):
    """The other way round."""
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    for group in jingle.findall("{%s}group" % GROUP):
        lines.append("a=group:" + " ".join([group.get("semantics")] + [each.get("name") for each in group]))
    for content in jingle.findall("{%s}content" % jingle_file.JINGLE):
        description, transport = content.find("{%s}description" % RTP), content.find("{%s}transport" % ICE)
        payloads = description.findall("{%s}payload-type" % RTP)
        lines += ["m=%s 9 UDP/TLS/RTP/SAVPF %s" % (description.get("media"), " ".join(p.get("id") for p in payloads)),
                  "c=IN IP4 0.0.0.0", "a=sendrecv", "a=mid:" + content.get("name"), "a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp-mux"]
        for each in description.findall("{%s}rtp-hdrext" % EXTENSION):
            lines.append("a=extmap:%s %s" % (each.get("id"), each.get("uri")))
        for each in description.findall("{%s}source" % SOURCE):
            lines.append("a=ssrc:%s cname:%s" % (each.get("ssrc"), each[0].get("value")))
        for payload in payloads:
            lines += payload_lines(payload)
        lines += ["a=candidate:" + rtc.candidate_to_sdp(each) for each in candidates(transport)]
        lines += ["a=ice-ufrag:" + transport.get("ufrag"), "a=ice-pwd:" + transport.get("pwd")]
        for each in transport.findall("{%s}fingerprint" % DTLS):
            lines += ["a=fingerprint:%s %s" % (each.get("hash"), each.text), "a=setup:" + each.get("setup")]
    return aiortc.RTCSessionDescription("\r\n".join(lines) + "\r\n", kind)


def payload_lines(payload):
    number = payload.get("id")
    channels = payload.get("channels")
    yield "a=rtpmap:%s %s/%s%s" % (number, payload.get("name"), payload.get("clockrate"), "/" + channels if channels else "")
    for each in payload.findall("{%s}rtcp-fb" % FEEDBACK):
        yield "a=rtcp-fb:%s %s" % (number, " ".join(filter(None, [each.get("type"), each.get("subtype")])))
    parameters = payload.findall("{%s}parameter" % RTP)
    if parameters:
        yield "a=fmtp:%s %s" % (number, ";".join("%s=%s" % (each.get("name"), each.get("value")) for each in parameters))


def candidates(transport):
    for each in transport.findall("{%s}candidate" % ICE):
        yield aiortc.RTCIceCandidate(
            component=int(each.get("component")), foundation=each.get("foundation"), ip=each.get("ip"),
            port=int(each.get("port")), priority=int(each.get("priority")), protocol=each.get("protocol"),
            type=each.get("type"))


class Picture(VideoStreamTrack):
    """Small, and ten times a second, for machines that have other work to do."""

    number = 0

    async def recv(self):
        await asyncio.sleep(0.1)
        frame = av.VideoFrame(width=160, height=120)
        frame.pts, frame.time_base = self.number * 9000, fractions.Fraction(1, 90000)
        for plane in frame.planes:
            plane.update(bytes([self.number % 256]) * plane.buffer_size)
        self.number += 1
        return frame


class Party(jingle_file.Peer):
    offered = jingle_file.FEATURES + FEATURES

    def __init__(self, arguments):
        super().__init__(arguments)
        servers = [aiortc.RTCIceServer(urls="stun:" + arguments.stun)] if arguments.stun else []
        self.connection = aiortc.RTCPeerConnection(aiortc.RTCConfiguration(iceServers=servers))
        self.frames = {"audio": 0, "video": 0}
        self.enough = asyncio.Event()
        self.theirs_enough = asyncio.Event()
        self.connection.on("track", lambda track: asyncio.ensure_future(self.consume(track)))
        self.connection.on("iceconnectionstatechange", lambda: self.say("ice", self.connection.iceConnectionState))
        for track in (AudioStreamTrack(), Picture()):
            self.connection.addTrack(track)

    async def consume(self, track):
        try:
            while True:
                await track.recv()
                self.frames[track.kind] += 1
                if all(self.frames[kind] >= count for kind, count in ENOUGH.items()):
                    self.enough.set()
        except MediaStreamError:
            pass  # it has ended

    async def on_jingle(self, iq):
        if iq.xml.find(".//{%s}active" % INFO) is not None:
            self.theirs_enough.set()
        await super().on_jingle(iq)

    def tell(self, description):
        made = contents(description)
        for each in (each for content in made for each in content.iter("{%s}candidate" % ICE)):
            self.say("candidate", each.get("type"), each.get("ip"), each.get("port"))
        return made

    async def hear(self, jingle, kind):
        for each in jingle.iter("{%s}candidate" % ICE):
            self.say("theirs", each.get("type"), each.get("ip"), each.get("port"))
        await self.connection.setRemoteDescription(session_description(jingle, kind))
        asyncio.ensure_future(self.trickle())

    async def trickle(self):
        while True:
            _, jingle, _ = await self.actions.get()
            for content in jingle.findall("{%s}content" % jingle_file.JINGLE):
                for transport in content.findall("{%s}transport" % ICE):
                    for each in candidates(transport):
                        self.say("theirs", each.type, each.ip, each.port)
                        each.sdpMid = content.get("name")
                        await self.connection.addIceCandidate(each)

    async def talk(self):
        """Until both have heard enough."""
        try:
            await asyncio.wait_for(self.enough.wait(), self.arguments.patience)
        except asyncio.TimeoutError:
            raise ConnectionError("ICE %s, DTLS %s, %s" % (
                self.connection.iceConnectionState, self.connection.connectionState, self.frames)) from None
        ice = self.connection.getReceivers()[0].transport.transport
        self.say("connected", *ice._connection._nominated[1].remote_addr)
        self.say("heard", self.frames["audio"], self.frames["video"])
        await self.jingle("session-info", jingle_file.named(INFO, "active"))
        await asyncio.wait_for(self.theirs_enough.wait(), self.arguments.patience)


class Caller(Party):
    async def work(self):
        self.sid = str(uuid.uuid4())
        await self.connection.setLocalDescription(await self.connection.createOffer())
        offer = self.tell(self.connection.localDescription)
        await self.jingle("session-initiate", *offer, initiator=self.boundjid.full)
        _, jingle, _ = await self.next("session-accept")
        await self.hear(jingle, "answer")
        try:
            await self.talk()
            await self.terminate("success")
        except ConnectionError:
            await self.terminate("connectivity-error")
            raise
        finally:
            await self.connection.close()


class Callee(Party):
    async def work(self):
        _, jingle, self.peer = await self.next("session-initiate")
        self.sid = jingle.get("sid")
        await self.hear(jingle, "offer")
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        answer = self.tell(self.connection.localDescription)
        await self.jingle("session-accept", *answer, responder=self.boundjid.full)
        try:
            await self.talk()
            await self.until_ended()
        finally:
            await self.connection.close()


def main():
    parser = jingle_file.options(__doc__)
    parser.add_argument("--stun", help="HOST:PORT to ask for the own address as others see it")
    parser.add_argument("--patience", type=float, default=15, help="seconds for the media to come")
    arguments = parser.parse_args()
    return jingle_file.run(Caller(arguments) if arguments.role == "send" else Callee(arguments))


if __name__ == "__main__":
    sys.exit(main())
