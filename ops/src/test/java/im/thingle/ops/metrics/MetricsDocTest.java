// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.metrics;

import im.thingle.ops.docs.GeneratedPage;
import im.thingle.relay.account.CloseReason;
import im.thingle.relay.account.Refusal;
import im.thingle.relay.media.CallEnd;
import im.thingle.relay.media.CallRefusal;
import im.thingle.relay.media.ChannelEnd;
import im.thingle.relay.media.ChannelRefusal;
import im.thingle.relay.turn.StreamRefusal;
import im.thingle.stun.turn.AllocationEnd;
import im.thingle.stun.turn.ClientTransport;
import im.thingle.stun.turn.TurnRefusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Writes {@code metrics.md} from {@link Metrics}. */
class MetricsDocTest {
    @Test
    void documentsEveryMetric() throws IOException {
        var rows = Metrics.ALL.stream()
                .map(metric -> "| `%s` | %s | %s | %s |%n".formatted(metric.name(),
                        metric.type().name().toLowerCase(Locale.ROOT), String.join(", ", metric.labels()),
                                metric.help()))
                .collect(Collectors.joining());
        var page = """
                Served at `/metrics` on `thingle.admin.listen`, with the usual `jvm_…` and `process_…` metrics of the Prometheus
                client beside them. Labels never hold names or addresses of clients, so their number is bounded.

                | metric | type | label | meaning |
                | --- | --- | --- | --- |
                """ + rows + """

                `reason` of `thingle_refused_total`: %s.

                `reason` of `thingle_streams_ended_total` and `thingle_unparked_total`: %s.

                `direction` of `thingle_turn_…`: to-peers, to-clients. `transport`: %s.

                `reason` of `thingle_turn_refused_total`: %s.

                `reason` of `thingle_turn_streams_refused_total`: %s.

                `reason` of `thingle_turn_allocations_ended_total`: %s.

                `reason` of `thingle_turn_send_errors_total`: %s.

                `reason` of `thingle_channels_ended_total`: %s.

                `reason` of `thingle_channels_refused_total`: %s.

                `reason` of `thingle_gateway_sessions_ended_total`: %s. `kind`: %s. `transports` is one word for the initiator's leg and one
                for the responder's, such as `socks5+in-band`: %s.

                `reason` of `thingle_gateway_calls_ended_total`: %s.

                `reason` of `thingle_gateway_calls_refused_total`: %s.

                `condition` is a stanza error condition of RFC 6120 §8.3.3. `kind` of `thingle_stanzas_refused_total`: message, presence.
                """.formatted(
                words(Refusal.values(), Refusal::word), words(CloseReason.values(), CloseReason::word),
                words(ClientTransport.values(), TurnMeter::word), words(TurnRefusal.values(), TurnRefusal::word),
                words(StreamRefusal.values(), StreamRefusal::word),
                words(AllocationEnd.values(), AllocationEnd::word), String.join(", ", TurnMeter.SEND_ERRORS),
                words(ChannelEnd.values(), ChannelEnd::word), words(ChannelRefusal.values(), ChannelRefusal::word),
                String.join(", ", GatewayMeter.REASONS), String.join(", ", GatewayMeter.KINDS),
                String.join(", ", GatewayMeter.TRANSPORTS),
                words(CallEnd.values(), CallEnd::word), words(CallRefusal.values(), CallRefusal::word));

        GeneratedPage.check("metrics.md", "Metrics", page);
    }

    private static <E> String words(E[] values, Function<E, String> word) {
        return Arrays.stream(values).map(word).collect(Collectors.joining(", "));
    }
}
