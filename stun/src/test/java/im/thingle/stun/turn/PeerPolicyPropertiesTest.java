// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.TransportAddress;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PeerPolicyPropertiesTest {
    private static final List<String> OPERATORS = List.of(
            "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "127.0.0.0/8", "8.8.0.0/16", "8.8.8.8/32", "0.0.0.0/0",
            "224.0.0.0/4",
            "::/0", "::1/128", "fd00::/8", "fd12:3456::/32", "2002::/16", "2001:db8::/32", "2a00:1450:4000::/36",
            "2a00:1450:4001::/48", "64:ff9b::/96", "64:ff9b:1::/48");
    private static final List<String> OWN = List.of("192.0.2.7/32", "10.9.9.9/32", "2001:db8::7/128", "2a00::7/128");
    private static final List<String> NAT64 = List.of(
            "2a01:100::/32", "2a01:200:100::/40", "2a01:300:1::/48", "2a01:400:1:100::/56", "2a01:500:1:1::/64",
            "2a01:600:1:1:1::/96", "64:ff9b:1::/96");

    @Property(tries = 20_000)
    void judgesAsTheSlowOneDoes(
            @ForAll("addresses") byte[] address, @ForAll("ports") int port, @ForAll("lists") List<String> allow,
            @ForAll("lists") List<String> deny) {
        SlowPeerPolicy slow = new SlowPeerPolicy();
        slow.allow = allow;
        slow.deny = deny;
        slow.own = OWN;
        slow.nat64 = NAT64;
        slow.services = List.of(3478, 50_000);
        slow.firstRelayPort = 49_152;
        slow.lastRelayPort = 60_000;
        PeerPolicy.Builder builder = PeerPolicy.builder()
                .allow(prefixes(allow)).deny(prefixes(deny)).nat64(prefixes(NAT64))
                .relayPorts(49_152, 60_000).ownService(3478).ownService(50_000);
        OWN.forEach(own -> builder.ownAddress(TransportAddress.of(SlowPeerPolicy.bytes(own.split("/")[0]), 0)));

        assertThat(refusal(builder.build(), address, port) != null)
                .as("%s port %d", new BigInteger(1, address).toString(16), port)
                .isEqualTo(slow.refuses(address, port));
    }

    @Property(tries = 5_000)
    void whatMayHaveSomePortPassesWithoutOne(@ForAll("addresses") byte[] address, @ForAll("ports") int port,
            @ForAll("lists") List<String> allow) {
        PeerPolicy policy = PeerPolicy.builder().allow(prefixes(allow)).build();
        TransportAddress peer = TransportAddress.of(address, port);

        if (refusal(policy, address, port) == null) {
            assertThat(policy.addressRefusal(peer.family(), peer.high(), peer.low())).isNull();
        }
        assertThat(policy.addressRefusal(peer.family(), peer.high(), peer.low()) == null)
                .isEqualTo(refusal(policy, address, 40_000) == null);
    }

    /** An address is in a range if and only if its number is between the first and the last. */
    @Property(tries = 20_000)
    void prefixesAreRangesOfNumbers(@ForAll("addresses") byte[] address, @ForAll("addresses") byte[] base,
            @ForAll int length) {
        int bits = base.length * 8;
        int fixed = Math.floorMod(length, bits + 1);
        BigInteger first = new BigInteger(1, base).shiftRight(bits - fixed).shiftLeft(bits - fixed);
        TransportAddress start = TransportAddress.of(fill(first, base.length), 0);
        boolean unmapped = !EmbeddedIpv4.isMapped(start.family(), start.high(), start.low());
        Prefix prefix = new Prefix(start.family(), start.high(), start.low(), fixed);
        TransportAddress probe = TransportAddress.of(address, 0);
        boolean probeUnmapped = !EmbeddedIpv4.isMapped(probe.family(), probe.high(), probe.low());

        if (unmapped && probeUnmapped) {
            BigInteger last = first.add(BigInteger.TWO.pow(bits - fixed));
            BigInteger value = new BigInteger(1, address);
            assertThat(prefix.contains(probe.family(), probe.high(), probe.low())).isEqualTo(
                    address.length == base.length && value.compareTo(first) >= 0 && value.compareTo(last) < 0);
            assertThat(Prefix.parse(prefix.toString())).isEqualTo(prefix);
        }
    }

    @Property(tries = 5_000)
    void textsAreReadAsTheJdkReadsThem(@ForAll("addresses") byte[] address) {
        TransportAddress expected = TransportAddress.of(address, 0);
        String ours = AddressText.format(expected.family(), expected.high(), expected.low());

        assertThat(AddressText.parse(ours)).isEqualTo(expected);
        if (!ours.startsWith("::ffff:")) { // which the JDK turns into an IPv4 address
            assertThat(SlowPeerPolicy.bytes(ours)).isEqualTo(address);
        }
    }

    private static String refusal(PeerPolicy policy, byte[] address, int port) {
        TransportAddress peer = TransportAddress.of(address, port);
        return policy.refusal(peer.family(), peer.high(), peer.low(), port);
    }

    private static List<Prefix> prefixes(List<String> cidrs) {
        return cidrs.stream().map(Prefix::parse).toList();
    }

    @Provide
    Arbitrary<List<String>> lists() {
        return Arbitraries.of(OPERATORS).list().uniqueElements().ofMaxSize(4);
    }

    @Provide
    Arbitrary<Integer> ports() {
        return Arbitraries.oneOf(
                Arbitraries.of(0, 1, 53, 1023, 1024, 1025, 3478, 49_151, 49_152, 50_000, 60_000, 60_001, 65_535),
                Arbitraries.integers().between(0, 65_535));
    }

    /** Any, the ends of every range that is of interest and their neighbours, and IPv4 addresses in every disguise. */
    @Provide
    Arbitrary<byte[]> addresses() {
        Arbitrary<byte[]> ends = Arbitraries.of(
                        Stream.of(SlowPeerPolicy.NEVER, SlowPeerPolicy.DENIED, OPERATORS, OWN, NAT64)
                        .flatMap(List::stream).map(SlowPeerPolicy.Range::of)
                        .flatMap(PeerPolicyPropertiesTest::ends).toList());
        Arbitrary<byte[]> ipv4 = Arbitraries.oneOf(
                ends.filter(address -> address.length == 4), Arbitraries.bytes().array(byte[].class).ofSize(4));
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofSize(16);
        Arbitrary<String> disguises = Arbitraries.of(Stream.concat(NAT64.stream(), Stream.of(
                "::/96", "0:0:0:0:ffff:0:0:0/96", "mapped", "2002::/16", "64:ff9b::/96", "isatap")).toList());
        return Arbitraries.oneOf(ends, ipv4, noise,
                Combinators.combine(disguises, ipv4, noise).as(PeerPolicyPropertiesTest::disguise));
    }

    private static byte[] disguise(String how, byte[] ipv4, byte[] noise) {
        String tail = SlowPeerPolicy.binary(ipv4);
        String rest = SlowPeerPolicy.binary(noise);
        String bits = switch (how) {
            case "mapped" -> "0".repeat(80) + "1".repeat(16) + tail;
            case "isatap" -> rest.substring(0, 70) + rest.substring(0, 2) + "000000000101111011111110" + tail;
            default -> {
                SlowPeerPolicy.Range range = SlowPeerPolicy.Range.of(how);
                String prefix = SlowPeerPolicy.binary(fill(range.first(), 16)).substring(0, range.length());
                String all = prefix + tail + rest;
                boolean gap = range.length() > 16 && range.length() < 96;
                yield (gap ? all.substring(0, 64) + rest.substring(0, 8) + all.substring(64) : all).substring(0, 128);
            }
        };
        return fill(new BigInteger(bits, 2), 16);
    }

    private static Stream<byte[]> ends(SlowPeerPolicy.Range range) {
        BigInteger most = BigInteger.TWO.pow(range.bits()).subtract(BigInteger.ONE);
        return Stream.of(range.first().subtract(BigInteger.ONE), range.first(), range.first().add(BigInteger.ONE),
                        range.last().subtract(BigInteger.ONE), range.last(), range.last().add(BigInteger.ONE))
                .filter(value -> value.signum() >= 0 && value.compareTo(most) <= 0)
                .map(value -> fill(value, range.bits() / 8));
    }

    private static byte[] fill(BigInteger value, int bytes) {
        byte[] digits = value.toByteArray();
        byte[] filled = new byte[bytes];
        int count = Math.min(bytes, digits.length);
        System.arraycopy(digits, digits.length - count, filled, bytes - count, count);
        return Arrays.copyOf(filled, bytes);
    }
}
