// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What went over a wire: packets of a capture file, with the segments of each TCP connection put together. Of RTP,
 * which is encrypted, the head alone is kept. Confined to the test's thread.
 */
public final class Seen {
    private static final int FILE_HEAD = 24;
    private static final int PACKET_HEAD = 16;
    private static final int ETHERNET_HEAD = 14;
    private static final int ETHERTYPE_IP = 0x0800;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int UDP_HEAD = 8;
    private static final int RTP_HEAD = 12;

    private final Set<String> addresses = new HashSet<>();
    private final Map<List<Object>, TreeMap<Integer, byte[]>> streams = new LinkedHashMap<>();
    private final List<byte[]> texts = new ArrayList<>();
    private int media;

    private Seen() {}

    /** Reads pcap, little-endian, of Ethernet. */
    static Seen in(byte[] pcap) {
        ByteBuffer file = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        Seen seen = new Seen();
        int length;
        for (int at = FILE_HEAD; at < file.limit(); at += PACKET_HEAD + length) {
            length = file.getInt(at + 8);
            seen.frame(file.slice(at + PACKET_HEAD, length).order(ByteOrder.BIG_ENDIAN));
        }
        seen.streams.values().forEach(stream -> seen.texts.add(joined(stream)));
        return seen;
    }

    /** From where, or to where, a packet of IPv4 went. */
    public Set<String> addresses() {
        return addresses;
    }

    /** Packets of RTP and RTCP. */
    public int media() {
        return media;
    }

    /** Whether the bytes are in any of it. */
    public boolean has(byte[] bytes) {
        return texts.stream().anyMatch(text -> Bytes.indexOf(text, text.length, bytes) >= 0);
    }

    public boolean has(String text) {
        return has(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether this IPv4 address is in a packet's head, or is told in letters or by its four bytes. */
    public boolean tells(String address) {
        return addresses.contains(address) || has(address) || has(InetAddress.ofLiteral(address).getAddress());
    }

    /** Whether it is told as STUN does, in XOR-MAPPED-ADDRESS and its like (RFC 8489 §14.2). */
    public boolean tellsHidden(String address) {
        int hidden = ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress()).getInt() ^ 0x2112A442;
        return has(ByteBuffer.allocate(4).putInt(hidden).array());
    }

    private void frame(ByteBuffer frame) {
        if (frame.getShort(ETHERNET_HEAD - 2) != ETHERTYPE_IP) {
            texts.add(bytes(frame, ETHERNET_HEAD, frame.limit()));
            return;
        }
        ByteBuffer ip = frame.slice(ETHERNET_HEAD, Short.toUnsignedInt(frame.getShort(ETHERNET_HEAD + 2)));
        int head = (ip.get(0) & 0xF) * 4;
        addresses.add(address(ip, 12));
        addresses.add(address(ip, 16));
        switch (ip.get(9)) {
            case TCP -> segment(ip, head);
            case UDP -> datagram(ip, head + UDP_HEAD);
            default -> texts.add(bytes(ip, head, ip.limit()));
        }
    }

    private void segment(ByteBuffer ip, int head) {
        List<Object> stream = List.of(address(ip, 12), address(ip, 16), ip.getInt(head));
        byte[] data = bytes(ip, head + (ip.get(head + 12) >> 4 & 0xF) * 4, ip.limit());
        // sequence numbers go round (RFC 9293 §3.4)
        streams.computeIfAbsent(stream, first -> new TreeMap<>((a, b) -> Integer.signum(a - b)))
                .merge(ip.getInt(head + 4), data, (a, b) -> a.length < b.length ? b : a);
    }

    /** RFC 7983 §7 tells RTP from the others by the first byte. */
    private void datagram(ByteBuffer ip, int data) {
        boolean rtp = ip.limit() > data + RTP_HEAD && (ip.get(data) & 0xC0) == 0x80;
        media += rtp ? 1 : 0;
        texts.add(bytes(ip, data, rtp ? data + RTP_HEAD : ip.limit()));
    }

    private static byte[] joined(TreeMap<Integer, byte[]> segments) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int next = segments.firstKey();
        for (Map.Entry<Integer, byte[]> segment : segments.entrySet()) {
            int known = Math.max(0, next - segment.getKey());
            byte[] data = segment.getValue();
            if (known < data.length) {
                all.write(data, known, data.length - known);
                next = segment.getKey() + data.length;
            }
        }
        return all.toByteArray();
    }

    private static String address(ByteBuffer ip, int at) {
        byte[] address = new byte[4];
        ip.get(at, address);
        return (address[0] & 255) + "." + (address[1] & 255) + "." + (address[2] & 255) + "." + (address[3] & 255);
    }

    private static byte[] bytes(ByteBuffer from, int start, int end) {
        byte[] bytes = new byte[end - start];
        from.get(start, bytes);
        return bytes;
    }
}
