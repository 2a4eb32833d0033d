#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""A call to Thingle's echo account, with slixmpp and aiortc: Jingle (XEP-0166, 0167, 0176, 0320, 0338, 0353) from SDP.

Logs in, asks what the account can do, proposes the call, sends a tone and a picture of two halves, and looks at what
comes back. Prints one line of JSON: "hertz" is the tone that came back, "halves" the brightness of both halves of the
picture, "ssrcs" the sources of the answer beside those of the offer, "report" the message that the account wrote in the
end. Exits with 1 and {"failed": why} otherwise.
"""

import argparse
import asyncio
import fractions
import json
import sys
import time
import uuid
from xml.etree import ElementTree

import aioice.ice
import aiortc
import aiortc.mediastreams
import av
import numpy
import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

JINGLE = "urn:xmpp:jingle:1"
RTP = "urn:xmpp:jingle:apps:rtp:1"
ICE = "urn:xmpp:jingle:transports:ice-udp:1"
DTLS = "urn:xmpp:jingle:apps:dtls:0"
GROUP = "urn:xmpp:jingle:apps:grouping:0"
SSMA = "urn:xmpp:jingle:apps:rtp:ssma:0"
HDREXT = "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0"
FEEDBACK = "urn:xmpp:jingle:apps:rtp:rtcp-fb:0"
JMI = "urn:xmpp:jingle-message:0"
# COMPAT(aiortc, 1.4): it gives it the number of an extension of the picture's, and then takes the one for the other
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
DISCO = "http://jabber.org/protocol/disco#info"

RATE = 48000
SAMPLES = 960
HERTZ = 440
WIDTH, HEIGHT = 320, 240
HALVES = (200, 60)


class Failure(Exception):
    pass


class Tone(aiortc.MediaStreamTrack):
    """A sine that goes on for ever."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.at = 0
        self.began = None

    async def recv(self):
        self.began = self.began or time.time()
        await asyncio.sleep(max(0, self.began + self.at / RATE - time.time()))
        times = (numpy.arange(SAMPLES) + self.at) / RATE
        wave = (numpy.sin(2 * numpy.pi * HERTZ * times) * 12000).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.at, fractions.Fraction(1, RATE)
        self.at += SAMPLES
        return frame


class Picture(aiortc.mediastreams.VideoStreamTrack):
    """A light half and a dark one."""

    async def recv(self):
        pts, base = await self.next_timestamp()
        pixels = numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
        pixels[:, : WIDTH // 2], pixels[:, WIDTH // 2 :] = HALVES
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = pts, base
        return frame


def sections(sdp):
    """The lines before the first m= line, and those of each."""
    parts = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            parts.append([])
        parts[-1].append(line)
    return parts


def values(lines, name):
    """What follows a=name: in each of its lines."""
    return [line[len(name) + 3 :] for line in lines if line.startswith(f"a={name}:")]


def sub(parent, ns, tag, attributes=None, text=None):
    child = ElementTree.SubElement(parent, f"{{{ns}}}{tag}", attributes or {})
    child.text = text
    return child


def offered(sdp, arguments):
    """The children of a session-initiate's jingle element."""
    head, *media = sections(sdp)
    contents = [content(lines, arguments) for lines in media]
    group = ElementTree.Element(f"{{{GROUP}}}group", {"semantics": "BUNDLE"})
    for each in contents:
        sub(group, GROUP, "content", {"name": each.get("name")})
    return contents + ([] if arguments.separate else [group])


def content(lines, arguments):
    kind = lines[0][2:].split()[0]
    element = ElementTree.Element(
        f"{{{JINGLE}}}content", {"creator": "initiator", "name": values(lines, "mid")[0], "senders": "both"}
    )
    description = sub(element, RTP, "description", {"media": kind})
    for line in values(lines, "rtpmap"):
        number, codec = line.split()
        name, rate, *channels = codec.split("/")
        attributes = {"id": number, "name": name, "clockrate": rate} | ({"channels": channels[0]} if channels else {})
        payload = sub(description, RTP, "payload-type", attributes)
        for parameters in values(lines, "fmtp"):
            if parameters.split()[0] == number:
                for pair in parameters.split(None, 1)[1].split(";"):
                    key, _, value = pair.partition("=")
                    sub(payload, RTP, "parameter", {"name": key.strip(), "value": value.strip()})
        for feedback in values(lines, "rtcp-fb"):
            wanted, kind_of, *more = feedback.split()
            if wanted == number:
                sub(payload, FEEDBACK, "rtcp-fb", {"type": kind_of} | ({"subtype": more[0]} if more else {}))
    if not arguments.no_mux:
        sub(description, RTP, "rtcp-mux")
    for line in values(lines, "extmap"):
        number, uri = line.split()
        if uri == LEVEL:
            continue
        sub(description, HDREXT, "rtp-hdrext", {"id": number, "uri": uri})
    for line in values(lines, "ssrc"):
        number, _, parameter = line.partition(" ")
        name, _, value = parameter.partition(":")
        sub(sub(description, SSMA, "source", {"ssrc": number}), SSMA, "parameter", {"name": name, "value": value})
    transport(element, lines, arguments)
    return element


def transport(element, lines, arguments):
    ice = sub(element, ICE, "transport", {"ufrag": values(lines, "ice-ufrag")[0], "pwd": values(lines, "ice-pwd")[0]})
    for line in values(lines, "fingerprint"):
        name, value = line.split()
        if name == "sha-256" and not arguments.no_dtls:
            value = value[:-2] + ("00" if value[-2:] != "00" else "01") if arguments.wrong_fingerprint else value
            sub(ice, DTLS, "fingerprint", {"hash": name, "setup": values(lines, "setup")[0]}, value)
    for line in values(lines, "candidate"):
        foundation, component, protocol, priority, ip, port, _, kind = line.split()[:8]
        sub(
            ice,
            ICE,
            "candidate",
            {
                "foundation": foundation[:32],
                "component": component,
                "protocol": protocol.lower(),
                "priority": priority,
                "ip": ip,
                "port": port,
                "type": kind,
                "generation": "0",
                "id": uuid.uuid4().hex[:8],
                "network": "0",
            },
        )


def answered(jingle):
    """SDP of a session-accept's jingle element."""
    contents = jingle.findall(f"{{{JINGLE}}}content")
    group = jingle.find(f"{{{GROUP}}}group")
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    if group is not None:
        lines.append("a=group:BUNDLE " + " ".join(each.get("name") for each in group))
    for each in contents:
        lines += media(each)
    return "\r\n".join(lines) + "\r\n"


def media(element):
    description = element.find(f"{{{RTP}}}description")
    payloads = description.findall(f"{{{RTP}}}payload-type")
    numbers = " ".join(payload.get("id") for payload in payloads)
    lines = [
        f"m={description.get('media')} 9 UDP/TLS/RTP/SAVPF {numbers}",
        "c=IN IP4 0.0.0.0",
        "a=sendrecv",
        f"a=mid:{element.get('name')}",
        "a=rtcp-mux",
    ]
    for payload in payloads:
        channels = f"/{payload.get('channels')}" if payload.get("channels") else ""
        lines.append(f"a=rtpmap:{payload.get('id')} {payload.get('name')}/{payload.get('clockrate')}{channels}")
        parameters = payload.findall(f"{{{RTP}}}parameter")
        if parameters:
            pairs = ";".join(f"{each.get('name')}={each.get('value')}" for each in parameters)
            lines.append(f"a=fmtp:{payload.get('id')} {pairs}")
        for feedback in payload.findall(f"{{{FEEDBACK}}}rtcp-fb"):
            lines.append(f"a=rtcp-fb:{payload.get('id')} {feedback.get('type')} {feedback.get('subtype') or ''}".strip())
    for extension in description.findall(f"{{{HDREXT}}}rtp-hdrext"):
        lines.append(f"a=extmap:{extension.get('id')} {extension.get('uri')}")
    for source in description.findall(f"{{{SSMA}}}source"):
        for parameter in source:
            lines.append(f"a=ssrc:{source.get('ssrc')} {parameter.get('name')}:{parameter.get('value')}")
    ice = element.find(f"{{{ICE}}}transport")
    lines += [f"a=ice-ufrag:{ice.get('ufrag')}", f"a=ice-pwd:{ice.get('pwd')}"]
    for print_ in ice.findall(f"{{{DTLS}}}fingerprint"):
        lines += [f"a=fingerprint:{print_.get('hash')} {print_.text}", f"a=setup:{print_.get('setup')}"]
    for c in ice.findall(f"{{{ICE}}}candidate"):
        lines.append(
            f"a=candidate:{c.get('foundation')} {c.get('component')} {c.get('protocol')} {c.get('priority')}"
            f" {c.get('ip')} {c.get('port')} typ {c.get('type')}"
        )
    return lines + ["a=end-of-candidates"]


class Caller:
    """An account and its call. Confined to the event loop."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.xmpp = slixmpp.ClientXMPP(arguments.jid, arguments.password)
        # The private server on loopback speaks no TLS, so passwords may go in the clear.
        self.xmpp.plugin["feature_mechanisms"].unencrypted_plain = True
        self.actions = asyncio.Queue()
        self.messages = asyncio.Queue()
        self.xmpp.register_handler(
            Callback("jingle", MatchXPath(f"{{jabber:client}}iq/{{{JINGLE}}}jingle"), self.on_jingle)
        )
        self.xmpp.register_handler(
            Callback("messages", MatchXPath("{jabber:client}message"), lambda m: self.messages.put_nowait(m.xml))
        )
        self.sid = uuid.uuid4().hex
        self.connection = aiortc.RTCPeerConnection()
        self.tracks = {}
        self.connection.on("track", lambda track: self.tracks.update({track.kind: track}))

    async def login(self):
        self.xmpp.connect(("127.0.0.1", self.arguments.port), disable_starttls=True)
        await self.xmpp.wait_until("session_start", timeout=15)
        self.xmpp.send_presence()

    def on_jingle(self, iq):
        if iq["type"] == "set":
            self.actions.put_nowait(iq.xml.find(f"{{{JINGLE}}}jingle"))
            iq.reply().send()

    async def features(self):
        iq = self.xmpp.make_iq_get(ito=self.arguments.to)
        iq.append(ElementTree.Element(f"{{{DISCO}}}query"))
        result = await iq.send(timeout=10)
        return [feature.get("var") for feature in result.xml.iter(f"{{{DISCO}}}feature")]

    async def propose(self):
        """Asks before it calls (XEP-0353); returns who it is that proceeds."""
        message = self.xmpp.make_message(self.arguments.to.split("/")[0], mtype="chat")
        proposal = ElementTree.Element(f"{{{JMI}}}propose", {"id": self.sid})
        for each in self.kinds():
            sub(proposal, RTP, "description", {"media": each})
        message.append(proposal)
        message.send()
        while True:
            heard = await asyncio.wait_for(self.messages.get(), 10)
            proceed = heard.find(f"{{{JMI}}}proceed")
            if proceed is not None and proceed.get("id") == self.sid:
                return heard.get("from")

    def kinds(self):
        return ["audio"] if self.arguments.audio else ["audio", "video"]

    async def send(self, to, action, children, others=None):
        iq = self.xmpp.make_iq_set(ito=to)
        jingle = ElementTree.Element(f"{{{JINGLE}}}jingle", {"action": action, "sid": self.sid} | (others or {}))
        jingle.extend(children)
        iq.append(jingle)
        await iq.send(timeout=10)

    async def hear(self, action):
        while True:
            jingle = await asyncio.wait_for(self.actions.get(), 20)
            if jingle.get("action") == action:
                return jingle
            if jingle.get("action") == "session-terminate":
                raise Failure(ElementTree.tostring(jingle).decode())

    async def report(self):
        while True:
            body = (await asyncio.wait_for(self.messages.get(), 20)).find("{jabber:client}body")
            if body is not None:
                return body.text

    async def close(self):
        await self.connection.close()
        self.xmpp.disconnect()


async def hertz(track):
    """The loudest tone in half a second, after the first of what comes."""
    heard = []
    for number in range(75):
        frame = await asyncio.wait_for(track.recv(), 20)
        if number >= 50:
            wave = frame.to_ndarray().reshape(-1)
            heard.append(wave[:: len(frame.layout.channels)])
    wave = numpy.concatenate(heard)
    loudness = numpy.abs(numpy.fft.rfft(wave * numpy.hanning(len(wave))))
    return float(loudness.argmax() * RATE / len(wave))


async def halves(track):
    for _ in range(20):
        frame = await asyncio.wait_for(track.recv(), 20)
    grey = frame.to_ndarray(format="gray")
    middle = grey.shape[1] // 2
    return [float(grey[:, : middle - 8].mean()), float(grey[:, middle + 8 :].mean())]


def sources(children):
    return [s.get("ssrc") for child in children for s in child.iter(f"{{{SSMA}}}source")]


async def call(arguments, caller):
    await caller.login()
    features = await caller.features()
    peer = await caller.propose()
    caller.connection.addTrack(Tone())
    if not arguments.audio:
        caller.connection.addTrack(Picture())
    await caller.connection.setLocalDescription(await caller.connection.createOffer())
    offer = offered(caller.connection.localDescription.sdp, arguments)
    await caller.send(peer, "session-initiate", offer, {"initiator": caller.xmpp.boundjid.full})
    accept = await caller.hear("session-accept")
    answer = aiortc.RTCSessionDescription(answered(accept), "answer")
    await caller.connection.setRemoteDescription(answer)
    if arguments.wrong_fingerprint:
        try:
            await caller.hear("nothing")
        except Failure as ended:
            return {"terminated": str(ended), "report": await caller.report()}
    facts = {"hertz": await hertz(caller.tracks["audio"])}
    if not arguments.audio:
        facts["halves"] = await halves(caller.tracks["video"])
    success = ElementTree.Element(f"{{{JINGLE}}}reason")
    sub(success, JINGLE, "success")
    await caller.send(peer, "session-terminate", [success])
    return facts | {
        "features": features,
        "ssrcs": {"offer": sources(offer), "answer": sources(accept)},
        "report": await caller.report(),
    }


async def run(arguments):
    caller = Caller(arguments)
    try:
        return await asyncio.wait_for(call(arguments, caller), arguments.timeout)
    finally:
        await caller.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server on 127.0.0.1")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--to", required=True, help="full JID of the echo account")
    parser.add_argument("--audio", action="store_true", help="sound alone")
    parser.add_argument("--separate", action="store_true", help="do not bundle")
    parser.add_argument("--no-mux", action="store_true", help="offer no rtcp-mux")
    parser.add_argument("--no-dtls", action="store_true", help="offer no fingerprint")
    parser.add_argument("--wrong-fingerprint", action="store_true", help="offer that of another certificate")
    parser.add_argument("--timeout", type=float, default=50, help="seconds for everything")
    arguments = parser.parse_args()
    # both are on one machine, and aioice never looks at its loopback
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    try:
        print(json.dumps(asyncio.run(run(arguments))), flush=True)
        return 0
    except Exception as why:  # whatever it is, the one line says so
        print(json.dumps({"failed": f"{type(why).__name__}: {why}"}), flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
