// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.stanza;

import gnu.inet.encoding.Stringprep;
import gnu.inet.encoding.StringprepException;
import org.jxmpp.stringprep.XmppStringprep;
import org.jxmpp.stringprep.XmppStringprepException;

/**
 * The Nodeprep, Nameprep and Resourceprep profiles (RFC 6122 appendices A and B, RFC 3491) by GNU Libidn. The hash of a
 * bytestream is taken over prepared addresses (XEP-0065 §5.3.2), so this must do what servers do: code points that
 * Unicode 3.2 left unassigned are let through. Immutable.
 */
final class LibidnStringprep implements XmppStringprep {
    private static final String NOT_IN_LOCALPART = "\"&'/:<>@ ";
    private static final String NOT_IN_DOMAIN = "\"&'/<>@ ";

    private interface Profile {
        String prepare(String part, boolean allowUnassigned) throws StringprepException;
    }

    @Override
    public String localprep(String part) throws XmppStringprepException {
        return prepare(part, Stringprep::nodeprep, true, NOT_IN_LOCALPART);
    }

    @Override
    public String domainprep(String part) throws XmppStringprepException {
        return prepare(part, Stringprep::nameprep, true, NOT_IN_DOMAIN);
    }

    @Override
    public String resourceprep(String part) throws XmppStringprepException {
        return prepare(part, Stringprep::resourceprep, false, "");
    }

    private static String prepare(String part, Profile profile, boolean foldCase, String forbidden)
            throws XmppStringprepException {
        String prepared = isAscii(part) ? part : prepareRuns(part, profile);
        StringBuilder folded = null;
        for (int i = 0; i < prepared.length(); i++) {
            char c = prepared.charAt(i);
            if (c < ' ' || c == 0x7F || forbidden.indexOf(c) >= 0) {
                throw new XmppStringprepException(part, "a character that is not allowed there");
            }
            if (foldCase && c >= 'A' && c <= 'Z') {
                folded = folded == null ? new StringBuilder(prepared) : folded;
                folded.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return folded == null ? prepared : folded.toString();
    }

    /**
     * Prepares what lies between characters beyond the Basic Multilingual Plane and leaves those as they are: Libidn
     * 1.15 sees them as halves and refuses them, yet people do name their phones with an emoji.
     */
    private static String prepareRuns(String part, Profile profile) throws XmppStringprepException {
        StringBuilder prepared = new StringBuilder(part.length());
        int from = 0;
        for (int i = 0; i < part.length(); i++) {
            if (!Character.isSurrogate(part.charAt(i))) {
                continue;
            }
            int codePoint = part.codePointAt(i);
            if (!Character.isSupplementaryCodePoint(codePoint) || isProhibited(codePoint)) {
                throw new XmppStringprepException(part, "a character that is not allowed in an address");
            }
            prepareRun(part, from, i, profile, prepared);
            prepared.appendCodePoint(codePoint);
            from = ++i + 1;
        }
        prepareRun(part, from, part.length(), profile, prepared);
        return prepared.toString();
    }

    private static void prepareRun(String part, int from, int to, Profile profile, StringBuilder out)
            throws XmppStringprepException {
        if (from == to) {
            return;
        }
        try {
            out.append(profile.prepare(part.substring(from, to), true));
        } catch (StringprepException | IndexOutOfBoundsException e) {
            // Libidn runs over the end of a text that its mapping leaves empty.
            throw new XmppStringprepException(part, e);
        }
    }

    /** RFC 3454 tables C.3, C.4 and C.9 beyond the Basic Multilingual Plane. */
    private static boolean isProhibited(int codePoint) {
        return (codePoint & 0xFFFE) == 0xFFFE || codePoint >= 0xE0000 && codePoint <= 0xE007F || codePoint >= 0xF0000;
    }

    private static boolean isAscii(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
