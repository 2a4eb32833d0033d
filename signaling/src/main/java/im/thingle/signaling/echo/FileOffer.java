// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.echo;

import im.thingle.signaling.xml.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The description of a file (XEP-0234 §5), in the versions that clients are known to send: 5 and 4, and 3, which has an
 * element more around the file. Immutable.
 *
 * @param namespace of the version
 * @param request whether the file is asked for
 * @param file the {@code <file/>}
 * @param size -1 if it is not told
 * @param range the part that is to be sent
 * @param hashes in Base64 or hex digits, by the name of the algorithm
 * @param hashFollows whether a hash is to be told later
 */
record FileOffer(
        String namespace, boolean request, Element file, long size, Range range, Map<String, String> hashes,
        boolean hashFollows) {
    /** Has the element {@code received}. COMPAT(Conversations, versions 3 and 4): breaks when a session-info comes. */
    static final String VERSION_5 = "urn:xmpp:jingle:apps:file-transfer:5";
    static final String VERSION_4 = "urn:xmpp:jingle:apps:file-transfer:4";
    static final String VERSION_3 = "urn:xmpp:jingle:apps:file-transfer:3";
    static final List<String> VERSIONS = List.of(VERSION_5, VERSION_4, VERSION_3);
    static final String HASHES_2 = "urn:xmpp:hashes:2";
    static final String HASHES_1 = "urn:xmpp:hashes:1";

    private static final int LONGEST_NAME = 120;
    /** What is told anew of a file that is sent back, or is not to be had from us (XEP-0264). */
    private static final Set<String> NOT_RETURNED = Set.of("hash", "hash-used", "range", "size", "thumbnail");

    /** A part of a file (XEP-0234 §6.4); a length of -1 means all that follows. Immutable. */
    record Range(long offset, long length) {
        static final Range ALL = new Range(0, -1);

        /** How many bytes it has of a file of that size; -1 if nobody knows. */
        long of(long size) {
            return length >= 0 || size < 0 ? length : size - offset;
        }

        boolean fits(long size) {
            return size < 0 || offset <= size && length <= size - offset;
        }

        /** The range that an element has inside; null if it is malformed. */
        static Range in(Element file, String namespace) {
            Element range = file == null ? null : file.child("range", namespace);
            if (range == null) {
                return ALL;
            }
            long offset = number(range.attribute("offset"), 0);
            long length = number(range.attribute("length"), -1);
            return offset == MALFORMED || length == MALFORMED ? null : new Range(offset, length);
        }
    }

    private static final long MALFORMED = Long.MIN_VALUE;

    FileOffer {
        hashes = Map.copyOf(hashes);
    }

    static boolean describes(Element description) {
        return description != null && VERSIONS.contains(description.namespace());
    }

    /** What the description says; empty if it breaks the rules. */
    static Optional<FileOffer> of(Element description) {
        Element around = around(description);
        Element file = around == null ? null : around.child("file", description.namespace());
        if (file == null) {
            return Optional.empty();
        }
        Element sizeElement = file.child("size", description.namespace());
        long size = number(sizeElement == null ? null : sizeElement.text().strip(), -1);
        Range range = Range.in(file, description.namespace());
        if (size == MALFORMED || range == null || !range.fits(size)) {
            return Optional.empty();
        }
        Map<String, String> hashes = hashes(file);
        boolean announced = file.children().stream().anyMatch(FileOffer::isHash);
        return Optional.of(new FileOffer(description.namespace(), around.name().equals("request"), file, size, range,
                hashes, announced && hashes.isEmpty()));
    }

    /** The hashes that a {@code <file/>} tells. */
    static Map<String, String> hashes(Element file) {
        Map<String, String> hashes = new HashMap<>();
        for (Element child : file.children()) {
            if (isHash(child) && child.attribute("algo") != null && !child.text().isBlank()) {
                hashes.put(child.attribute("algo"), child.text().strip());
            }
        }
        return hashes;
    }

    /** How many bytes are to come; -1 if nobody knows. */
    long expected() {
        return range.of(size);
    }

    boolean isWhole() {
        return range.offset() == 0 && (range.length() < 0 || range.length() == size);
    }

    /** The name as people are shown it: without what would disturb the line it stands in. */
    String name() {
        Element name = file.child("name", namespace);
        String text = name == null ? "" : name.text().replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "").strip();
        if (text.codePointCount(0, text.length()) > LONGEST_NAME) {
            text = text.substring(0, text.offsetByCodePoints(0, LONGEST_NAME)) + "…";
        }
        return text.isEmpty() ? "a file without a name" : "“" + text + "”";
    }

    /** The same description for the way back, with what is known of the file by then. */
    Element returned(long bytes, FileHashes known) {
        Element.Builder back = Element.of("file", namespace);
        file.children().stream().filter(child -> !NOT_RETURNED.contains(child.name())).forEach(back::child);
        back.child(Element.of("size", namespace).text(Long.toString(bytes)));
        known.base64().forEach((algorithm, value) -> back.child(Element.of("hash", hashNamespace())
                .attribute("algo", algorithm)
                .text(value)));
        Element.Builder description = Element.of("description", namespace);
        return namespace.equals(VERSION_3)
                ? description.child(Element.of("offer", namespace).child(back)).build()
                : description.child(back).build();
    }

    private String hashNamespace() {
        return namespace.equals(VERSION_5) ? HASHES_2 : HASHES_1;
    }

    private static Element around(Element description) {
        if (!description.namespace().equals(VERSION_3)) {
            return description;
        }
        Element offer = description.child("offer", VERSION_3);
        return offer == null ? description.child("request", VERSION_3) : offer;
    }

    private static boolean isHash(Element child) {
        boolean named = child.name().equals("hash") || child.name().equals("hash-used");
        return named && (child.namespace().equals(HASHES_2) || child.namespace().equals(HASHES_1));
    }

    private static long number(String text, long absent) {
        if (text == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            return number < 0 ? MALFORMED : number;
        } catch (NumberFormatException e) {
            return MALFORMED;
        }
    }
}
