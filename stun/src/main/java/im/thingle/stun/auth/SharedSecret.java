// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that whoever shares a secret with the server makes for its users (draft-uberti-behave-turn-rest-00): the
 * name says until when they are good, the password is the HMAC of the name in Base64. The draft and all who speak it
 * use HMAC-SHA1, newer ones HMAC-SHA256; the server cannot know, so both are good. Several secrets let an operator
 * change them without a gap. Safe from any thread.
 *
 * <pre>
 *   1700000000:alice     the draft; ejabberd's mod_stun_disco; Prosody's mod_turn_external with turn_external_user
 *   1700000000           Prosody's mod_turn_external without it
 *   alice:1700000000     who configured coturn's clients the other way round
 * </pre>
 */
public final class SharedSecret implements Credentials {
    private static final char SEPARATOR = ':';
    /** More are no seconds but milliseconds or worse, and would not fit. */
    private static final int MAX_DIGITS = 12;
    private static final String CLASSIC = "HmacSHA1";
    private static final String MODERN = "HmacSHA256";

    private final List<byte[]> secrets = new ArrayList<>();

    /** The secrets, the one to make new credentials with first. */
    public SharedSecret(List<String> secrets) {
        if (secrets.isEmpty() || secrets.contains("")) {
            throw new IllegalArgumentException("an empty shared secret lets everybody in");
        }
        secrets.forEach(secret -> this.secrets.add(secret.getBytes(StandardCharsets.UTF_8)));
    }

    /** A name with its password. Immutable. */
    public record Credential(String username, String password) {
        /** Keeps the password out of logs. */
        @Override
        public String toString() {
            return "Credential[username=" + username + ']';
        }
    }

    /**
     * Makes credentials that every TURN server with the first secret knows; an empty user gives the name of the time
     * alone.
     */
    public Credential mint(String user, long expiresEpochSeconds) {
        String username = user.isEmpty() ? Long.toString(expiresEpochSeconds) : expiresEpochSeconds + ":" + user;
        return new Credential(username, password(CLASSIC, secrets.getFirst(), username));
    }

    @Override
    public Password find(String username) {
        int first = username.indexOf(SEPARATOR);
        int last = username.lastIndexOf(SEPARATOR);
        long expires = seconds(first < 0 ? username : username.substring(0, first));
        String user = first < 0 ? username : username.substring(first + 1);
        if (expires < 0 && last >= 0) {
            expires = seconds(username.substring(last + 1));
            user = username.substring(0, last);
        }
        return expires < 0 ? null : new Password(candidates(username), user.isEmpty() ? username : user, expires);
    }

    @Override
    public String findByUserhash(byte[] userhash) {
        return null;
    }

    @Override
    public boolean findsAllByUserhash() {
        return false;
    }

    private List<String> candidates(String username) {
        List<String> candidates = new ArrayList<>(2 * secrets.size());
        for (byte[] secret : secrets) {
            candidates.add(password(CLASSIC, secret, username));
        }
        for (byte[] secret : secrets) {
            candidates.add(password(MODERN, secret, username));
        }
        return candidates;
    }

    /** The number if these are decimal digits and nothing else, or -1. */
    private static long seconds(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            seconds = seconds * 10 + digit;
        }
        return seconds;
    }

    private static String password(String algorithm, byte[] secret, String username) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this Java runtime has no " + algorithm + "; run Thingle on one that has", e);
        }
    }
}
