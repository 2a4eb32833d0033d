// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * Our side of one handshake: DTLS 1.2 (RFC 6347; Bouncy Castle has no 1.3), forward secrecy and authenticated
 * encryption only. Confined to the thread of its handshake, then to its event loop.
 */
public class DtlsServer extends DefaultTlsServer {
    private static final int HANDSHAKE_MILLIS = 10_000;
    // all with AES-GCM: see DtlsRecords before adding any other
    private static final int[] FOR_RSA = {
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    };
    private static final int[] FOR_EC = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    };

    private final JcaTlsCrypto crypto;
    private final ServerCertificate certificate;

    public DtlsServer(JcaTlsCrypto crypto, ServerCertificate certificate) {
        super(crypto);
        this.crypto = crypto;
        this.certificate = certificate;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        boolean rsa = certificate.key().getAlgorithm().equals("RSA");
        return TlsUtils.getSupportedCipherSuites(crypto, rsa ? FOR_RSA : FOR_EC);
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return HANDSHAKE_MILLIS;
    }

    @Override
    protected TlsCredentialedSigner getRSASignerCredentials() throws IOException {
        return signer(SignatureAlgorithm.rsa);
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        String algorithm = certificate.key().getAlgorithm();
        if (!algorithm.equals("EC")) {
            throw new IOException("DTLS needs a certificate with an EC or RSA key, not " + algorithm);
        }
        return signer(SignatureAlgorithm.ecdsa);
    }

    private TlsCredentialedSigner signer(short algorithm) throws IOException {
        PrivateKey key = certificate.key();
        return new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, key, chain(), common(algorithm));
    }

    /** The client's favourite among those that our key can make; ours, if it does not say. */
    private SignatureAndHashAlgorithm common(short algorithm) throws IOException {
        Vector<?> clients = context.getSecurityParametersHandshake().getClientSigAlgs();
        Vector<?> choice = clients == null ? TlsUtils.getDefaultSignatureAlgorithms(algorithm) : clients;
        for (Object each : choice) {
            SignatureAndHashAlgorithm candidate = (SignatureAndHashAlgorithm) each;
            if (candidate.getSignature() == algorithm && crypto.hasSignatureAndHashAlgorithm(candidate)) {
                return candidate;
            }
        }
        throw new IOException("no signature algorithm in common");
    }

    private Certificate chain() throws IOException {
        try {
            TlsCertificate[] chain = new TlsCertificate[certificate.chain().size()];
            int i = 0;
            for (X509Certificate each : certificate.chain()) {
                chain[i++] = crypto.createCertificate(each.getEncoded());
            }
            return new Certificate(chain);
        } catch (CertificateEncodingException e) {
            throw new IOException("the server's certificate cannot be written", e);
        }
    }
}
