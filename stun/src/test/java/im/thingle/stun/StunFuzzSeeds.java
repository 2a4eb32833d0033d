// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import static im.thingle.stun.attribute.TransportAddress.Family.IPV4;
import static im.thingle.stun.attribute.TransportAddress.Family.IPV6;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.AddressErrorCode;
import im.thingle.stun.attribute.BytesAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.IcmpAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.PasswordAlgorithm;
import im.thingle.stun.attribute.PasswordAlgorithmAttribute;
import im.thingle.stun.attribute.TextAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.ErrorCode;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.MessageType;
import im.thingle.stun.message.Method;
import im.thingle.stun.message.StunMessageWriter;
import im.thingle.stun.message.TransactionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the seeds of {@link StunFuzzTest}: run {@code main} in {@code stun} after a change of the codec. The RFCs'
 * vectors, one message for each request of ours, and by hand what is wrong in one place. Finds of the fuzzer lie beside
 * them.
 */
final class StunFuzzSeeds {
    private static final Path INPUTS = Path.of("src/test/resources/im/thingle/stun/StunFuzzTestInputs");
    private static final TransportAddress PEER = new TransportAddress(IPV4, 0, 0xC0000201L, 50000);
    private static final TransportAddress PEER6 = new TransportAddress(IPV6, 0x20010DB8L << 32, 1, 50001);

    private StunFuzzSeeds() {}

    public static void main(String[] arguments) throws IOException {
        for (String vector : Vectors.ALL) {
            seedMessage(vector, Vectors.read(vector));
        }
        seedMessage("allocate", request(Method.ALLOCATE, StunFuzzSeeds::allocate));
        seedMessage("permission", request(Method.CREATE_PERMISSION, StunFuzzSeeds::peers));
        seedMessage("send", request(Method.SEND, writer -> {
            peers(writer);
            writer.add(AttributeType.DATA, new byte[] {1, 2, 3});
        }));
        seedMessage("refusal", request(Method.ALLOCATE, StunFuzzSeeds::refusal));
        seedMessage("behavior", request(Method.BINDING, StunFuzzSeeds::behavior));
        for (String hex : List.of("", "00", "000100002112a442",
                "000100182112a442" + "00".repeat(12) + "00080014" + "11".repeat(20),
                "000100082112a442" + "00".repeat(12) + "8022ffff00000000", "000100102112a442" + "00".repeat(12)
                        + "802800043333333380280004" + "33333333")) {
            seedMessage("malformed-" + hex.length(), HexFormat.of().parseHex(hex));
        }
        byte[] request = Vectors.read(Vectors.REQUEST);
        seed("framer", "stun-and-channel",
                concat(new byte[] {3}, request, hex("4001000501020304050000004fff0000"), request));
        seed("framer", "http", concat(new byte[] {0}, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
        seed("framer", "tls", concat(new byte[] {1}, hex("160301020001")));
        seed("framer", "too-long", concat(new byte[] {2}, hex("0001fffc2112a442")));
        for (String hex : List.of("40000000", "4fff0003010203", "4001000101000000", "4001ffff01", "5000000000", "40")) {
            seed("channelData", hex, hex(hex));
        }
        for (String uri : List.of("stun:example.org", "stuns:[2001:db8::1]:5349", "turn:192.0.2.1:3478?transport=udp",
                "turns:[::ffff:192.0.2.1]?transport=tcp", "turn://a@b", "stun:a%41%", "stun:[::1")) {
            seed("uri", "uri-" + Integer.toHexString(uri.hashCode()), uri.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void allocate(StunMessageWriter writer) {
        NumberAttribute.REQUESTED_TRANSPORT.write(writer, NumberAttribute.UDP);
        NumberAttribute.LIFETIME.write(writer, 600);
        NumberAttribute.ADDITIONAL_ADDRESS_FAMILY.write(writer, IPV6.code());
        NumberAttribute.REQUESTED_ADDRESS_FAMILY.write(writer, IPV6.code());
        NumberAttribute.EVEN_PORT.write(writer, 1);
        NumberAttribute.DONT_FRAGMENT.write(writer, 0);
        BytesAttribute.RESERVATION_TOKEN.write(writer, new byte[8]);
        BytesAttribute.MOBILITY_TICKET.write(writer, new byte[0]);
        BytesAttribute.USERHASH.write(writer, new byte[32]);
        TextAttribute.USERNAME.write(writer, "\u30DE:1");
        TextAttribute.REALM.write(writer, "example.org");
        TextAttribute.NONCE.write(writer, "obMatJos2AAAB//499k954d6OL34oL9FSTvy64sA");
        PasswordAlgorithmAttribute.writeOffered(writer, List.of(PasswordAlgorithm.SHA256, PasswordAlgorithm.MD5));
        PasswordAlgorithmAttribute.writeChosen(writer, PasswordAlgorithm.SHA256);
    }

    private static void peers(StunMessageWriter writer) {
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, PEER);
        AddressAttribute.write(writer, AttributeType.XOR_PEER_ADDRESS, PEER6);
        NumberAttribute.CHANNEL_NUMBER.write(writer, 0x4001);
        NumberAttribute.CONNECTION_ID.write(writer, 7);
    }

    private static void refusal(StunMessageWriter writer) {
        ErrorCodeAttribute.write(writer, ErrorCode.UNKNOWN_ATTRIBUTE);
        writer.add(AttributeType.UNKNOWN_ATTRIBUTES, new byte[] {0x7F, (byte) 0xFF, 0, 0x24});
        AddressErrorCode.write(writer, IPV6, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        IcmpAttribute.write(writer, 3, 4, 1280);
        TextAttribute.SOFTWARE.write(writer, "Thingle");
        TextAttribute.ALTERNATE_DOMAIN.write(writer, "example.org");
    }

    private static void behavior(StunMessageWriter writer) {
        NumberAttribute.CHANGE_REQUEST.write(writer, 6);
        NumberAttribute.RESPONSE_PORT.write(writer, 40000);
        writer.add(AttributeType.PADDING, new byte[8]);
        AddressAttribute.write(writer, AttributeType.RESPONSE_ORIGIN, PEER);
        AddressAttribute.write(writer, AttributeType.OTHER_ADDRESS, PEER6);
    }

    private static byte[] request(Method method, Consumer<StunMessageWriter> attributes) {
        byte[] bytes = new byte[1024];
        StunMessageWriter writer = new StunMessageWriter().start(ByteBuffer.wrap(bytes), 0,
                MessageType.of(MessageClass.REQUEST, method), new TransactionId(1, 2));
        attributes.accept(writer);
        return Arrays.copyOf(bytes, writer.length());
    }

    private static void seedMessage(String name, byte[] bytes) throws IOException {
        seed("message", name, bytes);
        seed("attributes", name, bytes);
    }

    private static void seed(String target, String name, byte[] bytes) throws IOException {
        Path directory = Files.createDirectories(INPUTS.resolve(target));
        Files.write(directory.resolve(name), bytes);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
