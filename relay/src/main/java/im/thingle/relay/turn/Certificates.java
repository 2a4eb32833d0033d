// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.turn;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.cert.X509Certificate;

/**
 * The certificate in force and what TLS needs made from it: BoringSSL where it can be had, else the JDK's TLS.
 * Connections go on with the one they began with. Safe from any thread.
 */
final class Certificates {
    private record Current(ServerCertificate certificate, SslContext tls) {}

    private volatile Current current = new Current(null, null);

    /**
     * Puts a certificate in force.
     *
     * @param certificate null: no TLS
     * @throws IOException if it cannot be used; the one before stays
     */
    void renew(ServerCertificate certificate) throws IOException {
        current = new Current(certificate, certificate == null ? null : context(certificate));
    }

    /** Null: there is none. */
    ServerCertificate current() {
        return current.certificate();
    }

    /** For the next connection; null: there is no certificate. */
    SslContext tls() {
        return current.tls();
    }

    private static SslContext context(ServerCertificate certificate) throws IOException {
        X509Certificate[] chain = certificate.chain().toArray(X509Certificate[]::new);
        return SslContextBuilder.forServer(certificate.key(), chain)
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        "stun.turn", // RFC 7443
                        "stun.nat-discovery"))
                .build();
    }
}
