// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.relay.account.Refusal;
import im.thingle.relay.bytestream.BytestreamLimits;
import im.thingle.relay.bytestream.BytestreamServer;
import im.thingle.relay.bytestream.BytestreamSettings;
import im.thingle.relay.net.EventLoops;
import im.thingle.relay.net.Transport;
import im.thingle.signaling.port.ActivationOutcome;
import im.thingle.signaling.port.ActivationRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayAdapterTest {
    // XEP-0260, "Exchanging Candidates": the hash of romeo's proxy candidate
    private static final String HASH = "972b7bf47291ca609517f67f86b5081086052dad";

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_HASH, UNKNOWN_HASH",
        "ONE_LEG, ONE_LEG",
        "ALREADY_ACTIVE, ALREADY_ACTIVE",
        "STREAMS_TOTAL, LIMITED",
        "STREAMS_PER_JID, LIMITED",
        "STREAMS_PER_ADDRESS, LIMITED",
        "BYTES_PER_DAY, LIMITED",
        "OUT_OF_DESCRIPTORS, LIMITED",
        "DRAINING, DRAINING",
    })
    void tellsSignalingWhyAnActivationWasRefused(Refusal why, ActivationOutcome outcome) {
        assertThat(RelayAdapter.outcome(why)).isEqualTo(outcome);
    }

    @Test
    void asksTheRelayForTheStreamOfTheHash() throws IOException {
        var settings = new BytestreamSettings(List.of(new InetSocketAddress("127.0.0.1", 0)), Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(5), BytestreamLimits.NONE);
        var answer = new CompletableFuture<ActivationOutcome>();
        try (var loops = EventLoops.open(Transport.NIO, 1);
                var bytestreams = BytestreamServer.start(
                        loops, settings, BytestreamServer.accounts(settings), new RelayFanOut())) {
            var adapter = new RelayAdapter(bytestreams.commands(), List.of());

            adapter.activate(new ActivationRequest(HASH, "romeo@montague.lit/orchard", "romeo@montague.lit",
                    "juliet@capulet.lit/balcony"), answer::complete);

            assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(ActivationOutcome.UNKNOWN_HASH);
        }
    }
}
