// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.certificate;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which names and addresses a certificate is for (RFC 5280 §4.2.1.6, RFC 6125 §6.4). */
public final class Names {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private Names() {}

    /** Those of its subjectAltNames that are host names, in lower case, or addresses, in their canonical form. */
    public static Set<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null ? Set.of() : all.stream()
                    .filter(each -> each.getFirst().equals(DNS) || each.getFirst().equals(ADDRESS))
                    .map(each -> canonical(each.get(1).toString()))
                    .collect(Collectors.toSet());
        } catch (CertificateParsingException broken) {
            return Set.of();
        }
    }

    /** Whether a client that wants to reach {@code name} will take the certificate for it. */
    public static boolean cover(X509Certificate certificate, String name) {
        var names = of(certificate);
        var wanted = canonical(name);
        var dot = wanted.indexOf('.');
        return names.contains(wanted) || dot > 0 && names.contains("*" + wanted.substring(dot));
    }

    static String canonical(String name) {
        return NetUtil.isValidIpV6Address(name)
                ? NetUtil.toAddressString(NetUtil.createInetAddressFromIpAddressString(name))
                : name.toLowerCase(Locale.ROOT);
    }
}
