// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.SettingsReader;
import im.thingle.relay.bytestream.BytestreamLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsTest {
    private static final BytestreamLimits LIMITS = new BytestreamLimits(1000, 0, 0, 500, 0, 0, 0, 0, 0, 0, 0, 0);

    @TempDir
    private Path directory;

    @Test
    void isContentWhenTheLimitsFit() {
        assertThat(Descriptors.shortage(LIMITS, 200, 2 * 1000 + 500 + 200 + 1000)).isEmpty();
    }

    @Test
    void countsWhatEachPortLentForACallMayNeed() throws IOException {
        assertThat(calls("relay-ports = \"50000-50099\", tcp = [], tls = []")).isEqualTo(100);
        assertThat(calls("relay-ports = \"50000-50099\"")).as("with its client's connection").isEqualTo(200);
        assertThat(calls("relay-ports = \"50000-50099\", tcp-relay = on")).as("with one to a peer").isEqualTo(400);
        assertThat(calls("enabled = off")).isZero();
    }

    @Test
    void countsTheSocketsOfChannelsWhereThereAreNoCalls() throws IOException {
        assertThat(channels("")).as("calls may have all the ports anyway").isZero();
        assertThat(channels("enabled = off")).isEqualTo(4000);
        assertThat(channels("enabled = off, relay-ports = \"50000-50099\"")).isEqualTo(100);
        assertThat(channels("enabled = off\n}\nthingle.relay-nodes { enabled = off")).isZero();
    }

    /** Two legs of a call, each with a port of its own and one for RTCP. */
    @Test
    void countsTheSocketsOfBrokeredCallsWhereThereAreNoOthers() throws IOException {
        assertThat(gateway("")).as("there is no gateway").isZero();
        assertThat(gateway("}\nthingle.gateway { enabled = on")).as("calls may have all the ports anyway").isZero();
        assertThat(gateway("enabled = off\n}\nthingle.gateway { enabled = on, sessions = 10")).isEqualTo(40);
        assertThat(gateway("enabled = off, relay-ports = \"50000-50019\"\n}\nthingle.gateway { enabled = on"))
                .isEqualTo(20);
        assertThat(gateway("enabled = off\n}\nthingle.gateway { enabled = on, sessions = 0")).isEqualTo(16_384);
        assertThat(gateway("enabled = off\n}\nthingle.gateway { enabled = on, calls = off")).isZero();
    }

    /** The pool of ports is one for all. */
    @Test
    void countsNoMorePortsThanThereAre() throws IOException {
        var both = "enabled = off, relay-ports = \"50000-50019\"\n}\nthingle.gateway { enabled = on";
        assertThat(Descriptors.ports(read(both))).isEqualTo(20);
        assertThat(Descriptors.ports(read("relay-ports = \"50000-50099\", tcp = [], tls = []"))).isEqualTo(100);
        assertThat(Descriptors.ports(read("enabled = off\n}\nthingle.relay-nodes { channels = 2\n}\n"
                + "thingle.gateway { enabled = on, sessions = 10"))).isEqualTo(48);
    }

    private long gateway(String keys) throws IOException {
        var settings = read(keys);
        return Descriptors.brokeredCalls(settings.gateway(), settings.turn());
    }

    private long channels(String keys) throws IOException {
        var settings = read(keys);
        return Descriptors.channels(settings.relayNodes(), settings.turn());
    }

    private long calls(String keys) throws IOException {
        return Descriptors.calls(read(keys).turn());
    }

    private Settings read(String keys) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle.xmpp { jid = proxy.example.org, secret = s }
                thingle.public-addresses = ["203.0.113.7"]
                thingle.turn {
                %s
                }
                """.formatted(keys));
        return SettingsReader.read(Optional.of(file), Map.of()).settings().orElseThrow();
    }

    @Test
    void saysHowManyDescriptorsAreNeeded() {
        assertThat(Descriptors.shortage(LIMITS, 200, 1024)).get().asString().contains("1024").contains("3700")
                .contains("LimitNOFILE");
    }
}
