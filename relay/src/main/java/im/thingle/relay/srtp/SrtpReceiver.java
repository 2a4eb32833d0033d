// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

import java.util.ArrayList;
import java.util.List;

/**
 * Opens what one party sends: checks that it is authentic and new (RFC 3711 §3.3, §3.4), and decrypts it where it is.
 * Nothing is kept of a source before a packet of it was authentic. Confined to its event loop.
 */
public final class SrtpReceiver {
    /** What is returned for what is no packet at all. */
    public static final int MALFORMED = Rtp.MALFORMED;
    /** For what nobody with the keys has made, or is of one source too many. */
    public static final int FORGED = -2;
    /** For what has come before, or too late to be told from that. */
    public static final int REPLAYED = -3;

    /** Sound, picture, their repetitions and layers; who has more of them is up to something. */
    private static final int MOST_SOURCES = 64;

    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final int tagBytes;
    private final List<SrtpSource> sources = new ArrayList<>();
    private long index;

    public SrtpReceiver(SrtpProfile profile, SrtpMaster master) {
        rtp = SrtpCipher.of(profile, SrtpKeys.ofRtp(profile, master));
        rtcp = SrtpCipher.of(profile, SrtpKeys.ofRtcp(profile, master));
        tagBytes = profile.tagBytes();
    }

    /** Opens an RTP packet; the length without what secured it, or one of the constants above. */
    public int openRtp(byte[] packet, int length) {
        int header = Rtp.header(packet, length - tagBytes);
        if (header == Rtp.MALFORMED) {
            return MALFORMED;
        }
        SrtpSource known = find(Rtp.ssrc(packet));
        SrtpSource source = known == null ? new SrtpSource(Rtp.ssrc(packet)) : known;
        long guessed = source.index(Rtp.sequence(packet));
        if (guessed < 0 || !source.rtp().admits(guessed)) {
            return REPLAYED;
        }
        int opened = known == null && isFull() ? SrtpCipher.FORGED : rtp.openRtp(packet, header, length, guessed);
        if (opened == SrtpCipher.FORGED) {
            return FORGED;
        }
        keep(known, source);
        source.add(guessed);
        index = guessed;
        return opened;
    }

    /** The index of the RTP packet that was opened last. */
    long index() {
        return index;
    }

    /** Opens a compound RTCP packet; what is not encrypted is none, for WebRTC encrypts all (RFC 8827 §6.5). */
    public int openRtcp(byte[] packet, int length) {
        if (length < SrtpCipher.RTCP_HEADER_BYTES + SrtpCipher.INDEX_BYTES + tagBytes) {
            return MALFORMED;
        }
        int word = Bytes.getInt(packet, rtcp.indexAt(length));
        if ((word & SrtpCipher.ENCRYPTED) == 0) {
            return MALFORMED;
        }
        SrtpSource known = find(Rtcp.sender(packet));
        SrtpSource source = known == null ? new SrtpSource(Rtcp.sender(packet)) : known;
        int at = word & ~SrtpCipher.ENCRYPTED;
        if (!source.rtcp().admits(at)) {
            return REPLAYED;
        }
        int opened = known == null && isFull() ? SrtpCipher.FORGED : rtcp.openRtcp(packet, length, word);
        if (opened == SrtpCipher.FORGED) {
            return FORGED;
        }
        keep(known, source);
        source.rtcp().add(at);
        return opened;
    }

    /** RTP packets of all sources that never came. */
    long lost() {
        long lost = 0;
        for (SrtpSource source : sources) {
            lost += source.lost();
        }
        return lost;
    }

    private boolean isFull() {
        return sources.size() >= MOST_SOURCES;
    }

    private void keep(SrtpSource known, SrtpSource source) {
        if (known == null) {
            sources.add(source);
        }
    }

    private SrtpSource find(int ssrc) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).ssrc() == ssrc) {
                return sources.get(i);
            }
        }
        return null;
    }
}
