// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import im.thingle.relay.turn.ServerCertificate;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/**
 * Where a certificate and its key stand; may be one file. Immutable.
 *
 * @param certificate PEM, the server's own first
 * @param key PEM, without a passphrase
 */
public record CertificateFiles(Path certificate, Path key) {
    /** Reads both and checks that they belong together. */
    public ServerCertificate read() throws BrokenCertificate {
        var chain = Pem.certificates(certificate);
        var secret = Pem.key(key);
        if (!belongs(secret, chain.getFirst())) {
            var other = chain.stream().anyMatch(each -> belongs(secret, each));
            throw new BrokenCertificate(!other, other ? certificate : key,
                    other ? "does not begin with the certificate of the key" : "is not the key of the certificate",
                    other ? "put the server's own certificate first, its intermediates behind it"
                            : "write the key that the certificate was made with");
        }
        return new ServerCertificate(secret, chain);
    }

    private static boolean belongs(PrivateKey key, X509Certificate certificate) {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        try {
            var signature = Signature.getInstance(switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            });
            var text = new byte[32];
            signature.initSign(key);
            signature.update(text);
            var signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException differ) {
            return false;
        }
    }
}
