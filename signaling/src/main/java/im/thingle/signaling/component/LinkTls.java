// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.component;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Makes the TLS handlers of the component link (RFC 7590 §3: always verified, the name included). Safe from any thread.
 */
final class LinkTls {
    private static final long HANDSHAKE_SECONDS = 15;

    private LinkTls() {}

    /** The context for these settings, or empty for plain TCP. */
    static Optional<SslContext> context(Tls tls) {
        return switch (tls) {
            case Tls.Off() -> Optional.empty();
            case Tls.Direct(Optional<Path> trustFile) -> Optional.of(context(trustFile));
        };
    }

    static SslHandler handler(SslContext context, ComponentSettings settings, Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc(), settings.host(), settings.port());
        handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
        return handler;
    }

    private static SslContext context(Optional<Path> trustFile) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .endpointIdentificationAlgorithm("HTTPS");
        try {
            trustFile.ifPresent(file -> builder.trustManager(file.toFile()));
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the TLS trust file "
                    + trustFile.map(Path::toString).orElse("of the JDK")
                    + " cannot be used (" + e.getMessage()
                    + "); give a readable PEM file with the certificates to trust", e);
        }
    }
}
