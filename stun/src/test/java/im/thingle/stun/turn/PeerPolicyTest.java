// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.attribute.TransportAddress.Family;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerPolicyTest {
    private static final int PORT = 40_000;
    private final PeerPolicy byDefault = PeerPolicy.builder().build();

    @ParameterizedTest
    @ValueSource(strings = {"9.9.9.9", "1.1.1.1", "223.255.255.255", "172.32.0.0", "192.167.255.255", "2a00:1450::1",
        "2606:4700::1111", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9", "2a00::5efe:9.9.9.9"})
    void allowsPublicAddresses(String peer) {
        assertThat(refusal(byDefault, peer, PORT)).isNull();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0.1.2.3,         0.0.0.0/8 this network
            10.1.2.3,        10.0.0.0/8 private use
            100.64.0.1,      100.64.0.0/10 shared by carriers
            127.0.0.1,       127.0.0.0/8 loopback
            169.254.1.1,     169.254.0.0/16 link-local
            172.31.255.255,  172.16.0.0/12 private use
            192.0.0.1,       192.0.0.0/24 protocol assignments
            192.0.2.1,       192.0.2.0/24 documentation
            192.88.99.1,     192.88.99.0/24 6to4 relays
            192.168.1.1,     192.168.0.0/16 private use
            198.19.0.1,      198.18.0.0/15 benchmarks
            198.51.100.1,    198.51.100.0/24 documentation
            203.0.113.1,     203.0.113.0/24 documentation
            224.0.0.251,     224.0.0.0/4 multicast
            240.0.0.1,       240.0.0.0/4 reserved
            255.255.255.255, 255.255.255.255/32 broadcast
            ::,              ::/128 unspecified
            ::1,             ::1/128 loopback
            ::2,             ::/96 IPv4-compatible
            64:ff9b:1::1,    64:ff9b:1::/48 local NAT64
            100::1,          100::/64 discard-only
            2001::1,         2001::/32 Teredo
            2001:2::1,       2001::/23 protocol assignments
            2001:db8::1,     2001:db8::/32 documentation
            2002:909:909::1, 2002::/16 6to4
            fd00::1,         fc00::/7 unique local
            fe80::1,         fe80::/10 link-local
            fec0::1,         fec0::/10 site-local
            ff02::1,         ff00::/8 multicast
            """)
    void deniesSpecialPurposeAddressesAndNamesTheRule(String peer, String rule) {
        assertThat(refusal(byDefault, peer, PORT)).isEqualTo(rule);
    }

    /** CVE-2020-26262, and CVE-2018-4058 before it: a relay to the server's own loopback. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "127.255.255.254", "::", "::1"})
    void cve202026262NoLoopbackByAnyOfItsNames(String peer) {
        assertThat(refusal(byDefault, peer, PORT)).isNotNull();
    }

    /** CVE-2026-27624: the loopback as an IPv4-mapped address. */
    @ParameterizedTest
    @ValueSource(strings = {"::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
            "::ffff:224.0.0.1"})
    void cve202627624MappedAddressesAreTheIpv4AddressesTheyStandFor(String peer) {
        assertThat(refusal(byDefault, peer, PORT))
                .isEqualTo(refusal(byDefault, peer.substring("::ffff:".length()), PORT)).isNotNull();
    }

    /** GHSA-w4hf-cr3w-6h79: the same once more, by the order in which lists were asked. */
    @Test
    void ghsaW4hfTheOrderOfTheListsDoesNotMatter() {
        List<Prefix> everything = prefixes("0.0.0.0/0", "::/0");
        List<Prefix> some = prefixes("9.9.9.0/24", "::ffff:8.8.8.8", "2a00:1::/32");

        for (PeerPolicy policy : List.of(
                PeerPolicy.builder().allow(everything).deny(some).build(),
                PeerPolicy.builder().deny(some).allow(everything).build())) {
            assertThat(refusal(policy, "9.9.9.9", PORT)).isEqualTo("9.9.9.0/24 in deny-peers");
            assertThat(refusal(policy, "::ffff:9.9.9.9", PORT)).isEqualTo("9.9.9.0/24 in deny-peers");
            assertThat(refusal(policy, "8.8.8.8", PORT)).isEqualTo("8.8.8.8/32 in deny-peers");
            assertThat(refusal(policy, "64:ff9b::8.8.8.8", PORT)).isEqualTo("8.8.8.8/32 in deny-peers");
            assertThat(refusal(policy, "2a00:1::1", PORT)).isEqualTo("2a00:1::/32 in deny-peers");
            assertThat(refusal(policy, "2a00:2::1", PORT)).isNull();
        }
    }

    /** coturn #1945: IPv4-compatible, 6to4 and NAT64 addresses, and the other ways to write an IPv4 address as IPv6. */
    @ParameterizedTest
    @ValueSource(strings = {"::127.0.0.1", "::169.254.169.254", "2002:7f00:1::", "2002:7f00:1:1:2:3:4:5",
        "2002:a9fe:a9fe::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "::ffff:0:127.0.0.1", "2a00::5efe:10.0.0.1",
        "2a00::200:5efe:127.0.0.1", "2a00::300:5efe:169.254.169.254"})
    void coturn1945NoIpv4AddressInDisguise(String peer) {
        PeerPolicy ipv6Allowed = PeerPolicy.builder().allow(prefixes("::/0")).build();

        assertThat(refusal(byDefault, peer, PORT)).isNotNull();
        assertThat(refusal(ipv6Allowed, peer, PORT)).as("allowed as IPv6, but not as IPv4").isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:122::/32, 2001:db8:a00:1::", "2a00:db8:100::/40, 2a00:db8:10a:0:1::",
        "2a00:db8:122::/48, 2a00:db8:122:a00:0:100::", "2a00:db8:122:300::/56, 2a00:db8:122:30a:0:1::",
        "2a00:db8:122:344::/64, 2a00:db8:122:344:a:0:100::", "2a00:db8:122:344::/96, 2a00:db8:122:344::10.0.0.1"})
    void seesThroughTheNat64PrefixesThatWereConfigured(String prefix, String peer) {
        String base = prefix.replace("db8:122::/32", "db8::/32").replace("2001:db8", "2a00:db8");
        PeerPolicy policy = PeerPolicy.builder().nat64(prefixes(base)).build();

        assertThat(refusal(policy, peer.replace("2001:", "2a00:"), PORT)).isEqualTo("10.0.0.0/8 private use");
        assertThatThrownBy(() -> PeerPolicy.builder().nat64(prefixes("2a00::/33")))
                .hasMessage("2a00::/33 is no NAT64 prefix (expected: IPv6, 32, 40, 48, 56, 64 or 96 bits)");
    }

    /** coturn 6c13608c: each byte of an IPv6 address was compared by itself, so that a range was a box. */
    @Test
    void coturn6c13608cRangesAreOfWholeAddresses() {
        PeerPolicy policy = PeerPolicy.builder().deny(prefixes("2a00:1450:4000::/36")).build();

        assertThat(refusal(policy, "2a00:1450:4000::", PORT)).isNotNull();
        assertThat(refusal(policy, "2a00:1450:4800:1:0:ff::1", PORT)).isNotNull();
        assertThat(refusal(policy, "2a00:1450:4fff:ffff:ffff:ffff:ffff:ffff", PORT)).isNotNull();
        assertThat(refusal(policy, "2a00:1450:3fff:ffff:ffff:ffff:ffff:ffff", PORT)).isNull();
        assertThat(refusal(policy, "2a00:1450:5000::", PORT)).isNull();
        assertThat(refusal(byDefault, "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PORT)).isNotNull();
        assertThat(refusal(byDefault, "fe00::", PORT)).isNull();
    }

    /** The services by which a cloud tells its machines their secrets. */
    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16",
        "fd00:ec2::254", "fe80::a9fe:a9fe"})
    void noMetadataServiceOfACloud(String peer) {
        assertThat(refusal(byDefault, peer, 80)).isNotNull();
        assertThat(refusal(byDefault, peer, PORT)).isNotNull();
    }

    /** coturn #932: a relay that scans ports, or talks to a name server or a mail server. */
    @Test
    void coturn932NoLowPorts() {
        assertThat(refusal(byDefault, "9.9.9.9", 0)).isEqualTo("port 0");
        assertThat(refusal(byDefault, "9.9.9.9", 53)).isEqualTo("port below 1024");
        assertThat(refusal(byDefault, "9.9.9.9", 1023)).isEqualTo("port below 1024");
        assertThat(refusal(byDefault, "9.9.9.9", 1024)).isNull();
        assertThat(refusal(PeerPolicy.builder().allowPort(443).build(), "9.9.9.9", 443)).isNull();
        assertThat(refusal(PeerPolicy.builder().lowestPort(10_000).build(), "9.9.9.9", 9_999))
                .isEqualTo("port below 10000");
        assertThat(refusal(PeerPolicy.builder().lowestPort(0).build(), "9.9.9.9", 0)).isEqualTo("port 0");
    }

    @Test
    void anExplicitAllowanceBeatsTheDefaultsButNotWhatIsNeverAPeer() {
        PeerPolicy policy = PeerPolicy.builder().allow(prefixes("0.0.0.0/0", "::/0")).build();

        assertThat(refusal(policy, "127.0.0.1", PORT)).isNull();
        assertThat(refusal(policy, "192.168.1.1", PORT)).isNull();
        assertThat(refusal(policy, "::1", PORT)).isNull();
        assertThat(refusal(policy, "fd00::1", PORT)).isNull();
        assertThat(refusal(policy, "0.0.0.0", PORT)).isEqualTo("0.0.0.0/32 unspecified");
        assertThat(refusal(policy, "239.1.1.1", PORT)).isEqualTo("224.0.0.0/4 multicast");
        assertThat(refusal(policy, "255.255.255.255", PORT)).isEqualTo("255.255.255.255/32 broadcast");
        assertThat(refusal(policy, "2001:0:4136:e378::1", PORT)).isEqualTo("2001::/32 Teredo");
    }

    @Test
    void theLongerOfTwoExplicitRangesDecides() {
        PeerPolicy policy = PeerPolicy.builder()
                .allow(prefixes("10.0.0.0/8", "10.1.2.3", "fd00::/8"))
                .deny(prefixes("10.1.0.0/16", "fd00::/8"))
                .build();

        assertThat(refusal(policy, "10.2.0.1", PORT)).isNull();
        assertThat(refusal(policy, "10.1.0.1", PORT)).isEqualTo("10.1.0.0/16 in deny-peers");
        assertThat(refusal(policy, "10.1.2.3", PORT)).isNull();
        assertThat(refusal(policy, "fd00::1", PORT)).as("allowed and denied alike").isEqualTo("fd00::/8 in deny-peers");
    }

    @Test
    void onlyWhatIsAllowedIfEverythingIsDenied() {
        PeerPolicy policy = PeerPolicy.builder().allow(prefixes("9.9.9.0/24"))
                .deny(prefixes("0.0.0.0/0", "::/0")).build();

        assertThat(refusal(policy, "9.9.9.9", PORT)).isNull();
        assertThat(refusal(policy, "64:ff9b::9.9.9.9", PORT)).isEqualTo("::/0 in deny-peers");
        assertThat(refusal(policy, "8.8.8.8", PORT)).isEqualTo("0.0.0.0/0 in deny-peers");
    }

    /** coturn #584, #1213, #1407: whoever denied the private ranges cut his own clients off from each other. */
    @Test
    void coturn584RelayedAddressesOfThisServerAreAlwaysPeers() {
        PeerPolicy policy = PeerPolicy.builder()
                .ownAddress(address("10.0.0.7")).ownAddress(address("9.9.9.7")).ownAddress(address("fd00::7"))
                .relayPorts(49_152, 65_535).deny(prefixes("0.0.0.0/0", "::/0")).build();

        for (String own : List.of("10.0.0.7", "9.9.9.7", "fd00::7", "::ffff:10.0.0.7")) {
            assertThat(refusal(policy, own, 49_152)).isNull();
            assertThat(refusal(policy, own, 65_535)).isNull();
            assertThat(refusal(policy, own, 49_151)).isNotNull();
            assertThat(policy.addressRefusal(address(own).family(), address(own).high(), address(own).low())).isNull();
        }
        assertThat(refusal(policy, "10.0.0.8", 50_000)).isNotNull();
    }

    @Test
    void otherPortsOfThisServerAreNoPeersUnlessAllowed() {
        PeerPolicy.Builder own = PeerPolicy.builder().ownAddress(address("9.9.9.7")).relayPorts(49_152, 65_535);

        assertThat(refusal(own.build(), "9.9.9.7", 5222)).isEqualTo("own address of this server");
        assertThat(refusal(own.build(), "64:ff9b::9.9.9.7", 5222)).isEqualTo("own address of this server");
        assertThat(refusal(own.allow(prefixes("9.9.9.7")).build(), "9.9.9.7", 5222)).isNull();
    }

    @Test
    void ownServicesAreNeverPeers() {
        PeerPolicy policy = PeerPolicy.builder()
                .ownAddress(address("9.9.9.7")).relayPorts(49_152, 65_535).ownService(3478).ownService(50_000)
                .allow(prefixes("0.0.0.0/0", "::/0")).build();

        for (String here : List.of("9.9.9.7", "127.0.0.1", "127.1.2.3", "::1", "::ffff:9.9.9.7", "64:ff9b::9.9.9.7")) {
            assertThat(refusal(policy, here, 3478)).isEqualTo("own service of this server");
            assertThat(refusal(policy, here, 50_000)).isEqualTo("own service of this server");
        }
        assertThat(refusal(policy, "9.9.9.8", 3478)).as("somebody else's TURN server").isNull();
        assertThat(refusal(policy, "9.9.9.7", 50_001)).isNull();
    }

    @Test
    void leavesNoGarbageAndAlwaysTheSameStrings() {
        PeerPolicy policy = PeerPolicy.builder()
                .allow(prefixes("10.0.0.0/8")).deny(prefixes("9.9.0.0/16")).nat64(prefixes("2a01:100::/32")).build();
        List<TransportAddress> peers = List.of(address("9.9.9.9"), address("10.1.1.1"), address("8.8.8.8"),
                address("fd00::1"), address("::ffff:127.0.0.1"), address("2a01:100:808:808::"),
                address("2002:808:808::"));
        peers.forEach(peer -> assertThat(ask(policy, peer)).isSameAs(ask(policy, peer)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            refused += ask(policy, peers.get(i % peers.size())) == null ? 0 : 1;
        }
        long garbage = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(refused).isPositive();
        assertThat(garbage).isLessThan(100_000); // less than a byte each: the beans' own
    }

    private static String ask(PeerPolicy policy, TransportAddress peer) {
        return policy.refusal(peer.family(), peer.high(), peer.low(), PORT);
    }

    private static String refusal(PeerPolicy policy, String peer, int port) {
        TransportAddress address = address(peer);
        return policy.refusal(address.family(), address.high(), address.low(), port);
    }

    private static TransportAddress address(String text) {
        TransportAddress address = AddressText.parse(text);
        assertThat(address).as(text).isNotNull();
        assertThat(address.family()).isEqualTo(text.contains(":") ? Family.IPV6 : Family.IPV4);
        return address;
    }

    private static List<Prefix> prefixes(String... cidrs) {
        return List.of(cidrs).stream().map(Prefix::parse).toList();
    }
}
