// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.ops.config.Settings;
import im.thingle.ops.config.SettingsReader;
import im.thingle.relay.turn.RelayAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelaySearchTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path directory;

    private Settings settings(String more) throws IOException {
        var file = Files.writeString(directory.resolve("t.conf"), """
                thingle { xmpp { jid = proxy.example.org, secret = s } }
                %s
                """.formatted(more));
        var outcome = SettingsReader.read(Optional.of(file), Map.of());
        return outcome.settings().orElseThrow(() -> new AssertionError(outcome.problems().toString()));
    }

    @Test
    void takesTheFirstAddressThatIsAnnounced() throws IOException {
        assertThat(RelaySearch.of(settings("thingle.public-addresses = [\"127.0.0.1\", \"127.0.0.2\"]")))
                .containsExactly(new RelayAddress(LOOPBACK, LOOPBACK));
    }

    @Test
    void looksNamesUp() throws IOException {
        assertThat(RelaySearch.of(settings("thingle.public-addresses = [localhost]")))
                .contains(new RelayAddress(LOOPBACK, LOOPBACK));
    }

    @Test
    void takesWhatIsBoundWhenNothingIsAnnounced() throws IOException {
        assertThat(RelaySearch.of(settings("thingle.bytestreams.listen = [\"127.0.0.1:5000\"]")))
                .containsExactly(new RelayAddress(LOOPBACK, LOOPBACK));
    }

    @Test
    void takesWhatTheOperatorWrote() throws IOException {
        var both = "{ bind = \"10.0.0.5\", announce = \"203.0.113.7\" }";

        assertThat(RelaySearch.of(settings("thingle { public-addresses = [localhost], turn.relay-addresses = " + both
                + " }"))).containsExactly(
                new RelayAddress(InetAddress.ofLiteral("10.0.0.5"), InetAddress.ofLiteral("203.0.113.7")));
    }

    @Test
    void saysWhatToWriteWhenThereIsNone() throws IOException {
        var settings = settings("thingle.public-addresses = [\"nowhere.invalid\"]");

        assertThatThrownBy(() -> RelaySearch.of(settings)).isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere.invalid").hasMessageContaining("thingle.turn.relay-addresses");
    }
}
