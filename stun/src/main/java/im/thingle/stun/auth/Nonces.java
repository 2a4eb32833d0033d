// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.attribute.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks nonces without remembering any (RFC 8489 §9.2, §14.10): each says when it was made and proves that
 * we made it for that network. Every loop and every server with the same key knows the others' nonces.
 *
 * <pre>
 *   "obMatJos2" (9)  security features (3 bytes as 4)  seconds (4), salt (2), HMAC (8) as 19 characters of Base64
 * </pre>
 *
 * 32 characters: they need no padding in the message. The salt comes of the client's address and port, so that two
 * clients have different nonces (§9.2.4) though a client that changes its port within its network keeps a good one. The
 * HMAC covers features, seconds, salt and network. Confined to its event loop.
 */
public final class Nonces {
    /** Bytes of a nonce. */
    static final int LENGTH = 32;
    /** How long the key must be at least: as long as what it protects. */
    public static final int KEY_BYTES = 32;

    private static final byte[] COOKIE = "obMatJos2".getBytes(StandardCharsets.US_ASCII);
    private static final int FEATURES_END = COOKIE.length + 4;
    private static final int SALT_AT = SecurityFeatures.BYTES + 4;
    private static final int HMAC_AT = SALT_AT + 2;
    private static final int HMAC_BYTES = 8;
    private static final int BINARY_BYTES = HMAC_AT + HMAC_BYTES;

    private final Mac mac;
    private final long lifetimeSeconds;

    /** Nonces of this key, good for so long. */
    public Nonces(byte[] key, long lifetimeSeconds) {
        if (key.length < KEY_BYTES) {
            throw new IllegalArgumentException(
                    "nonce key of " + key.length + " bytes (expected: at least " + KEY_BYTES + ")");
        }
        this.lifetimeSeconds = lifetimeSeconds;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HmacSHA256; run Thingle on one that has", e);
        }
    }

    /** A nonce for this client. */
    byte[] issue(TransportAddress client, int features, long epochSeconds) {
        byte[] binary = new byte[BINARY_BYTES];
        ByteBuffer bytes = ByteBuffer.wrap(binary);
        bytes.putInt(0, features << 8).putInt(SecurityFeatures.BYTES, (int) epochSeconds);
        bytes.putShort(SALT_AT, salt(client));
        bytes.put(HMAC_AT, hmac(binary, client), 0, HMAC_BYTES);
        byte[] nonce = Arrays.copyOf(COOKIE, LENGTH);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        put(nonce, COOKIE.length, base64.encode(Arrays.copyOf(binary, SecurityFeatures.BYTES)));
        put(nonce, FEATURES_END, base64.encode(Arrays.copyOfRange(binary, SecurityFeatures.BYTES, BINARY_BYTES)));
        return nonce;
    }

    /** Whether we made it, for this client's network, and not too long ago; the future is never. */
    boolean isFresh(byte[] nonce, TransportAddress client, long epochSeconds) {
        byte[] binary = decode(nonce);
        if (binary.length != BINARY_BYTES) {
            return false;
        }
        byte[] expected = Arrays.copyOf(hmac(binary, client), HMAC_BYTES);
        boolean ours = MessageDigest.isEqual(expected, Arrays.copyOfRange(binary, HMAC_AT, BINARY_BYTES));
        long age = epochSeconds - Integer.toUnsignedLong(ByteBuffer.wrap(binary).getInt(SecurityFeatures.BYTES));
        return ours && age >= 0 && age <= lifetimeSeconds;
    }

    /** The bits that a nonce claims, whoever made it; 0 if it has none. */
    static int features(byte[] nonce) {
        if (nonce.length < FEATURES_END || !Arrays.equals(COOKIE, Arrays.copyOf(nonce, COOKIE.length))) {
            return 0;
        }
        byte[] bits = base64(nonce, COOKIE.length, FEATURES_END);
        return bits.length == SecurityFeatures.BYTES
                ? (bits[0] & 0xFF) << 16 | (bits[1] & 0xFF) << 8 | bits[2] & 0xFF
                : 0;
    }

    private static byte[] decode(byte[] nonce) {
        if (nonce.length != LENGTH || !Arrays.equals(COOKIE, Arrays.copyOf(nonce, COOKIE.length))) {
            return new byte[0];
        }
        byte[] features = base64(nonce, COOKIE.length, FEATURES_END);
        byte[] rest = base64(nonce, FEATURES_END, LENGTH);
        byte[] binary = Arrays.copyOf(features, features.length + rest.length);
        put(binary, features.length, rest);
        return binary;
    }

    private static byte[] base64(byte[] text, int from, int to) {
        try {
            return Base64.getDecoder().decode(Arrays.copyOfRange(text, from, to));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static void put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
    }

    private byte[] hmac(byte[] binary, TransportAddress client) {
        mac.update(binary, 0, HMAC_AT);
        return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(ClientNetwork.of(client)).array());
    }

    private short salt(TransportAddress client) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
        mac.update(bytes.putLong(client.high()).putLong(client.low()).putInt(client.port()).flip());
        return ByteBuffer.wrap(mac.doFinal()).getShort();
    }
}
