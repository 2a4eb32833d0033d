// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.signaling.port.ContactsPort;
import im.thingle.signaling.port.ContactsPort.Added;
import im.thingle.signaling.port.ContactsPort.Contact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptContactsTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.net";
    private static final String CAROL = "carol@example.com";
    private static final String PROXY = "proxy.example.org";

    @TempDir
    private Path directory;

    private StateDirectory state;
    private KeptContacts contacts;
    private ContactsPort proxy;

    @BeforeEach
    void open() throws IOException {
        state = new StateDirectory(directory.resolve("state"));
        reopen(0);
    }

    @AfterEach
    void close() {
        contacts.close();
    }

    private void reopen(int mostPerOwner) throws IOException {
        if (contacts != null) {
            contacts.close();
        }
        contacts = KeptContacts.open(state, mostPerOwner);
        proxy = contacts.of(PROXY);
    }

    private Path file() {
        return state.file("contacts.mv");
    }

    @Test
    void keepsThemFromOneStartToTheNext() throws IOException {
        assertThat(proxy.add(ALICE, BOB)).isEqualTo(Added.NEW);
        assertThat(proxy.add(CAROL, ALICE)).isEqualTo(Added.NEW);

        reopen(0);

        assertThat(proxy.all()).containsExactlyInAnyOrder(new Contact(ALICE, BOB), new Contact(CAROL, ALICE));
        assertThat(proxy.contains(ALICE, BOB)).isTrue();
        assertThat(proxy.contains(BOB, CAROL)).isFalse();
        assertThat(contacts.size()).isEqualTo(2);
    }

    @Test
    void joinsTwoWhoeverBegan() {
        proxy.add(ALICE, BOB);

        assertThat(proxy.contains(BOB, ALICE)).isTrue();
        assertThat(proxy.add(BOB, ALICE)).isEqualTo(Added.KNOWN);
        assertThat(contacts.size()).isEqualTo(1);
    }

    @Test
    void forgetsThemForGood() throws IOException {
        proxy.add(ALICE, BOB);
        proxy.add(ALICE, CAROL);

        proxy.remove(BOB, ALICE);
        assertThat(proxy.contains(ALICE, BOB)).isFalse();

        reopen(0);
        assertThat(proxy.all()).containsExactly(new Contact(ALICE, CAROL));
    }

    @Test
    void givesNobodyMoreThanTheLimitAlsoAfterARestart() throws IOException {
        reopen(2);
        proxy.add(ALICE, BOB);
        reopen(2);

        assertThat(proxy.add(ALICE, CAROL)).isEqualTo(Added.NEW);
        assertThat(proxy.add(ALICE, "dan@example.org")).isEqualTo(Added.LIMITED);
        assertThat(proxy.contains(ALICE, "dan@example.org")).isFalse();
        assertThat(proxy.add("dan@example.org", ALICE)).as("counts for who begins").isEqualTo(Added.NEW);

        proxy.remove(ALICE, BOB);
        assertThat(proxy.add(ALICE, "erin@example.org")).isEqualTo(Added.NEW);
    }

    @Test
    void keepsComponentsApart() throws IOException {
        var other = contacts.of("proxy.example.net");
        proxy.add(ALICE, BOB);
        other.add(ALICE, CAROL);

        assertThat(other.contains(ALICE, BOB)).isFalse();
        reopen(0);
        assertThat(contacts.of("proxy.example.net").all()).containsExactly(new Contact(ALICE, CAROL));
        assertThat(proxy.all()).containsExactly(new Contact(ALICE, BOB));
    }

    @Test
    void componentsMayChangeItAtOnce() throws IOException {
        var added = new AtomicInteger();
        IntStream.range(0, 8).parallel().forEach(component -> {
            var own = contacts.of("proxy" + component);
            IntStream.range(0, 100).forEach(each -> {
                if (own.add(ALICE, "friend" + each + "@example.net") == Added.NEW) {
                    added.incrementAndGet();
                }
            });
        });

        assertThat(added).hasValue(800);
        reopen(0);
        assertThat(contacts.size()).isEqualTo(800);
    }

    @Test
    void letsNobodyElseRead() throws IOException {
        proxy.add(ALICE, BOB);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
    }

    @Test
    void isNotSharedWithAnotherThingle() {
        assertThatThrownBy(() -> KeptContacts.open(state, 0)).isInstanceOf(StateUnusable.class)
                .hasMessage(file() + " is in use by another process; stop the other Thingle, or write another"
                        + " directory as thingle.state-directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all of it", "all but its head"})
    void saysWhatToDoWithADamagedFile(String what) throws IOException {
        IntStream.range(0, 500).forEach(each -> proxy.add(ALICE, "friend" + each + "@example.net"));
        contacts.close();
        var bytes = Files.readAllBytes(file());
        Arrays.fill(bytes, what.equals("all of it") ? 0 : 2 * 4096, bytes.length, (byte) 'x');
        Files.write(file(), bytes);

        assertThatThrownBy(() -> KeptContacts.open(state, 0)).isInstanceOf(StateUnusable.class)
                .hasMessageStartingWith(file() + " is damaged (")
                .hasMessageEndingWith("; put a copy back, or move it away: users then write to their contacts"
                        + " behind the gateway anew");
        Files.delete(file());
        reopen(0);
        assertThat(proxy.add(ALICE, BOB)).isEqualTo(Added.NEW);
    }

    @Test
    void takesNoneOnceItIsClosed() {
        contacts.close();

        assertThat(proxy.add(ALICE, BOB)).isEqualTo(Added.LIMITED);
    }
}
