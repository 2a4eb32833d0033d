// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.Vectors;
import im.thingle.stun.attribute.PasswordAlgorithm;
import im.thingle.stun.attribute.PasswordAlgorithmAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessage;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private static final String REALM = "example.org";
    private static final long LIFETIME = 600;
    private static final TransportAddress CLIENT = new TransportAddress(Family.IPV4, 0, 0xC0000207L, 5000);
    private static final List<PasswordAlgorithm> OFFERED = List.of(PasswordAlgorithm.SHA256, PasswordAlgorithm.MD5);
    private static final Consumer<StunMessageWriter> NOTHING = writer -> {};

    private final Credentials users =
            new StaticUsers(REALM, Map.of("bob", "builder", Vectors.USERNAME, Vectors.PASSWORD));
    private final SharedSecret secret = new SharedSecret(List.of("north wind", "south wind"));
    private final SecretKey bobsClassicKey = LongTermKey.md5("bob", REALM, "builder");
    private final SecretKey bobsModernKey = LongTermKey.sha256("bob", REALM, "builder");
    private ChallengeBudget budget = new ChallengeBudget(0, 0, 1);
    private final StunMessage message = new StunMessage();
    private long epochSeconds = 1_800_000_000L;
    private int lookups;
    private Authenticator authenticator = authenticator(Credentials.both(users, secret));

    @Test
    void aStrangerIsToldWhatToBringInFewBytes() {
        Authentication outcome = check(Method.ALLOCATE, NOTHING, null, null);

        assertRefused(outcome, AuthRefusal.UNAUTHENTICATED, ErrorCode.UNAUTHENTICATED, true);
        StunMessage challenge = challenge();
        assertThat(challenge.text(challenge.find(AttributeType.REALM))).isEqualTo(REALM);
        assertThat(challenge.text(challenge.find(AttributeType.NONCE))).startsWith("obMatJos2AAAB");
        assertThat(PasswordAlgorithmAttribute.readOffered(challenge)).contains(OFFERED);
        assertThat(challenge.length() - StunMessage.HEADER_BYTES).isEqualTo(16 + 36 + 12);
    }

    @Test
    void namesMayBeHiddenWhereAllAreStatic() {
        authenticator = authenticator(users);

        StunMessage challenge = challenge();

        assertThat(challenge.text(challenge.find(AttributeType.NONCE))).startsWith("obMatJos2AAAD");
    }

    @Test
    void theClassicWayIsAnsweredTheClassicWay() {
        Authentication outcome = check(Method.ALLOCATE, as("bob"), bobsClassicKey, null);

        assertThat(outcome.accepted()).isTrue();
        assertThat(outcome.username()).isEqualTo("bob");
        assertThat(outcome.error()).isNull();
        assertThat(outcome.challenge()).isFalse();
        assertThat(outcome.sha256()).isFalse();
        StunMessage response = signed(outcome);
        assertThat(MessageIntegrity.sha1().verify(response, bobsClassicKey)).isTrue();
        assertThat(response.has(AttributeType.MESSAGE_INTEGRITY_SHA256)).isFalse();
    }

    @Test
    void theModernWayIsAnsweredTheModernWay() {
        Authentication outcome =
                check(Method.ALLOCATE, as("bob").andThen(choose(OFFERED, OFFERED.getFirst())), null, bobsModernKey);

        assertThat(outcome.accepted()).isTrue();
        assertThat(outcome.sha256()).isTrue();
        StunMessage response = signed(outcome);
        assertThat(MessageIntegrity.sha256().verify(response, bobsModernKey)).isTrue();
        assertThat(response.has(AttributeType.MESSAGE_INTEGRITY)).isFalse();
    }

    @Test
    void md5MayBeChosenKnowingly() {
        Authentication outcome =
                check(Method.REFRESH, as("bob").andThen(choose(OFFERED, PasswordAlgorithm.MD5)), null, bobsClassicKey);

        assertThat(outcome.accepted()).isTrue();
        assertThat(outcome.sha256()).isTrue();
    }

    @Test
    void whereBothIntegritiesStandTheBetterCounts() {
        SecretKey wrong = LongTermKey.md5("bob", REALM, "?");

        assertThat(check(Method.REFRESH, as("bob"), wrong, bobsClassicKey).accepted()).isTrue();
        assertThat(check(Method.REFRESH, as("bob"), bobsClassicKey, wrong).refusal())
                .isEqualTo(AuthRefusal.BAD_INTEGRITY);
    }

    @Test
    void whoChoosesNoAlgorithmIsAnsweredTheClassicWay() {
        Authentication outcome = check(Method.REFRESH, as("bob"), null, bobsClassicKey);

        assertThat(outcome.accepted()).isTrue();
        assertThat(outcome.sha256()).isFalse();
    }

    @Test
    void aNameIsFoundByItsHash() {
        Consumer<StunMessageWriter> hidden = hash("bob").andThen(realmAndNonce());

        Authentication outcome = check(Method.ALLOCATE, hidden, bobsClassicKey, null);

        assertThat(outcome.accepted()).isTrue();
        assertThat(outcome.username()).isEqualTo("bob");
    }

    @Test
    void aHashOfNobodyOrOfASharedSecretNameIs401() {
        for (String name : List.of("rob", "1900000000:alice")) {
            Authentication outcome = check(Method.ALLOCATE, hash(name).andThen(realmAndNonce()), bobsClassicKey, null);

            assertRefused(outcome, AuthRefusal.UNKNOWN_USER, ErrorCode.UNAUTHENTICATED, true);
            assertThat(outcome.username()).isNull();
        }
    }

    @Test
    void whatIsMissingBesideTheIntegrityIs400WithoutChallenge() {
        Consumer<StunMessageWriter> name = name("bob");
        Consumer<StunMessageWriter> realm = writer -> writer.add(AttributeType.REALM, REALM);
        byte[] issued = nonces().issue(CLIENT, 1, epochSeconds);
        Consumer<StunMessageWriter> nonce = writer -> writer.add(AttributeType.NONCE, issued);

        for (Consumer<StunMessageWriter> some :
                List.of(NOTHING, name.andThen(realm), name.andThen(nonce), realm.andThen(nonce))) {
            Authentication outcome = check(Method.ALLOCATE, some, bobsClassicKey, null);
            assertRefused(outcome, AuthRefusal.BAD_REQUEST, ErrorCode.BAD_REQUEST, false);
        }
    }

    @Test
    void whatIsMalformedIs400() {
        Consumer<StunMessageWriter> twoNames = as("bob").andThen(hash("bob"));
        Consumer<StunMessageWriter> shortHash =
                realmAndNonce().andThen(writer -> writer.add(AttributeType.USERHASH, new byte[31]));
        Consumer<StunMessageWriter> noText =
                realmAndNonce().andThen(writer -> writer.add(AttributeType.USERNAME, new byte[] {(byte) 0xC0, 0}));
        Consumer<StunMessageWriter> longNonce = name("bob")
                .andThen(writer -> writer.add(AttributeType.REALM, REALM).add(AttributeType.NONCE, new byte[764]));

        for (Consumer<StunMessageWriter> bad : List.of(twoNames, shortHash, noText, longNonce)) {
            assertThat(check(Method.ALLOCATE, bad, bobsClassicKey, null).error()).isEqualTo(ErrorCode.BAD_REQUEST);
        }
    }

    @Test
    void whoeverTalksTheAlgorithmsDownGets400() {
        Consumer<StunMessageWriter> bob = as("bob");
        Consumer<StunMessageWriter> onlyChosen =
                writer -> PasswordAlgorithmAttribute.writeChosen(writer, PasswordAlgorithm.SHA256);
        Consumer<StunMessageWriter> onlyOffered = writer -> PasswordAlgorithmAttribute.writeOffered(writer, OFFERED);
        Consumer<StunMessageWriter> unknown = onlyOffered.andThen(
                writer -> writer.add(AttributeType.PASSWORD_ALGORITHM, 0x0003_0000));

        for (Consumer<StunMessageWriter> bad : List.of(onlyChosen, onlyOffered, unknown,
                choose(List.of(PasswordAlgorithm.MD5), PasswordAlgorithm.MD5),
                choose(OFFERED.reversed(), PasswordAlgorithm.SHA256))) {
            Authentication outcome = check(Method.ALLOCATE, bob.andThen(bad), null, bobsModernKey);
            assertRefused(outcome, AuthRefusal.BAD_REQUEST, ErrorCode.BAD_REQUEST, false);
        }
    }

    @Test
    void unknownNamesAndWrongPasswordsAre401() {
        assertRefused(check(Method.ALLOCATE, as("rob"), bobsClassicKey, null), AuthRefusal.UNKNOWN_USER,
                ErrorCode.UNAUTHENTICATED, true);
        assertRefused(check(Method.ALLOCATE, as("bob"), bobsModernKey, null), AuthRefusal.BAD_INTEGRITY,
                ErrorCode.UNAUTHENTICATED, true);
    }

    @Test
    void theNonceIsLookedAtLast() {
        Consumer<StunMessageWriter> bob = as("bob");
        Consumer<StunMessageWriter> rob = as("rob");
        epochSeconds += LIFETIME + 1;

        assertThat(check(Method.REFRESH, rob, bobsClassicKey, null).refusal()).isEqualTo(AuthRefusal.UNKNOWN_USER);
        assertThat(check(Method.REFRESH, bob, bobsModernKey, null).refusal()).isEqualTo(AuthRefusal.BAD_INTEGRITY);
        assertRefused(check(Method.REFRESH, bob, bobsClassicKey, null), AuthRefusal.STALE_NONCE,
                ErrorCode.STALE_NONCE, true);
        epochSeconds -= 2 * LIFETIME;
        assertThat(check(Method.REFRESH, bob, bobsClassicKey, null).refusal()).isEqualTo(AuthRefusal.STALE_NONCE);
    }

    /** RFC 5769 §2.4 and RFC 8489 B.1: right but for a nonce that this server did not make. */
    @Test
    void theSampleRequestsOfTheStandardsAreStale() {
        for (String name : List.of(Vectors.REQUEST_LONG_TERM, Vectors.REQUEST_SHA256)) {
            byte[] bytes = Vectors.read(name);
            assertThat(message.wrap(bytes, 0, bytes.length)).isEqualTo(Malformed.NONE);

            Authentication outcome = authenticator.check(message, CLIENT, true, 0);

            assertThat(outcome.refusal()).as(name).isEqualTo(AuthRefusal.STALE_NONCE);
            assertThat(outcome.username()).isEqualTo(Vectors.USERNAME);
        }
    }

    @Test
    void everySecretAndBothHashesAreGood() {
        String name = "1900000000:alice";
        for (String password : new SharedSecret(List.of("south wind")).find(name).candidates()) {
            Authentication outcome = check(Method.ALLOCATE, as(name), LongTermKey.md5(name, REALM, password), null);

            assertThat(outcome.accepted()).as(password).isTrue();
            assertThat(outcome.username()).isEqualTo(name);
            assertThat(outcome.user()).isEqualTo("alice");
        }
        String stranger = new SharedSecret(List.of("east wind")).mint("alice", 1_900_000_000).password();
        assertThat(check(Method.ALLOCATE, as(name), LongTermKey.md5(name, REALM, stranger), null).refusal())
                .isEqualTo(AuthRefusal.BAD_INTEGRITY);
    }

    @Test
    void expiredCredentialsBeginNothingButACallOutlivesThem() {
        SharedSecret.Credential credential = secret.mint("alice", epochSeconds + 5);
        SecretKey key = LongTermKey.md5(credential.username(), REALM, credential.password());
        Consumer<StunMessageWriter> alice = as(credential.username());
        epochSeconds += 5;
        assertThat(check(Method.ALLOCATE, alice, key, null).accepted()).isTrue();
        epochSeconds += 1;

        assertRefused(check(Method.ALLOCATE, alice, key, null), AuthRefusal.EXPIRED_CREDENTIALS,
                ErrorCode.UNAUTHENTICATED, true);
        assertThat(check(Method.REFRESH, alice, key, null).accepted()).isTrue();
        assertThat(check(Method.CHANNEL_BIND, alice, key, null).accepted()).isTrue();
    }

    @Test
    void aKnownClientCostsNoLookup() {
        authenticator = authenticator(counting(users));
        Consumer<StunMessageWriter> bob = as("bob");
        check(Method.ALLOCATE, bob, bobsModernKey, null);
        assertThat(lookups).isEqualTo(1);
        check(Method.ALLOCATE, bob, bobsClassicKey, null);
        assertThat(lookups).isEqualTo(2);

        assertThat(check(Method.REFRESH, bob, bobsClassicKey, null).accepted()).isTrue();

        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void keysAreKeptInBounds() {
        KeyCache cache = new KeyCache(2);
        KeyCache.Known entry = new KeyCache.Known(bobsClassicKey, "bob", 0);
        cache.keep("a", PasswordAlgorithm.MD5, entry);
        cache.keep("b", PasswordAlgorithm.MD5, entry);
        cache.find("a", PasswordAlgorithm.MD5);
        cache.keep("c", PasswordAlgorithm.MD5, entry);

        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.find("a", PasswordAlgorithm.MD5)).isSameAs(entry);
        assertThat(cache.find("a", PasswordAlgorithm.SHA256)).isNull();
        assertThat(cache.find("b", PasswordAlgorithm.MD5)).isNull();
    }

    @Test
    void aNetworkThatAsksTooOftenGetsSilence() {
        budget = new ChallengeBudget(1, 3, 1);
        authenticator = authenticator(users);
        for (int i = 0; i < 3; i++) {
            assertThat(check(Method.ALLOCATE, NOTHING, null, null).silent()).isFalse();
        }

        Authentication outcome = check(Method.ALLOCATE, NOTHING, null, null);

        assertThat(outcome.silent()).isTrue();
        assertThat(outcome.challenge()).isFalse();
        assertThat(outcome.error()).isNull();
        assertThat(outcome.refusal()).isEqualTo(AuthRefusal.CHALLENGE_BUDGET);
        assertThat(authenticator.silenced()).isEqualTo(1);
        assertThat(authenticator.check(message, CLIENT, false, 0).silent()).isFalse();
        assertThat(check(Method.ALLOCATE, as("bob"), bobsClassicKey, null).accepted()).isTrue();
    }

    private Authenticator authenticator(Credentials credentials) {
        return new Authenticator(REALM, credentials, nonces(), budget, () -> epochSeconds);
    }

    private static Nonces nonces() {
        return new Nonces(new byte[Nonces.KEY_BYTES], LIFETIME);
    }

    private Credentials counting(Credentials real) {
        return new Credentials() {
            @Override
            public Password find(String username) {
                lookups++;
                return real.find(username);
            }

            @Override
            public String findByUserhash(byte[] userhash) {
                return real.findByUserhash(userhash);
            }

            @Override
            public boolean findsAllByUserhash() {
                return real.findsAllByUserhash();
            }
        };
    }

    private Authentication check(
            Method method, Consumer<StunMessageWriter> attributes, SecretKey classic, SecretKey modern) {
        ByteBuffer buffer = ByteBuffer.allocate(1500);
        StunMessageWriter writer = new StunMessageWriter()
                .start(buffer, 0, MessageType.of(MessageClass.REQUEST, method), new TransactionId(1, 2));
        attributes.accept(writer);
        if (classic != null) {
            MessageIntegrity.sha1().sign(writer, classic);
        }
        if (modern != null) {
            MessageIntegrity.sha256().sign(writer, modern);
        }
        assertThat(message.wrap(buffer, 0, writer.length())).isEqualTo(Malformed.NONE);
        return authenticator.check(message, CLIENT, true, 0);
    }

    private StunMessage challenge() {
        ByteBuffer buffer = ByteBuffer.allocate(500);
        StunMessageWriter writer = response(buffer);
        authenticator.writeChallenge(writer, CLIENT, 0);
        return read(buffer, writer);
    }

    private StunMessage signed(Authentication outcome) {
        ByteBuffer buffer = ByteBuffer.allocate(500);
        StunMessageWriter writer = response(buffer);
        authenticator.sign(writer, outcome);
        return read(buffer, writer);
    }

    private static StunMessageWriter response(ByteBuffer buffer) {
        MessageType type = MessageType.of(MessageClass.ERROR_RESPONSE, Method.ALLOCATE);
        return new StunMessageWriter().start(buffer, 0, type, new TransactionId(1, 2));
    }

    private static StunMessage read(ByteBuffer buffer, StunMessageWriter writer) {
        StunMessage response = new StunMessage();
        assertThat(response.wrap(buffer, 0, writer.length())).isEqualTo(Malformed.NONE);
        return response;
    }

    private static void assertRefused(Authentication outcome, AuthRefusal why, ErrorCode error, boolean challenge) {
        assertThat(outcome.accepted()).isFalse();
        assertThat(outcome.key()).isNull();
        assertThat(outcome.refusal()).isEqualTo(why);
        assertThat(outcome.error()).isEqualTo(error);
        assertThat(outcome.challenge()).isEqualTo(challenge);
    }

    private Consumer<StunMessageWriter> as(String username) {
        return name(username).andThen(realmAndNonce());
    }

    private static Consumer<StunMessageWriter> name(String username) {
        return writer -> writer.add(AttributeType.USERNAME, username);
    }

    private static Consumer<StunMessageWriter> hash(String username) {
        return writer -> writer.add(AttributeType.USERHASH, Userhash.of(username, REALM));
    }

    private Consumer<StunMessageWriter> realmAndNonce() {
        byte[] nonce = nonces().issue(CLIENT, SecurityFeatures.PASSWORD_ALGORITHMS, epochSeconds);
        return writer -> writer.add(AttributeType.REALM, REALM).add(AttributeType.NONCE, nonce);
    }

    private static Consumer<StunMessageWriter> choose(List<PasswordAlgorithm> offered, PasswordAlgorithm chosen) {
        return writer -> {
            PasswordAlgorithmAttribute.writeOffered(writer, offered);
            PasswordAlgorithmAttribute.writeChosen(writer, chosen);
        };
    }
}
