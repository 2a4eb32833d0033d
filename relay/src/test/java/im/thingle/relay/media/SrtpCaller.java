// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.media;

import im.thingle.relay.srtp.SrtpMaster;
import im.thingle.relay.srtp.SrtpProfile;
import im.thingle.relay.srtp.SrtpReceiver;
import im.thingle.relay.srtp.SrtpSender;
import im.thingle.relay.turn.ServerCertificate;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A client that has reached the relay with ICE and makes DTLS-SRTP with it. Its crypto is another than the relay's. */
final class SrtpCaller {
    /** What the client does. */
    static final class Choice {
        ServerCertificate certificate = im.thingle.relay.turn.Certificate.selfSigned();
        boolean showsCertificate = true;
        int[] profiles = {SrtpProfile.AEAD_AES_128_GCM.code(), SrtpProfile.AES128_CM_HMAC_SHA1_80.code()};
    }

    final SrtpSender out;
    final SrtpReceiver in;
    final SrtpProfile profile;
    /** What it was shown. */
    final byte[] relaysCertificate;
    private final IceClient ice;
    private final DTLSTransport transport;

    SrtpCaller(IceClient ice, Choice choice) throws IOException {
        this.ice = ice;
        Client client = new Client(choice);
        transport = new DTLSClientProtocol().connect(client, new Datagrams());
        profile = SrtpProfile.of(client.profile).orElseThrow();
        out = new SrtpSender(profile, SrtpMaster.ofClient(profile, client.exported));
        in = new SrtpReceiver(profile, SrtpMaster.ofServer(profile, client.exported));
        relaysCertificate = client.shown;
    }

    /** Sends an RTP packet under an index of its own; returns it as it went. */
    byte[] sendRtp(byte[] packet, long index) throws IOException {
        byte[] sealed = Arrays.copyOf(packet, packet.length + 32);
        byte[] sent = Arrays.copyOf(sealed, out.sealRtp(sealed, packet.length, index));
        ice.send(1, sent);
        return sent;
    }

    void sendRtcp(byte[] packet) throws IOException {
        byte[] sealed = Arrays.copyOf(packet, packet.length + 32);
        ice.send(1, Arrays.copyOf(sealed, out.sealRtcp(sealed, packet.length)));
    }

    byte[] receiveRtp() throws IOException {
        byte[] packet = ice.receive(1);
        return Arrays.copyOf(packet, in.openRtp(packet, packet.length));
    }

    byte[] receiveRtcp() throws IOException {
        byte[] packet = ice.receive(1);
        return Arrays.copyOf(packet, in.openRtcp(packet, packet.length));
    }

    void close() throws IOException {
        transport.close();
    }

    private final class Datagrams implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return 2048;
        }

        @Override
        public int getSendLimit() {
            return 1200;
        }

        @Override
        public int receive(byte[] into, int at, int limit, int waitMillis) throws IOException {
            try {
                byte[] datagram = ice.receive(1);
                System.arraycopy(datagram, 0, into, at, datagram.length);
                return datagram.length;
            } catch (SocketTimeoutException nothing) {
                return -1;
            }
        }

        @Override
        public void send(byte[] from, int at, int length) throws IOException {
            ice.send(1, Arrays.copyOfRange(from, at, at + length));
        }

        @Override
        public void close() {}
    }

    private static final class Client extends DefaultTlsClient {
        private final Choice choice;
        private int profile;
        private byte[] exported;
        private byte[] shown;

        Client(Choice choice) {
            super(new BcTlsCrypto(new SecureRandom()));
            this.choice = choice;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        @SuppressWarnings({"rawtypes", "unchecked"})
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getClientExtensions());
            if (choice.profiles.length > 0) {
                TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(choice.profiles, TlsUtils.EMPTY_BYTES));
            }
            return extensions;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void processServerExtensions(Hashtable extensions) throws IOException {
            super.processServerExtensions(extensions);
            profile = TlsSRTPUtils.getUseSRTPExtension(extensions).getProtectionProfiles()[0];
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            exported = context.exportKeyingMaterial(
                    ExporterLabel.dtls_srtp, null, SrtpProfile.of(profile).orElseThrow().exportedBytes());
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                    shown = certificate.getCertificate().getCertificateAt(0).getEncoded();
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    return choice.showsCertificate ? credentials(request) : null;
                }
            };
        }

        private TlsCredentials credentials(CertificateRequest request) throws IOException {
            try {
                BcTlsCrypto crypto = (BcTlsCrypto) context.getCrypto();
                Certificate chain = new Certificate(new TlsCertificate[] {
                    crypto.createCertificate(choice.certificate.chain().getFirst().getEncoded())
                });
                return new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), crypto,
                        PrivateKeyFactory.createKey(choice.certificate.key().getEncoded()), chain,
                        ecdsa(request.getSupportedSignatureAlgorithms()));
            } catch (GeneralSecurityException broken) {
                throw new IOException(broken);
            }
        }

        private static SignatureAndHashAlgorithm ecdsa(Vector<?> offered) {
            return offered.stream()
                    .map(SignatureAndHashAlgorithm.class::cast)
                    .filter(each -> each.getSignature() == SignatureAlgorithm.ecdsa)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
