// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptor;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path directory;

    private static ServerCertificate certificate(String algorithm) throws Exception {
        var pair = pair(algorithm);
        var name = new X500Name("CN=turn.example.org");
        var builder = new JcaX509v3CertificateBuilder(name, BigInteger.TEN, Date.from(NOW),
                Date.from(NOW.plusSeconds(1000)), name, pair.getPublic());
        var signer = new JcaContentSignerBuilder(switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        }).build(pair.getPrivate());
        return new ServerCertificate(pair.getPrivate(),
                List.of(new JcaX509CertificateConverter().getCertificate(builder.build(signer))));
    }

    private static KeyPair pair(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        }
        return generator.generateKeyPair();
    }

    private static String pem(Object... blocks) throws IOException {
        var text = new StringWriter();
        try (var out = new JcaPEMWriter(text)) {
            for (var block : blocks) {
                out.writeObject(block);
            }
        }
        return text.toString();
    }

    /** As openssl writes it: with the curve inside, which the JDK leaves out. */
    private static PemObject sec1(ECPrivateKey key) throws IOException {
        return new PemObject("EC PRIVATE KEY", new org.bouncycastle.asn1.sec.ECPrivateKey(
                256, key.getS(), SECObjectIdentifiers.secp256r1).getEncoded());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @ParameterizedTest
    @CsvSource({"RSA, true, BEGIN RSA PRIVATE KEY", "EC, true, BEGIN EC PRIVATE KEY", "RSA, false, BEGIN PRIVATE KEY",
        "EC, false, BEGIN PRIVATE KEY", "Ed25519, false, BEGIN PRIVATE KEY"})
    void readsKeysOfEveryCommonForm(String algorithm, boolean traditional, String header) throws Exception {
        var made = certificate(algorithm);
        var key = !traditional ? pem(new JcaPKCS8Generator(made.key(), null))
                : made.key() instanceof ECPrivateKey ec ? pem(sec1(ec))
                : pem(made.key());
        assertThat(key).contains(header);

        var read = new CertificateFiles(file("c.pem", pem(made.chain().getFirst())), file("k.pem", key)).read();

        assertThat(read.chain()).as("and the key belongs to it, or it would be refused").isEqualTo(made.chain());
        assertThat(read.key().getAlgorithm()).isEqualTo(made.key().getAlgorithm());
    }

    @Test
    void readsBothFromOneFileWithOtherBlocksBetween() throws Exception {
        var made = certificate("EC");
        var parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        var both = file("both.pem", "a remark\n" + parameters + Pem.text(made) + pem(certificate("RSA").chain()
                .getFirst()));

        var read = new CertificateFiles(both, both).read();

        assertThat(read.chain()).hasSize(2).first().isEqualTo(made.chain().getFirst());
        assertThat(read.key()).isEqualTo(made.key());
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        var mine = certificate("EC");
        var other = certificate("EC");
        var files = new CertificateFiles(file("c.pem", pem(mine.chain().getFirst())),
                file("k.pem", pem(new JcaPKCS8Generator(other.key(), null))));

        assertThatThrownBy(files::read).isInstanceOf(BrokenCertificate.class)
                .hasMessageContaining("is not the key of the certificate").hasMessageContaining("k.pem");
    }

    @Test
    void saysThatTheIntermediatesStandFirst() throws Exception {
        var mine = certificate("EC");
        var other = certificate("EC");
        var files = new CertificateFiles(file("c.pem", pem(other.chain().getFirst(), mine.chain().getFirst())),
                file("k.pem", pem(new JcaPKCS8Generator(mine.key(), null))));

        assertThatThrownBy(files::read).hasMessageContaining("does not begin with").hasMessageContaining("c.pem");
    }

    @Test
    void saysThatAKeyHasAPassphrase() throws Exception {
        var mine = certificate("RSA");
        PEMEncryptor encryptor = new JcePEMEncryptorBuilder("AES-256-CBC").setProvider(new BouncyCastleProvider())
                .build("secret".toCharArray());
        var key = new StringWriter();
        try (var out = new JcaPEMWriter(key)) {
            out.writeObject(new JcaMiscPEMGenerator(mine.key(), encryptor));
        }
        var files = new CertificateFiles(file("c.pem", pem(mine.chain().getFirst())), file("k.pem", key.toString()));

        assertThatThrownBy(files::read).hasMessageContaining("has a passphrase").hasMessageContaining("openssl pkey");
    }

    @Test
    void saysWhatIsWrongWithFiles() throws Exception {
        var good = file("good.pem", Pem.text(certificate("EC")));
        var empty = file("empty.pem", "");
        var damaged = file("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var missing = directory.resolve("missing.pem");

        assertThatThrownBy(new CertificateFiles(missing, good)::read).hasMessageContaining("there is no such file");
        assertThatThrownBy(new CertificateFiles(directory, good)::read).hasMessageContaining("it is a directory");
        assertThatThrownBy(new CertificateFiles(empty, good)::read).hasMessageContaining("holds no certificate");
        assertThatThrownBy(new CertificateFiles(damaged, good)::read).hasMessageContaining("is not a PEM file");
        assertThatThrownBy(new CertificateFiles(good, empty)::read).hasMessageContaining("holds no private key");
        assertThatThrownBy(new CertificateFiles(good, missing)::read).hasMessageContaining("there is no such file");
    }
}
