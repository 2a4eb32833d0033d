// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.srtp.SrtpProfile;
import im.thingle.relay.turn.DtlsServer;
import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * Our side of a handshake whose keys are for SRTP (RFC 5764 §4): the party shows the certificate that it has announced
 * (RFC 5763 §5), or there is no call. Confined to the thread of its handshake, then to its event loop.
 */
final class SrtpHandshake extends DtlsServer {
    private final DtlsPeer peer;
    private SrtpProfile profile;
    private byte[] exported;
    private volatile boolean mistaken;

    SrtpHandshake(JcaTlsCrypto crypto, ServerCertificate certificate, DtlsPeer peer) {
        super(crypto, certificate);
        this.peer = peer;
    }

    /** What was agreed on; when it is over. */
    SrtpProfile profile() {
        return profile;
    }

    /** The keys of both sides; when it is over. */
    byte[] exported() {
        return exported;
    }

    /** Whether the party has another certificate than it has announced. */
    boolean isMistaken() {
        return mistaken;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        UseSRTPData offered = extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions);
        profile = offered == null ? null : favourite(offered);
        if (profile == null) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "no profile of SRTP in common");
        }
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Hashtable getServerExtensions() throws IOException {
        Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getServerExtensions());
        TlsSRTPUtils.addUseSRTPExtension(
                extensions, new UseSRTPData(new int[] {profile.code()}, TlsUtils.EMPTY_BYTES));
        return extensions;
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return new CertificateRequest(new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                TlsUtils.getDefaultSupportedSignatureAlgorithms(context), null);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        if (certificate == null || certificate.isEmpty() || !peer.is(certificate.getCertificateAt(0).getEncoded())) {
            mistaken = true;
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "not the certificate that was announced");
        }
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        exported = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, profile.exportedBytes());
    }

    private static SrtpProfile favourite(UseSRTPData offered) {
        return IntStream.of(offered.getProtectionProfiles())
                .mapToObj(SrtpProfile::of)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }
}
