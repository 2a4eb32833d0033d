// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Thingle as a TURN server on 127.0.0.1 and ::1; the XMPP server it would join is away. Confined to the test's thread.
 */
public final class TurnThingle implements AutoCloseable {
    public static final String SECRET = "a-secret-for-calls";
    public static final String PASSWORD = "open-sesame";
    /** More users than one, so that no quota stands between tests: {@code user0} to {@code user19}. */
    public static final int USERS = 20;

    private static final byte[] BINDING_REQUEST =
            HexFormat.of().parseHex("000100002112a442" + "0123456789abcdef01234567");

    private final TurnPorts ports = TurnPorts.free();
    private final Folder state = Folder.make("state");
    private final ThingleProcess thingle;

    private TurnThingle(String settings) {
        thingle = ThingleProcess.unready("127.0.0.1", new AbsentServer(), configuration() + settings);
    }

    /**
     * Returns when it answers.
     *
     * @param settings further lines of the configuration file, such as {@code thingle.turn.mobility = on}
     */
    public static TurnThingle start(String settings) {
        TurnThingle started = new TurnThingle(settings);
        try {
            Await.until(() -> "TURN answers; thingle said:\n" + started.thingle.child().output(), started::answers);
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    /** UDP and TCP. */
    public int plainPort() {
        return ports.plain();
    }

    /** DTLS and TLS. */
    public int securePort() {
        return ports.secure();
    }

    public ThingleProcess process() {
        return thingle;
    }

    /** A name that no other test uses. */
    public static String user(int number) {
        return "user" + number;
    }

    /** What somebody who knows {@link #SECRET} makes for a user name that begins with its expiry. */
    public static String password(String username) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean answers() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, Loopback.at(0).getAddress())) {
            socket.setSoTimeout(200);
            socket.send(new DatagramPacket(BINDING_REQUEST, BINDING_REQUEST.length, Loopback.at(ports.plain())));
            socket.receive(new DatagramPacket(new byte[100], 100));
            return true;
        } catch (SocketTimeoutException | PortUnreachableException e) {
            return false;
        }
    }

    private String configuration() {
        String users = IntStream.range(0, USERS)
                .mapToObj(i -> "%s = \"%s\"".formatted(user(i), PASSWORD))
                .collect(Collectors.joining(", "));
        return """
                thingle.public-addresses = ["127.0.0.1", "::1"]
                thingle.state-directory = "%s"
                thingle.turn { enabled = on, realm = "example.org", shared-secret = "%s", users { %s } }
                """
                        .formatted(state.path("state"), SECRET, users)
                + ports.settings();
    }

    @Override
    public void close() {
        thingle.close();
        state.delete();
    }
}
