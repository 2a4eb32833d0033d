// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import im.thingle.relay.turn.ServerCertificate;
import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes a certificate that nobody has signed but itself (RFC 5280 §4), with a new key on the curve P-256. */
public final class SelfSigned {
    static final Duration VALID = Duration.ofDays(3 * 365);

    /** For clients whose clock is behind. */
    private static final Duration LEEWAY = Duration.ofDays(1);

    private static final X500Name NAME = new X500Name("CN=Thingle (self-signed)");
    private static final int SERIAL_BITS = 127;

    private SelfSigned() {}

    /** @param names host names and addresses without brackets; all of them become subjectAltNames */
    public static ServerCertificate make(Collection<String> names, Instant now) {
        try {
            var random = new SecureRandom();
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            var pair = generator.generateKeyPair();
            var builder = new JcaX509v3CertificateBuilder(NAME, new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                    Date.from(now.minus(LEEWAY)), Date.from(now.plus(VALID)), NAME, pair.getPublic());
            extend(builder, names);
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            var certificate = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            return new ServerCertificate(pair.getPrivate(), List.of(certificate));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }

    private static void extend(JcaX509v3CertificateBuilder builder, Collection<String> names) throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        var all = names.stream().map(SelfSigned::name).toArray(GeneralName[]::new);
        if (all.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
        }
    }

    private static GeneralName name(String name) {
        var address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }
}
