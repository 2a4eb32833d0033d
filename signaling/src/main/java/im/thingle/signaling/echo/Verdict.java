// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.jingle.Content;
import im.thingle.signaling.jingle.Jingle;
import im.thingle.signaling.jingle.LegStream;
import im.thingle.signaling.jingle.Reason;
import im.thingle.signaling.port.MirrorPort;
import im.thingle.signaling.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * What is said to an offer that is well-formed. Immutable.
 *
 * @param bytesPerHour that an account may send
 * @param mayCome whether so many bytes of an account may come now
 * @param mirrors empty: calls are turned down
 */
record Verdict(long bytesPerHour, BiPredicate<String, Long> mayCome, Optional<MirrorPort> mirrors) {
    /** The beginning of all namespaces that calls have. */
    static final String CALLS = "urn:xmpp:jingle:apps:rtp:";

    private static final Element NOT_AVAILABLE =
            Element.of("file-not-available", "urn:xmpp:jingle:apps:file-transfer:errors:0").build();

    private static final Element CRYPTO_REQUIRED =
            Element.of("crypto-required", "urn:xmpp:jingle:apps:rtp:errors:1").build();

    /**
     * Why an offer is not taken. Immutable.
     *
     * @param specific a condition of the application's own, or null
     * @param kind as in {@link im.thingle.signaling.port.BrokeredSession}
     */
    record Refusal(Reason reason, Element specific, String text, String kind) {
        Refusal(Reason reason, String text) {
            this(reason, null, text, "file");
        }
    }

    /** Null if it is taken. */
    Refusal on(Jingle offer, String account) {
        List<Content> contents = offer.contents();
        List<Content> calls = contents.stream().filter(CallOffer::describes).toList();
        if (!calls.isEmpty()) {
            return mirrors.isEmpty()
                    ? new Refusal(Reason.UNSUPPORTED_APPLICATIONS, null, Wording.NO_CALLS, "call")
                    : onCall(offer, calls);
        }
        if (!contents.stream().allMatch(content -> FileOffer.describes(content.description()))) {
            return new Refusal(Reason.UNSUPPORTED_APPLICATIONS, Wording.FILES_ONLY);
        }
        if (contents.size() != 1) {
            return new Refusal(Reason.FAILED_APPLICATION, Wording.ONE_FILE);
        }
        return on(contents.getFirst(), account);
    }

    private Refusal on(Content content, String account) {
        FileOffer file = FileOffer.of(content.description()).orElseThrow();
        if (file.request() || "responder".equals(content.element().attribute("senders"))) {
            return new Refusal(Reason.FAILED_APPLICATION, NOT_AVAILABLE, Wording.NO_REQUESTS, "file");
        }
        if (content.element().children().stream().anyMatch(child -> child.name().equals("security"))) {
            return new Refusal(Reason.SECURITY_ERROR, Wording.NO_SECRETS);
        }
        if (!LegStream.takes(content.transport())) {
            return new Refusal(Reason.UNSUPPORTED_TRANSPORTS, Wording.NO_TRANSPORT);
        }
        if (!mayCome.test(account, Math.max(0, file.expected()))) {
            return new Refusal(Reason.MEDIA_ERROR, FileIntake.tooLarge(), Wording.tooMuch(bytesPerHour), "file");
        }
        return null;
    }

    /** Taken as soon as there is something to give back (XEP-0167 §6.3 to §6.5). */
    private Refusal onCall(Jingle offer, List<Content> calls) {
        MirrorPort mirror = mirrors.orElseThrow();
        if (!CallOffer.of(offer.contents(), offer.others(), mirror::understands).shares().isEmpty()) {
            return null;
        }
        List<Content> known = calls.stream().filter(CallOffer::isRtp).toList();
        if (known.isEmpty()) {
            return refusal(Reason.UNSUPPORTED_APPLICATIONS, null, CallWording.SOUND_AND_PICTURE);
        }
        if (known.stream().noneMatch(CallOffer::hasIce)) {
            return refusal(Reason.UNSUPPORTED_TRANSPORTS, null, CallWording.NO_ICE);
        }
        if (known.stream().noneMatch(CallOffer::hasPayloads)) {
            return refusal(Reason.FAILED_APPLICATION, null, CallWording.SOUND_AND_PICTURE);
        }
        if (known.stream().noneMatch(CallOffer::hasMux)) {
            return refusal(Reason.INCOMPATIBLE_PARAMETERS, null, CallWording.NO_MUX);
        }
        return known.stream().filter(CallOffer::hasIce).anyMatch(CallOffer::waits)
                ? refusal(Reason.INCOMPATIBLE_PARAMETERS, null, CallWording.WAITS)
                : refusal(Reason.SECURITY_ERROR, CRYPTO_REQUIRED, CallWording.NO_DTLS);
    }

    private static Refusal refusal(Reason reason, Element specific, String text) {
        return new Refusal(reason, specific, text, "call");
    }
}
