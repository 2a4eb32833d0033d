// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.w3c.dom.Element;

/** An in-band bytestream (XEP-0047) as Java's streams, one stanza at a time. Confined to the test's thread. */
final class InBand {
    private static final String NAMESPACE = "http://jabber.org/protocol/ibb";

    private InBand() {}

    /** Confined to the test's thread. */
    static final class Out extends OutputStream {
        private final JingleParty party;
        private final String peer;
        private final String sid;
        private final int blockBytes;
        private int sequence;

        Out(JingleParty party, String peer, String sid, int blockBytes) {
            this.party = party;
            this.peer = peer;
            this.sid = sid;
            this.blockBytes = blockBytes;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int start = offset; start < offset + length; start += blockBytes) {
                byte[] block = Arrays.copyOfRange(bytes, start, Math.min(start + blockBytes, offset + length));
                party.set(peer, "<data xmlns='" + NAMESPACE + "' seq='" + (sequence++ & 0xffff) + "' sid='" + sid + "'>"
                        + Base64.getEncoder().encodeToString(block) + "</data>");
            }
        }
    }

    /** Acknowledges a block when the one before has been read. Confined to the test's thread. */
    static final class In extends InputStream {
        private final JingleParty party;
        private final String peer;
        private final String sid;
        private ByteBuffer block = ByteBuffer.allocate(0);
        private int sequence;
        private boolean closed;

        In(JingleParty party, String peer, String sid) {
            this.party = party;
            this.peer = peer;
            this.sid = sid;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (!block.hasRemaining() && !closed) {
                next();
            }
            if (!block.hasRemaining()) {
                return -1;
            }
            int n = Math.min(length, block.remaining());
            block.get(into, offset, n);
            return n;
        }

        private void next() throws IOException {
            Element iq = party.await(e -> e.getAttribute("from").equals(peer)
                    && e.getAttribute("type").equals("set")
                    && e.getFirstChild() instanceof Element payload
                    && NAMESPACE.equals(payload.getNamespaceURI())
                    && payload.getAttribute("sid").equals(sid));
            Element payload = (Element) iq.getFirstChild();
            if (payload.getLocalName().equals("data")) {
                if (Integer.parseInt(payload.getAttribute("seq")) != (sequence++ & 0xffff)) {
                    throw new AssertionError("out of order: " + Elements.text(iq));
                }
                block = ByteBuffer.wrap(Base64.getDecoder().decode(payload.getTextContent()));
            }
            closed = payload.getLocalName().equals("close");
            party.acknowledge(iq);
        }
    }
}
