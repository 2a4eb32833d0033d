#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Sends or receives one made-up file with slixmpp's SOCKS5 Bytestreams (XEP-0065).

slixmpp has no streamhost of its own, so every byte goes through the proxy that it discovered.
Prints one fact a line: "ready JID", "proxy JID HOST PORT", "progress BYTES", "paused BYTES", "sent BYTES SHA256",
"received BYTES SHA256". Exits with 1 and a line "failed WHY" otherwise.
"""

import argparse
import asyncio
import hashlib
import logging
import sys
import time

import slixmpp

CHUNK = 256 * 1024
PROGRESS_SECONDS = 0.1


def chunks(size, seed):
    """The made-up file: a pattern of SHA-256 values, with the chunk's number over its first eight bytes."""
    pattern = b"".join(hashlib.sha256(b"%d/%d" % (seed, i)).digest() for i in range(CHUNK // 32))
    for number in range((size + CHUNK - 1) // CHUNK):
        chunk = number.to_bytes(8, "big") + pattern[8:]
        yield chunk[: size - number * CHUNK]


class Peer(slixmpp.ClientXMPP):
    def __init__(self, arguments):
        super().__init__(arguments.jid, arguments.password)
        self.arguments = arguments
        self.sha256 = hashlib.sha256()
        self.bytes = 0
        self.told = 0.0
        self.status = 1
        # The private server on loopback speaks no TLS, so passwords may go in the clear.
        self.plugin["feature_mechanisms"].unencrypted_plain = True
        self.register_plugin("xep_0065", {"auto_accept": True})
        self.add_event_handler("session_start", self.start)
        self.add_event_handler("failed_all_auth", lambda _: self.fail("the server refused the password"))
        self.add_event_handler("connection_failed", lambda why: self.fail(f"no connection to the server: {why}"))
        self.add_event_handler("socks5_closed", self.closed)

    def fail(self, why):
        print(f"failed {why}", flush=True)
        self.disconnect()

    def count(self, data):
        self.sha256.update(data)
        self.bytes += len(data)
        if self.arguments.progress and time.monotonic() - self.told > PROGRESS_SECONDS:
            self.told = time.monotonic()
            print(f"progress {self.bytes}", flush=True)

    def finish(self):
        print(f"{self.done} {self.bytes} {self.sha256.hexdigest()}", flush=True)
        self.status = 0
        self.disconnect()

    def closed(self, error):
        if error is None and self.complete:
            self.finish()
        else:
            self.fail(f"the stream broke after {self.bytes} bytes: {error}")


class Receiver(Peer):
    done = "received"
    complete = True  # a bytestream does not say how long it will be

    async def start(self, _):
        self.add_event_handler("socks5_data", self.count)
        self.send_presence()
        print(f"ready {self.boundjid}", flush=True)


class Sender(Peer):
    done = "sent"
    complete = False

    async def start(self, _):
        try:
            await self.send_file()
        except (slixmpp.exceptions.IqError, slixmpp.exceptions.IqTimeout, OSError) as error:
            self.fail(f"no stream: {error!r}")

    async def send_file(self):
        socks5 = self["xep_0065"]
        stream = await socks5.handshake(slixmpp.JID(self.arguments.to))
        for proxy, (host, port) in socks5._proxies.items():
            print(f"proxy {proxy} {host} {port}", flush=True)
        if stream is None:
            return self.fail("the proxy or the receiver would not")
        for chunk in chunks(self.arguments.size, self.arguments.seed):
            await stream.write(chunk)
            self.count(chunk)
            if self.bytes >= self.arguments.pause_after > 0:
                print(f"paused {self.bytes}", flush=True)
                await asyncio.Future()
        self.complete = True
        stream.transport.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=["send", "receive"])
    parser.add_argument("--port", type=int, required=True, help="of the XMPP server on 127.0.0.1")
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--to", help="full JID of the receiver")
    parser.add_argument("--size", type=int, default=0, help="bytes to send")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another file")
    parser.add_argument("--pause-after", type=int, default=0, help="send so many bytes, then nothing more")
    parser.add_argument("--progress", action="store_true", help="tell how far it is")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)

    peer = Sender(arguments) if arguments.role == "send" else Receiver(arguments)
    peer.connect(("127.0.0.1", arguments.port), disable_starttls=True)
    peer.process(forever=False)
    return peer.status


if __name__ == "__main__":
    sys.exit(main())
