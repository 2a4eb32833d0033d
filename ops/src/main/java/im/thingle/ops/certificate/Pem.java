// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Certificates and keys as PEM text: PKCS #8, PKCS #1 and SEC 1, in any order and with other blocks between them. */
final class Pem {
    private Pem() {}

    /** At least one. */
    static List<X509Certificate> certificates(Path file) throws BrokenCertificate {
        var found = new ArrayList<X509Certificate>();
        try {
            for (var block : blocks(file)) {
                if (block instanceof X509CertificateHolder holder) {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (IOException | CertificateException | RuntimeException broken) {
            throw unusable(false, file, broken, "certificates");
        }
        if (found.isEmpty()) {
            throw new BrokenCertificate(false, file, "holds no certificate",
                    "write a PEM file that begins with the server's own certificate");
        }
        return found;
    }

    /** The first private key. */
    static PrivateKey key(Path file) throws BrokenCertificate {
        try {
            for (var block : blocks(file)) {
                switch (block) {
                    case PEMKeyPair pair -> {
                        return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    case PrivateKeyInfo info -> {
                        return new JcaPEMKeyConverter().getPrivateKey(info);
                    }
                    case PEMEncryptedKeyPair locked -> throw locked(file);
                    case PKCS8EncryptedPrivateKeyInfo locked -> throw locked(file);
                    default -> { } // certificates, parameters of a curve
                }
            }
        } catch (BrokenCertificate known) {
            throw known;
        } catch (IOException | RuntimeException broken) {
            throw unusable(true, file, broken, "a private key");
        }
        throw new BrokenCertificate(true, file, "holds no private key",
                "write a PEM file with the private key of the certificate");
    }

    private static List<Object> blocks(Path file) throws IOException {
        try (var parser = new PEMParser(Files.newBufferedReader(file, StandardCharsets.ISO_8859_1))) {
            var blocks = new ArrayList<>();
            for (var block = parser.readObject(); block != null; block = parser.readObject()) {
                blocks.add(block);
            }
            return blocks;
        }
    }

    private static BrokenCertificate locked(Path file) {
        return new BrokenCertificate(true, file, "has a passphrase",
                "take it off with: openssl pkey -in FILE -out NEWFILE");
    }

    private static BrokenCertificate unusable(boolean ofKey, Path file, Exception broken, String content) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            return new BrokenCertificate(ofKey, file, "cannot be read", Files.isDirectory(file) ? "it is a directory"
                    : Files.exists(file) ? "check its permissions" : "there is no such file");
        }
        var broke = new BrokenCertificate(ofKey, file, "is not a PEM file with " + content, "look for a damaged block");
        broke.initCause(broken);
        return broke;
    }

    /** The chain, then the key, as {@link CertificateFiles} reads them from one file. */
    static String text(ServerCertificate certificate) {
        var text = new StringWriter();
        try (var out = new JcaPEMWriter(text)) {
            for (var each : certificate.chain()) {
                out.writeObject(each);
            }
            out.writeObject(new JcaPKCS8Generator(certificate.key(), null));
        } catch (IOException impossible) {
            throw new IllegalStateException("a StringWriter failed", impossible);
        }
        return text.toString();
    }
}
