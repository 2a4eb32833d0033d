// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.probe;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.auth.LongTermKey;
import im.thingle.stun.auth.MessageIntegrity;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.crypto.SecretKey;

/**
 * Takes an allocation of a TURN server and gives it back (RFC 8656 §7, §8). Blocks for little more than the time given.
 * Confined to its caller's thread.
 */
public final class TurnTrial implements AutoCloseable {
    private static final int UNAUTHENTICATED = 401;
    private static final int STALE_NONCE = 438;

    private final StunExchange exchange;
    private final String username;
    private final String password;
    private final MessageIntegrity integrity = MessageIntegrity.sha1();
    private String realm = "";
    private byte[] nonce;
    private SecretKey key;

    private TurnTrial(StunExchange exchange, String username, String password) {
        this.exchange = exchange;
        this.username = username;
        this.password = password;
    }

    /** What came of a trial. Immutable. */
    public sealed interface Outcome {}

    /**
     * The allocation was had.
     *
     * @param refresh the error when it was given back; 0: none, -1: silence
     * @param objection what clients of this machine have against the certificate; empty: nothing, or there is none
     */
    public record Relayed(InetSocketAddress relayed, String realm, int refresh, String objection) implements Outcome {}

    /** The server refused it with this error code. */
    public record Refused(int code, String realm) implements Outcome {}

    /** Nothing came back in time. */
    public record Silent() implements Outcome {}

    /** There is no way to the server. */
    public record Unreachable(String why) implements Outcome {}

    /** @param patience for everything together, once a connection is made */
    public static Outcome run(Via via, InetSocketAddress server, String username, String password, Duration patience) {
        if (server.isUnresolved()) {
            return new Unreachable("nobody knows the name " + server.getHostString());
        }
        try {
            var greeting = via == Via.TLS ? new TlsGreeting() : null; // which reads all that this machine trusts
            try (var trial = new TurnTrial(
                    new StunExchange(wire(via, server, greeting, patience), patience), username, password)) {
                return trial.run(greeting);
            }
        } catch (PortUnreachableException | ConnectException refused) {
            return new Unreachable("no process has this port");
        } catch (SocketTimeoutException silent) {
            return new Silent();
        } catch (IOException broken) {
            return new Unreachable(String.valueOf(broken.getMessage()));
        }
    }

    private static StunExchange.Wire wire(Via via, InetSocketAddress server, TlsGreeting greeting, Duration patience)
            throws IOException {
        if (via == Via.UDP) {
            return DatagramWire.open(server);
        }
        var plain = StreamWire.open(server, patience);
        if (via == Via.TCP) {
            return plain;
        }
        try {
            return plain.secured(greeting, server, patience);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private Outcome run(TlsGreeting greeting) throws IOException {
        var answer = authenticated(Method.ALLOCATE,
                writer -> NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.UDP));
        if (answer == null) {
            return new Silent();
        }
        var relayed = AddressAttribute.read(answer, AttributeType.XOR_RELAYED_ADDRESS);
        if (relayed.isEmpty()) {
            return new Refused(error(answer), realm);
        }
        var address = relayed.get();
        var socket = new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        var refresh = authenticated(Method.REFRESH, writer -> NumberAttribute.LIFETIME.write(writer, 0));
        return new Relayed(socket, realm, refresh == null ? -1 : error(refresh),
                greeting == null ? "" : greeting.objection());
    }

    /** Asks, and once or twice again with what the server wants; null: silence. */
    private StunMessage authenticated(Method method, Consumer<StunMessageWriter> attributes) throws IOException {
        StunMessage answer = null;
        for (var tries = 0; tries < 3; tries++) {
            answer = exchange.ask(method, writer -> sign(writer, attributes));
            if (answer == null || answer.type().messageClass() == MessageClass.SUCCESS_RESPONSE
                    || !challenged(answer)) {
                return answer;
            }
        }
        return answer;
    }

    private void sign(StunMessageWriter writer, Consumer<StunMessageWriter> attributes) {
        attributes.accept(writer);
        if (key != null) {
            writer.add(AttributeType.USERNAME, username);
            writer.add(AttributeType.REALM, realm);
            writer.add(AttributeType.NONCE, nonce);
            integrity.sign(writer, key);
        }
    }

    /** Whether asking again with the nonce in this answer may help. */
    private boolean challenged(StunMessage answer) {
        var code = error(answer);
        var first = key == null;
        var at = answer.find(AttributeType.NONCE);
        if (at == StunMessage.NONE || code != STALE_NONCE && (code != UNAUTHENTICATED || !first)) {
            return false;
        }
        nonce = new byte[answer.valueLength(at)];
        answer.value(at).get(nonce);
        realm = TextAttribute.REALM.read(answer).orElse(realm);
        key = LongTermKey.md5(username, realm, password);
        return true;
    }

    private static int error(StunMessage answer) {
        return ErrorCodeAttribute.read(answer).orElse(0);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
