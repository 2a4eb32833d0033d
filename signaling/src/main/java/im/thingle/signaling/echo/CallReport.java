// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.port.MirrorEnd;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the caller is told in the end. Immutable. */
final class CallReport {
    private CallReport() {}

    /** @param why empty: the caller has ended it */
    static String of(List<CallTransport> transports, long nanos, String why) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "Our call took %.1f s%s.", nanos / 1e9, why.isEmpty() ? "" : ": " + why));
        transports.stream().filter(each -> each.ended() != null).forEach(each -> text.append('\n').append(line(each)));
        return text.toString();
    }

    private static String line(CallTransport transport) {
        MirrorEnd end = transport.ended();
        if (end.route().isEmpty()) {
            return "Your client and I did not reach each other with ICE.";
        }
        if (transport.profile().isEmpty()) {
            return "We reached each other over " + end.route() + ", and no media came.";
        }
        String codecs = transport.contents().stream()
                .flatMap(content -> content.description().children().stream())
                .filter(child -> child.is("payload-type", CallOffer.RTP) && end.payloadTypes().contains(id(child)))
                .map(CallReport::codec)
                .distinct()
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT,
                "%s: %,d packets (%,d bytes) came, %,d (%,d bytes) went back, %,d were lost on the way to me%s; ICE over %s,"
                        + " DTLS-SRTP with %s.",
                codecs.isEmpty() ? media(transport.contents()) : codecs, end.packets(), end.bytes(), end.packetsBack(),
                end.bytesBack(), end.lost(),
                end.refused() == 0 ? "" : String.format(Locale.ROOT, ", %,d were forged or came twice", end.refused()),
                end.route(), transport.profile());
    }

    private static String media(List<Content> contents) {
        return contents.stream().map(each -> each.description().attribute("media")).collect(Collectors.joining(", "));
    }

    private static int id(Element payloadType) {
        try {
            return Integer.parseInt(payloadType.attribute("id"));
        } catch (NumberFormatException nonsense) {
            return -1;
        }
    }

    private static String codec(Element payloadType) {
        String name = payloadType.attribute("name");
        String rate = payloadType.attribute("clockrate");
        return (name == null ? "payload type " + payloadType.attribute("id") : name) + (rate == null ? "" : "/" + rate);
    }
}
