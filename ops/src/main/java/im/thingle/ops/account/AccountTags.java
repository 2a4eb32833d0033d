// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.account;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.GCMSIVBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Names for accounts that only this server can read, to stand in TURN user names, which travel in clear. Safe from any
 * thread.
 *
 * <p>A tag is the bare JID, padded with zero bytes to a multiple of 16, under AES-256-GCM-SIV (RFC 8452), in URL-safe
 * Base64. The same account always has the same tag, so that each server with the secret counts its allocations
 * together; GCM-SIV is the mode that gives nothing else away when the nonce is always the same. The key comes from the
 * shared secret of the time-limited credentials (HKDF, RFC 5869), and a tag of each secret is read, so that a
 * secret can be replaced.
 *
 * <p>A JID too long for a TURN user name has a keyed hash as its tag, which nobody can read.
 */
public final class AccountTags {
    /** With 16 bytes of MAC, in Base64 and behind a time and a colon these fit into 508 bytes (RFC 8489 §14.3). */
    private static final int MOST_JID_BYTES = 352;

    private static final int BLOCK_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int MAC_BITS = 128;
    private static final byte[] NO_NONCE = new byte[12];
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]{43,491}");

    private final List<Keys> keys;

    /** @param secrets of time-limited credentials, the one that new tags are made with first */
    public AccountTags(List<String> secrets) {
        keys = secrets.stream().map(Keys::of).toList();
    }

    private record Keys(KeyParameter sealing, KeyParameter hashing) {
        static Keys of(String secret) {
            var bytes = secret.getBytes(StandardCharsets.UTF_8);
            return new Keys(derive(bytes, "thingle account tag"), derive(bytes, "thingle account hash"));
        }

        private static KeyParameter derive(byte[] secret, String label) {
            var hkdf = new HKDFBytesGenerator(SHA256Digest.newInstance());
            hkdf.init(new HKDFParameters(secret, null, label.getBytes(StandardCharsets.UTF_8)));
            var key = new byte[KEY_BYTES];
            hkdf.generateBytes(key, 0, KEY_BYTES);
            return new KeyParameter(key);
        }
    }

    /** @param account prepared bare JID */
    public String tag(String account) {
        var text = account.getBytes(StandardCharsets.UTF_8);
        var padded = Arrays.copyOf(text, (text.length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
        var bytes = padded.length > MOST_JID_BYTES ? hash(text, keys.getFirst()) : seal(padded, keys.getFirst());
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The account with this tag; empty if it is none that one of the secrets has made. */
    public Optional<String> account(String tag) {
        if (!TAG.matcher(tag).matches() || tag.length() % 4 == 1) { // most names of people end here
            return Optional.empty();
        }
        var bytes = Base64.getUrlDecoder().decode(tag);
        if (bytes.length % BLOCK_BYTES != 0 || !text(bytes).equals(tag)) { // bits left over must be zero
            return Optional.empty();
        }
        return keys.stream().map(each -> open(bytes, each)).flatMap(Optional::stream).findFirst();
    }

    private static byte[] seal(byte[] padded, Keys keys) {
        try {
            return run(true, padded, keys);
        } catch (InvalidCipherTextException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<String> open(byte[] sealed, Keys keys) {
        try {
            var padded = run(false, sealed, keys);
            var length = padded.length;
            while (length > 0 && padded[length - 1] == 0) {
                length--;
            }
            return Optional.of(new String(padded, 0, length, StandardCharsets.UTF_8));
        } catch (InvalidCipherTextException foreign) {
            return Optional.empty();
        }
    }

    private static byte[] run(boolean forEncryption, byte[] input, Keys keys) throws InvalidCipherTextException {
        var cipher = new GCMSIVBlockCipher();
        cipher.init(forEncryption, new AEADParameters(keys.sealing(), MAC_BITS, NO_NONCE));
        cipher.processBytes(input, 0, input.length, new byte[0], 0); // it keeps all until the end
        var output = new byte[cipher.getOutputSize(0)];
        cipher.doFinal(output, 0);
        return output;
    }

    private static byte[] hash(byte[] text, Keys keys) {
        var hmac = new HMac(SHA256Digest.newInstance());
        hmac.init(keys.hashing());
        hmac.update(text, 0, text.length);
        var hash = new byte[hmac.getMacSize()];
        hmac.doFinal(hash, 0);
        return hash;
    }
}
