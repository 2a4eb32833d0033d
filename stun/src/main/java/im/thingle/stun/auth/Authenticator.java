// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.PasswordAlgorithm;
import im.thingle.stun.attribute.PasswordAlgorithmAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Believes or refuses requests by the long-term credential mechanism, RFC 8489 §9.2: the modern way with bid-down
 * protection for clients that know it, the way of RFC 5389 for all others. Keeps nothing of who has not proved a
 * password. Confined to its event loop.
 */
public final class Authenticator {
    private static final List<PasswordAlgorithm> OFFERED = List.of(PasswordAlgorithm.SHA256, PasswordAlgorithm.MD5);
    private static final int MOST_KEYS = 4096;

    private final String realm;
    private final Credentials credentials;
    private final Nonces nonces;
    private final ChallengeBudget budget;
    private final WallClock clock;
    private final int features;
    private final KeyCache keys = new KeyCache(MOST_KEYS);
    private final MessageIntegrity sha1 = MessageIntegrity.sha1();
    private final MessageIntegrity sha256 = MessageIntegrity.sha256();

    public Authenticator(
            String realm, Credentials credentials, Nonces nonces, ChallengeBudget budget, WallClock clock) {
        this.realm = realm;
        this.credentials = credentials;
        this.nonces = nonces;
        this.budget = budget;
        this.clock = clock;
        features = SecurityFeatures.PASSWORD_ALGORITHMS
                | (credentials.findsAllByUserhash() ? SecurityFeatures.USERNAME_ANONYMITY : 0);
    }

    /**
     * Checks a request.
     *
     * @param client where it came from
     * @param spoofable whether that may be a lie, as with plain UDP; then a refusal comes out of the network's budget
     */
    public Authentication check(StunMessage request, TransportAddress client, boolean spoofable, long nowNanos) {
        Authentication outcome = check(request, client);
        if (outcome.accepted() || !spoofable || budget.take(client, nowNanos)) {
            return outcome;
        }
        return Authentication.refused(AuthRefusal.CHALLENGE_BUDGET, outcome.username());
    }

    /**
     * Adds REALM, NONCE and PASSWORD-ALGORITHMS to a 401 or 438, and nothing else: 12 bytes is what it costs to tell
     * everybody of SHA-256, and a stranger's first request does not say whether he knows it.
     */
    public void writeChallenge(StunMessageWriter writer, TransportAddress client, long nowNanos) {
        TextAttribute.REALM.write(writer, realm);
        writer.add(AttributeType.NONCE, nonces.issue(client, features, clock.epochSeconds()));
        PasswordAlgorithmAttribute.writeOffered(writer, OFFERED);
    }

    /** Adds the integrity that the client understands to a response, after which only FINGERPRINT can be added. */
    public void sign(StunMessageWriter writer, Authentication authentication) {
        (authentication.sha256() ? sha256 : sha1).sign(writer, authentication.key());
    }

    /** How many refusals were not sent since a network had its share. */
    public long silenced() {
        return budget.silenced();
    }

    /** RFC 8489 §9.2.4, in its order. */
    private Authentication check(StunMessage request, TransportAddress client) {
        // 1. No integrity: a stranger, to be told what to bring.
        if (!request.has(AttributeType.MESSAGE_INTEGRITY) && !request.has(AttributeType.MESSAGE_INTEGRITY_SHA256)) {
            return Authentication.refused(AuthRefusal.UNAUTHENTICATED, null);
        }
        // 2. Integrity, but something that it needs is missing or no such thing.
        int nonceAt = request.find(AttributeType.NONCE);
        boolean named = request.has(AttributeType.USERNAME) != request.has(AttributeType.USERHASH);
        Optional<String> given = named ? readName(request) : Optional.empty();
        if (given.isEmpty() || TextAttribute.REALM.read(request).isEmpty() || nonceAt == StunMessage.NONE
                || request.valueLength(nonceAt) > TextAttribute.NONCE.mostBytes()) {
            return Authentication.refused(AuthRefusal.BAD_REQUEST, null);
        }
        byte[] nonce = new byte[request.valueLength(nonceAt)];
        request.value(nonceAt).get(nonce);
        // 3. Somebody on the way may have changed what we offered.
        Optional<PasswordAlgorithm> algorithm = algorithm(request, nonce);
        if (algorithm.isEmpty()) {
            return Authentication.refused(AuthRefusal.BAD_REQUEST, given.get());
        }
        // 4. and 5. The name, then the integrity.
        Authentication outcome = prove(request, given.get(), algorithm.get());
        // 6. The nonce.
        return outcome.accepted() && !nonces.isFresh(nonce, client, clock.epochSeconds())
                ? Authentication.refused(AuthRefusal.STALE_NONCE, given.get())
                : outcome;
    }

    /** The name; "" stands for a hash that is nobody's; empty if there is none or it is malformed. */
    private Optional<String> readName(StunMessage request) {
        if (request.has(AttributeType.USERNAME)) {
            return TextAttribute.USERNAME.read(request);
        }
        return BytesAttribute.USERHASH.read(request).map(hash -> {
            String username = credentials.findByUserhash(hash);
            return username == null ? "" : username;
        });
    }

    /** What the key is made with; empty if the choice was not among what we offered with this nonce. */
    private static Optional<PasswordAlgorithm> algorithm(StunMessage request, byte[] nonce) {
        if (!choosesAlgorithm(request)) {
            return Optional.of(PasswordAlgorithm.MD5);
        }
        Optional<PasswordAlgorithm> chosen = PasswordAlgorithmAttribute.readChosen(request).filter(OFFERED::contains);
        if ((Nonces.features(nonce) & SecurityFeatures.PASSWORD_ALGORITHMS) == 0) {
            // Not our nonce: all that is left to find out is whether the client hears of a better one.
            return Optional.of(chosen.orElse(PasswordAlgorithm.MD5));
        }
        boolean unchanged = PasswordAlgorithmAttribute.readOffered(request).filter(OFFERED::equals).isPresent();
        return unchanged ? chosen : Optional.empty();
    }

    private static boolean choosesAlgorithm(StunMessage request) {
        return request.has(AttributeType.PASSWORD_ALGORITHM) || request.has(AttributeType.PASSWORD_ALGORITHMS);
    }

    private Authentication prove(StunMessage request, String username, PasswordAlgorithm algorithm) {
        KeyCache.Known known = keys.find(username, algorithm);
        if (known == null || !verify(request, known.key())) {
            Password password = username.isEmpty() ? null : credentials.find(username);
            if (password == null) {
                return Authentication.refused(AuthRefusal.UNKNOWN_USER, username.isEmpty() ? null : username);
            }
            known = tryAll(request, username, algorithm, password);
            if (known == null) {
                return Authentication.refused(AuthRefusal.BAD_INTEGRITY, username);
            }
        }
        // A call outlives the credentials it began with: their end only forbids new allocations.
        boolean begins = request.type().method() == Method.ALLOCATE;
        if (begins && known.expiresEpochSeconds() < clock.epochSeconds()) {
            return Authentication.refused(AuthRefusal.EXPIRED_CREDENTIALS, username);
        }
        // Not by the integrity it came with: who chose no algorithm is answered as in RFC 5389 (at the end of §9.2.4).
        return Authentication.accepted(username, known.user(), known.key(), choosesAlgorithm(request));
    }

    private KeyCache.Known tryAll(
            StunMessage request, String username, PasswordAlgorithm algorithm, Password password) {
        for (String candidate : password.candidates()) {
            SecretKey key = algorithm == PasswordAlgorithm.SHA256
                    ? LongTermKey.sha256(username, realm, candidate)
                    : LongTermKey.md5(username, realm, candidate);
            if (verify(request, key)) {
                KeyCache.Known entry = new KeyCache.Known(key, password.user(), password.expiresEpochSeconds());
                keys.keep(username, algorithm, entry);
                return entry;
            }
        }
        return null;
    }

    /** The better of the two where both are there, so that nothing is won by breaking the weaker. */
    private boolean verify(StunMessage request, SecretKey key) {
        boolean modern = request.has(AttributeType.MESSAGE_INTEGRITY_SHA256);
        return modern ? sha256.verify(request, key) : sha1.verify(request, key);
    }
}
