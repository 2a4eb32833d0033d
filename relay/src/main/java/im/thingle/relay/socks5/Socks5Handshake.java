// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.socks5;

import im.thingle.relay.account.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The server's side of the handshake that XEP-0065 takes from RFC 1928, as a pure machine.
 *
 * <pre>
 *   client   05 | n | n methods                      §3, must offer 00
 *   server   05 | 00
 *   client   05 | 01 | 00 | 03 | 28 | 40 hex digits | 00 00        §4
 *   server   05 | 00 | 00 | 03 | 28 | 40 hex digits | 00 00        §6, the request with its second byte changed
 * </pre>
 *
 * It asks for exactly the bytes of the next field, so that what a client sends right behind its request stays in the
 * kernel: {@link #wanted()} bytes at most go into {@link #onBytes}, in any number of pieces. Confined to its event
 * loop.
 */
public final class Socks5Handshake {
    /** What to do next. */
    public enum Step {
        /** Read {@link #wanted()} more bytes. */
        READ,
        /** Send {@link #methodReply()}, then read on. */
        REPLY,
        /** The request is whole: look at {@link #key()}, then send {@link #reply}. */
        REQUESTED,
        /** Send {@link #refusalReply()}, which may be empty, and close. */
        REFUSED
    }

    /** RFC 1928 §6, what the server says of the request. */
    public static final int SUCCEEDED = 0;

    /** RFC 1928 §6: connection not allowed by ruleset. */
    public static final int NOT_ALLOWED = 2;

    /** RFC 1928 §6: host unreachable. */
    public static final int HOST_UNREACHABLE = 4;

    private static final int COMMAND_NOT_SUPPORTED = 7;
    private static final int ADDRESS_TYPE_NOT_SUPPORTED = 8;

    private static final byte VERSION = 5;
    private static final byte CONNECT = 1;
    private static final byte DOMAIN_NAME = 3;
    private static final byte NO_AUTHENTICATION = 0;
    private static final byte NO_ACCEPTABLE_METHOD = (byte) 0xff;
    private static final int REQUEST_HEAD = 5;
    private static final int PORT = 2;

    private enum State {
        GREETING_HEAD,
        METHODS,
        REQUEST_HEAD,
        REQUEST_ADDRESS,
        DONE
    }

    private State state = State.GREETING_HEAD;
    private byte[] field = new byte[2];
    private int have;
    private Refusal refusal;
    private byte[] refusalReply = {};

    /** How many bytes may be given to {@link #onBytes} now; 0 once the handshake is decided. */
    public int wanted() {
        return field.length - have;
    }

    /**
     * Takes bytes, at most {@link #wanted()} of them.
     *
     * @return what to do next
     */
    public Step onBytes(ByteBuffer bytes) {
        int count = bytes.remaining();
        bytes.get(field, have, count);
        have += count;
        if (have < field.length) {
            // a wrong version is refused at its first byte, not when a port scanner deigns to send the second
            boolean wrongVersion = have > 0 && state == State.GREETING_HEAD && field[0] != VERSION;
            return wrongVersion ? refuse(Refusal.HANDSHAKE_MALFORMED) : Step.READ;
        }
        return switch (state) {
            case GREETING_HEAD -> onGreetingHead();
            case METHODS -> onMethods();
            case REQUEST_HEAD -> onRequestHead();
            case REQUEST_ADDRESS -> onRequestAddress();
            case DONE -> throw new IllegalStateException("bytes after the handshake");
        };
    }

    /** The answer to the greeting. */
    public byte[] methodReply() {
        return new byte[] {VERSION, NO_AUTHENTICATION};
    }

    /** The bytestream the client wants, after {@link Step#REQUESTED}. */
    public StreamKey key() {
        return StreamKey.read(field, REQUEST_HEAD);
    }

    /** The answer to a whole request: the request itself with {@code code} in it, as every client compares it. */
    public byte[] reply(int code) {
        byte[] reply = field.clone();
        reply[1] = (byte) code;
        return reply;
    }

    /** Why, after {@link Step#REFUSED}. */
    public Refusal refusal() {
        return refusal;
    }

    /** The answer that goes with the refusal; empty if whoever is there does not speak SOCKS5. */
    public byte[] refusalReply() {
        return refusalReply.clone();
    }

    private Step onGreetingHead() {
        if (field[0] != VERSION) {
            return refuse(Refusal.HANDSHAKE_MALFORMED);
        }
        int methods = field[1] & 0xff;
        if (methods == 0) {
            return refuse(Refusal.METHOD_UNACCEPTABLE, VERSION, NO_ACCEPTABLE_METHOD);
        }
        expect(State.METHODS, methods, 0);
        return Step.READ;
    }

    private Step onMethods() {
        for (byte method : field) {
            if (method == NO_AUTHENTICATION) {
                expect(State.REQUEST_HEAD, REQUEST_HEAD, 0);
                return Step.REPLY;
            }
        }
        return refuse(Refusal.METHOD_UNACCEPTABLE, VERSION, NO_ACCEPTABLE_METHOD);
    }

    private Step onRequestHead() {
        if (field[0] != VERSION) {
            return refuse(Refusal.HANDSHAKE_MALFORMED);
        }
        if (field[1] != CONNECT) {
            return refuseRequest(Refusal.COMMAND_UNSUPPORTED, COMMAND_NOT_SUPPORTED);
        }
        if (field[3] != DOMAIN_NAME) {
            return refuseRequest(Refusal.ADDRESS_TYPE_UNSUPPORTED, ADDRESS_TYPE_NOT_SUPPORTED);
        }
        int length = field[4] & 0xff;
        expect(State.REQUEST_ADDRESS, REQUEST_HEAD + length + PORT, REQUEST_HEAD);
        return Step.READ;
    }

    private Step onRequestAddress() {
        if (!StreamKey.isValid(field, REQUEST_HEAD, field.length - REQUEST_HEAD - PORT)) {
            refusalReply = reply(HOST_UNREACHABLE);
            return refuse(Refusal.NOT_A_STREAM_HASH, refusalReply);
        }
        state = State.DONE;
        return Step.REQUESTED;
    }

    private void expect(State next, int length, int keep) {
        state = next;
        byte[] wider = new byte[length];
        System.arraycopy(field, 0, wider, 0, keep);
        field = wider;
        have = keep;
    }

    private Step refuse(Refusal why, byte... reply) {
        state = State.DONE;
        refusal = why;
        refusalReply = reply;
        have = field.length;
        return Step.REFUSED;
    }

    // the address is not read any more, so the answer carries the all-zero one: 05 code 00 01 0.0.0.0 0
    private Step refuseRequest(Refusal why, int code) {
        byte[] reply = Arrays.copyOf(new byte[] {VERSION, (byte) code, 0, 1}, 10);
        return refuse(why, reply);
    }
}
