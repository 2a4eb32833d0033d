// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay.srtp;

/**
 * Returns RTP to who sent it, as if somebody else had sent the same: other sources, all else as it was. RTCP goes back
 * likewise, so that a party hears what it says of the mirrored packets as said of its own: it repeats what got lost on
 * the way to it, and sends a picture when it asks for one. Confined to its event loop.
 */
public final class Mirror {
    private final SrtpReceiver in;
    private final SrtpSender out;
    private final SourceMask mask;
    private final long[] packetsOfType = new long[128];
    private long packets;
    private long bytes;
    private long bytesBack;
    private long forged;
    private long replayed;
    private long malformed;

    public Mirror(SrtpReceiver in, SrtpSender out, SourceMask mask) {
        this.in = in;
        this.out = out;
        this.mask = mask;
    }

    /**
     * Takes what may be SRTP or SRTCP and makes of it what is to be sent back, in the same array.
     *
     * @return its length; 0: nothing is to be sent
     */
    public int onPacket(byte[] packet, int length) {
        int result = Rtp.isRtcp(packet, length) ? control(packet, length) : media(packet, length);
        switch (result) {
            case SrtpReceiver.FORGED -> forged++;
            case SrtpReceiver.REPLAYED -> replayed++;
            case SrtpReceiver.MALFORMED -> malformed++;
            default -> {
                return result;
            }
        }
        return 0;
    }

    private int media(byte[] packet, int length) {
        int opened = in.openRtp(packet, length);
        if (opened < 0) {
            return opened;
        }
        if (mask.isAmbiguous(Rtp.ssrc(packet))) {
            return SrtpReceiver.MALFORMED; // two packets would be sealed with one index (RFC 3711 §9.1)
        }
        packets++;
        bytes += length;
        packetsOfType[Rtp.payloadType(packet)]++;
        mask.turn(packet, Rtp.SSRC_AT);
        int back = out.sealRtp(packet, opened, in.index());
        bytesBack += back;
        return back;
    }

    private int control(byte[] packet, int length) {
        int opened = in.openRtcp(packet, length);
        if (opened < 0) {
            return opened;
        }
        return Rtcp.turn(packet, opened, mask) ? out.sealRtcp(packet, opened) : SrtpReceiver.MALFORMED;
    }

    /** What it has seen so far. */
    public MirrorCounts counts() {
        return new MirrorCounts(packets, bytes, packets, bytesBack, in.lost(), forged, replayed, malformed,
                packetsOfType.clone());
    }
}
