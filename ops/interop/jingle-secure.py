#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
"""Sends or receives one file that nobody between the two clients can read, as jingle-file.py does.

The file is a marker that is repeated. It goes sealed with AES-128-GCM, key and initialisation vector in an envelope
(XEP-0391; the envelope is AES key wrap under a secret that both were given, as OMEMO's would be under a ratchet's), or
through TLS from client to client, each of which has told the other its certificate's fingerprint
(draft-meyer-xmpp-e2e-encryption, "XTLS"), or as it is. Prints besides "key HEX", "ciphertext HEX", pieces of what
it sent, and "security-info XML".
"""

import asyncio
import base64
import datetime
import os
import sys
import xml.etree.ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, aead, algorithms, modes
from cryptography.x509.oid import NameOID
from OpenSSL import SSL, crypto

from scripts import load

JET = "urn:xmpp:jingle:jet:0"
ENVELOPE = "https://thingle.im/test/envelope"
XTLS = "urn:xmpp:jingle:security:xtls:0"
TAG_BYTES = 16
PIECE_BYTES = 64

plain = load("jingle-file")


class Marked(plain.Sender):
    """Sends the marker over and over."""

    def file(self, wanted):
        marker = bytes.fromhex(self.arguments.marker)
        left = self.arguments.size
        while left:
            part = (marker * (16384 // len(marker)))[:left]
            left -= len(part)
            yield part

    def noted(self, write):
        """Tells a piece of all that goes out."""
        async def noting(data):
            self.say("ciphertext", data[:PIECE_BYTES].hex())
            await write(data)

        return noting


class JetSender(Marked):
    key, vector = os.urandom(16), os.urandom(12)

    def security(self):
        cipher = "urn:xmpp:ciphers:aes-128-gcm-nopadding:0"
        security = plain.named(JET, "security", name=self.content_name, cipher=cipher, type=ENVELOPE)
        self.say("key", self.key.hex())
        wrapped = keywrap.aes_key_wrap_with_padding(bytes.fromhex(self.arguments.secret), self.key + self.vector)
        ET.SubElement(security, "{%s}sealed" % ENVELOPE).text = base64.b64encode(wrapped).decode()
        return security

    async def secure(self, write):
        encryptor = Cipher(algorithms.AES(self.key), modes.GCM(self.vector)).encryptor()
        write = self.noted(write)

        async def sealed(part):
            end = self.bytes + len(part) == self.arguments.size
            data = encryptor.update(part)
            await write(data + encryptor.finalize() + encryptor.tag if end else data)

        return sealed


class JetReceiver(plain.Receiver):
    sealed = b""
    key = None

    def awaited(self, size, content):
        envelope = base64.b64decode(content.find(".//{%s}sealed" % ENVELOPE).text)
        self.key = keywrap.aes_key_unwrap_with_padding(bytes.fromhex(self.arguments.secret), envelope)
        return super().awaited(size, content)

    def on_bytes(self, data):
        self.sealed += data
        if len(self.sealed) == self.size + TAG_BYTES:
            super().on_bytes(aead.AESGCM(self.key[:16]).decrypt(self.key[16:], self.sealed, None))


class Xtls:
    """What both ends of TLS do. Each takes the certificate with the fingerprint that was told, and no other."""

    def __init__(self, arguments):
        super().__init__(arguments)
        self.told = None
        self.came = asyncio.Event()
        key, certificate = self.make_certificate()
        self.fingerprint = certificate.digest("sha256").decode()
        context = SSL.Context(SSL.TLS_METHOD)
        context.use_privatekey(key)
        context.use_certificate(certificate)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT,
                           lambda _, theirs, *__: theirs.digest("sha256").decode() == self.told)
        self.tls = SSL.Connection(context, None)

    @staticmethod
    def make_certificate():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = datetime.datetime.utcnow()
        certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                       .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                       .not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
        return crypto.PKey.from_cryptography_key(key), crypto.X509.from_cryptography(certificate)

    def offer(self):
        security = plain.named(XTLS, "security")
        ET.SubElement(security, "{%s}fingerprint" % XTLS, {"algo": "sha-256"}).text = self.fingerprint
        ET.SubElement(security, "{%s}method" % XTLS, {"name": "x509"})
        return security

    async def inform(self):
        content = plain.named(plain.JINGLE, "content", creator="initiator", name=self.content_name)
        ET.SubElement(ET.SubElement(content, "{%s}security" % XTLS), "{%s}method" % XTLS, {"name": "x509"})
        await self.jingle("security-info", content)

    async def on_jingle(self, iq):
        for each in iq.xml.iterfind(".//{%s}security" % XTLS):
            text = ET.canonicalize(ET.tostring(each, encoding="unicode"))
            if "security-info" in ET.tostring(iq.xml, encoding="unicode"):
                self.say("security-info", text)
            else:
                self.told = each.findtext("{%s}fingerprint" % XTLS)
        await super().on_jingle(iq)

    def outgoing(self):
        out = b""
        while True:
            try:
                out += self.tls.bio_read(65536)
            except SSL.WantReadError:
                return out


class XtlsSender(Xtls, Marked):
    def security(self):
        return self.offer()

    def on_bytes(self, data):
        self.tls.bio_write(data)
        self.came.set()

    async def secure(self, write):
        await self.inform()
        self.tls.set_connect_state()
        while True:
            try:
                self.tls.do_handshake()
                break
            except SSL.WantReadError:
                self.came.clear()
                await write(self.outgoing())
                await asyncio.wait_for(self.came.wait(), plain.SOON)
        if rest := self.outgoing():
            await write(rest)
        self.say("tls", self.tls.get_cipher_name())
        write = self.noted(write)

        async def sealed(part):
            self.tls.sendall(part)
            await write(self.outgoing())

        return sealed


class XtlsReceiver(Xtls, plain.Receiver):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.stream = asyncio.Future()
        self.writing = asyncio.Lock()
        self.tls.set_accept_state()
        self.add_event_handler("ibb_stream_start", self.stream.set_result)

    def awaited(self, size, content):
        asyncio.ensure_future(self.inform())
        return super().awaited(size, content)

    def answered(self, parts):
        return [self.offer() if part.tag == "{%s}security" % XTLS else part for part in parts]

    async def connect_socks5(self, sid, theirs):
        used = await super().connect_socks5(sid, theirs)
        if used:
            self.stream.set_result(used)
        return used

    def on_bytes(self, data):
        self.tls.bio_write(data)
        try:
            while True:
                super().on_bytes(self.tls.recv(65536))
        except SSL.WantReadError:
            pass
        if out := self.outgoing():
            asyncio.ensure_future(self.write(out))

    async def write(self, data):
        stream = await self.stream
        async with self.writing:
            await (stream.write if isinstance(stream, plain.Socks5Protocol) else stream.sendall)(data)


def main():
    parser = plain.options(__doc__)
    parser.add_argument("--method", choices=["none", "jet", "xtls"], required=True)
    parser.add_argument("--marker", help="what the file is made of, in hexadecimal digits")
    parser.add_argument("--secret", help="known to both clients, in hexadecimal digits")
    arguments = parser.parse_args()
    classes = {"none": (Marked, plain.Receiver), "jet": (JetSender, JetReceiver), "xtls": (XtlsSender, XtlsReceiver)}
    sender, receiver = classes[arguments.method]
    return plain.run(sender(arguments) if arguments.role == "send" else receiver(arguments))


if __name__ == "__main__":
    sys.exit(main())
