#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""A call between two accounts of a private XMPP server, with slixmpp and aiortc, over relays only.

Both log in and ask for services (XEP-0215); caller and callee exchange their SDP in messages. Then a data channel that
never repeats carries pings, and both send sound. Prints one line of JSON: "rtt_ms" is the pings' median, "lost" how many
had no echo, "audio" the RTP packets that arrived at caller and callee, "packets" all that both gave to the relays and got
from them. Exits with 1 and {"failed": why} otherwise.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from xml.etree import ElementTree

import aioice.ice
import aioice.turn
import aiortc
import aiortc.mediastreams
import slixmpp

EXTDISCO = "{urn:xmpp:extdisco:2}"
WORDS = {"udp": ("turn", "udp"), "tcp": ("turn", "tcp"), "tls": ("turns", "tcp")}
SIDES = ("caller", "callee")


class Failure(Exception):
    pass


class User:
    """An account, what it was offered and its end of the call. Confined to the event loop."""

    def __init__(self, jid, password, port):
        self.xmpp = slixmpp.ClientXMPP(jid, password)
        # The private server on loopback speaks no TLS, so passwords may go in the clear.
        self.xmpp.plugin["feature_mechanisms"].unencrypted_plain = True
        self.xmpp.add_event_handler("message", self.on_message)
        self.port = port
        self.inbox = asyncio.Queue()
        self.connection = None
        self.uri = None

    async def login(self):
        self.xmpp.connect(("127.0.0.1", self.port), disable_starttls=True)
        await self.xmpp.wait_until("session_start", timeout=15)
        self.xmpp.send_presence()

    async def services(self, whom):
        """All services with credentials, as attributes."""
        iq = self.xmpp.make_iq_get(ito=whom or self.xmpp.boundjid.domain)
        iq.append(ElementTree.Element(EXTDISCO + "services"))
        result = await iq.send(timeout=10)
        return [service.attrib for service in result.xml.iter(EXTDISCO + "service")]

    def prepare(self, services, via, family):
        """A peer connection that may use the first service of this transport and address family."""
        word, transport = WORDS[via]
        for s in services:
            is_v6 = ":" in s["host"]
            if (s["type"], s.get("transport")) == (word, transport) and (not family or is_v6 == (family == "6")):
                break
        else:
            raise Failure(f"no {word} service over {transport} for family {family or 'any'} in {services}")
        self.host, port = s["host"], s["port"]
        # aiortc reads no IPv6 literals in URIs: the host goes to it beside the URI, see relay_only()
        self.uri = f"{word}:{f'[{self.host}]' if is_v6 else self.host}:{port}?transport={transport}"
        name = f"relay-{len(RELAY_HOST)}.invalid"
        RELAY_HOST[name] = self.host
        server = aiortc.RTCIceServer(
            urls=f"{word}:{name}:{port}?transport={transport}", username=s["username"], credential=s["password"]
        )
        self.connection = aiortc.RTCPeerConnection(aiortc.RTCConfiguration(iceServers=[server]))

    def on_message(self, message):
        self.inbox.put_nowait(json.loads(message["body"]))

    def send(self, to, description):
        others = [line for line in description.sdp.splitlines() if "a=candidate:" in line and " typ relay" not in line]
        if others:
            raise Failure(f"more than relays: {others}")
        body = json.dumps({"type": description.type, "sdp": description.sdp})
        self.xmpp.send_message(mto=to.xmpp.boundjid.full, mbody=body, mtype="normal")

    async def hear(self):
        return aiortc.RTCSessionDescription(**await asyncio.wait_for(self.inbox.get(), 10))

    def facts(self):
        """What ICE chose, and the sound that arrived."""
        receiver = self.connection.getReceivers()[0]
        pair = receiver.transport.transport._connection._nominated[1]
        return {
            "uri": self.uri,
            "local": pair.local_candidate.type,
            "remote": pair.remote_candidate.type,
            "relayed": f"{pair.local_candidate.host} {pair.local_candidate.port}",
        }

    async def audio(self):
        """RTP packets that arrived and that are missing."""
        report = await self.connection.getReceivers()[0].getStats()
        inbound = [stat for stat in report.values() if stat.type == "inbound-rtp"]
        return sum(s.packetsReceived for s in inbound), sum(max(0, s.packetsLost) for s in inbound)

    async def close(self):
        if self.connection:
            await self.connection.close()
        self.xmpp.disconnect()


RELAY_HOST = {}
PACKETS = {"sent": 0, "received": 0}


def relay_only():
    """aiortc has no relay-only policy, and aioice pairs its host sockets even under its own: so there are none."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: []
    read = aiortc.rtcicetransport.connection_kwargs

    def connection_kwargs(servers):
        arguments = read(servers)
        name, port = arguments["turn_server"]
        return arguments | {"turn_server": (RELAY_HOST[name], port)}

    aiortc.rtcicetransport.connection_kwargs = connection_kwargs


def count_packets():
    client = aioice.turn.TurnClientMixin
    send, receive = client.send_data, client.datagram_received

    async def send_data(self, data, addr):
        await send(self, data, addr)
        PACKETS["sent"] += 1

    def datagram_received(self, data, addr):
        PACKETS["received"] += aioice.turn.is_channel_data(data)
        receive(self, data, addr)

    client.send_data, client.datagram_received = send_data, datagram_received


async def negotiate(caller, callee):
    await caller.connection.setLocalDescription(await caller.connection.createOffer())
    caller.send(callee, caller.connection.localDescription)
    await callee.connection.setRemoteDescription(await callee.hear())
    await callee.connection.setLocalDescription(await callee.connection.createAnswer())
    callee.send(caller, callee.connection.localDescription)
    await caller.connection.setRemoteDescription(await caller.hear())


async def ping(channel, count, interval):
    """Round-trip times in milliseconds of those that came back."""
    sent, times = {}, []
    done = asyncio.Event()

    @channel.on("message")
    def on_message(number):
        times.append((time.perf_counter() - sent[number]) * 1000)
        if len(times) == count:
            done.set()

    for number in map(str, range(count)):
        sent[number] = time.perf_counter()
        channel.send(number)
        await asyncio.sleep(interval)
    try:
        await asyncio.wait_for(done.wait(), 2)
    except asyncio.TimeoutError:
        pass
    return times


async def call(arguments, caller, callee):
    await asyncio.gather(caller.login(), callee.login())
    for user, via, family in zip((caller, callee), arguments.via, arguments.family):
        user.prepare(await user.services(arguments.ask), via, family)

    opened = asyncio.get_running_loop().create_future()
    channel = caller.connection.createDataChannel("pings", ordered=False, maxRetransmits=0)
    channel.on("open", lambda: opened.set_result(None))
    callee.connection.on("datachannel", lambda c: c.on("message", c.send))
    for user in (caller, callee):
        user.connection.addTrack(aiortc.mediastreams.AudioStreamTrack())

    began = time.perf_counter()
    await negotiate(caller, callee)
    await asyncio.wait_for(opened, 15)
    setup = time.perf_counter() - began
    times = await ping(channel, arguments.pings, arguments.interval)
    heard = {side: await user.audio() for side, user in zip(SIDES, (caller, callee))}
    if not times or not all(packets for packets, _ in heard.values()):
        raise Failure(f"{len(times)} echoes, audio {heard}")
    return {
        "asked": arguments.ask or caller.xmpp.boundjid.domain,
        **{side: user.facts() for side, user in zip(SIDES, (caller, callee))},
        "setup_ms": round(setup * 1000, 1),
        "pings": arguments.pings,
        "lost": arguments.pings - len(times),
        "rtt_ms": round(statistics.median(times), 2),
        "rtt_max_ms": round(max(times), 2),
        "audio": {side: packets for side, (packets, _) in heard.items()},
        "audio_lost": sum(missing for _, missing in heard.values()),
    }


async def run(arguments):
    users = [User(jid, password, arguments.port) for jid, password in zip(arguments.jid, arguments.password)]
    try:
        facts = await asyncio.wait_for(call(arguments, *users), arguments.timeout)
    finally:
        for user in users:
            await user.close()
    return facts | {"packets": PACKETS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    two = {"nargs": 2, "metavar": SIDES}
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server on 127.0.0.1")
    parser.add_argument("--jid", required=True, **two)
    parser.add_argument("--password", required=True, **two)
    parser.add_argument("--ask", help="whom to ask for services; otherwise their server")
    parser.add_argument("--via", choices=WORDS, default=["udp", "udp"], help="how each reaches the relay", **two)
    parser.add_argument("--family", choices=["", "4", "6"], default=["", ""], help="of the relay each uses", **two)
    parser.add_argument("--trust", help="PEM file of the relay's own certificate")
    parser.add_argument("--pings", type=int, default=100)
    parser.add_argument("--interval", type=float, default=0.02, help="seconds between pings")
    parser.add_argument("--timeout", type=float, default=40, help="seconds for everything")
    arguments = parser.parse_args()
    if arguments.trust:
        os.environ["SSL_CERT_FILE"] = arguments.trust

    relay_only()
    count_packets()
    try:
        print(json.dumps(asyncio.run(run(arguments))), flush=True)
        return 0
    except Exception as why:  # whatever it is, the one line says so
        print(json.dumps({"failed": f"{type(why).__name__}: {why}"}), flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
