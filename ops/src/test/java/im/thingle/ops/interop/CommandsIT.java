// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.ops.peer.Account;
import im.thingle.ops.peer.Await;
import im.thingle.ops.peer.Child;
import im.thingle.ops.peer.Deployment;
import im.thingle.ops.peer.Duo;
import im.thingle.ops.peer.NeedsPeer;
import im.thingle.ops.peer.Peer;
import im.thingle.ops.peer.SmackClient;
import im.thingle.ops.peer.TurnPorts;
import im.thingle.ops.peer.Turnutils;
import im.thingle.ops.probe.TurnTrial;
import im.thingle.ops.probe.Via;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jivesoftware.smackx.commands.RemoteCommand;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** XEP-0050: Smack, which runs any command, runs ours through a real server. Alice is an operator. */
@NeedsPeer(Peer.PROSODY)
@Timeout(60)
class CommandsIT {
    private static final String OPERATORS = "thingle.access.operators = [\"" + Account.ALICE.bareJid() + "\"]\n";
    private static final String MY_SESSIONS = "urn:thingle:commands:my-sessions";
    private static final String MY_USAGE = "urn:thingle:commands:my-usage";
    private static final String LIST_SESSIONS = "urn:thingle:commands:list-sessions";
    private static final String END_SESSION = "urn:thingle:commands:end-session";
    private static final String END_USER_SESSION = "http://jabber.org/protocol/admin#end-user-session";
    private static final String ISSUE_CREDENTIALS = "urn:thingle:commands:issue-credentials";
    private static final String FIELDS = "{urn:thingle:commands}";
    private static final Pattern TURN_URI = Pattern.compile("turn:127\\.0\\.0\\.1:([0-9]+)\\?transport=udp");
    private static final String USER_STATS = "http://jabber.org/protocol/admin#user-stats";
    private static final String SHUTDOWN = "http://jabber.org/protocol/admin#shutdown";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Deployment deployment;
    private static Duo duo;
    private static SmackClient alice;
    private static SmackClient bob;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.onProsody(OPERATORS + "thingle.turn.enabled = on\n" + TurnPorts.free().settings());
        duo = Duo.login(deployment);
        alice = SmackClient.login(deployment.server().clientPort(), Account.ALICE);
        bob = SmackClient.login(deployment.server().clientPort(), Account.BOB);
    }

    @AfterAll
    static void stop() throws IOException {
        alice.close();
        bob.close();
        duo.close();
        deployment.close();
    }

    @Test
    void everybodyIsShownWhatTheyMayRun() throws Exception {
        assertThat(alice.commands()).contains(MY_SESSIONS, MY_USAGE, LIST_SESSIONS, END_SESSION, USER_STATS, SHUTDOWN);
        assertThat(bob.commands()).containsExactly(MY_SESSIONS, MY_USAGE);
    }

    @Test
    void anOperatorListsAnActiveTransfer() throws Exception {
        try (Duo.Stream stream = duo.open("listed")) {
            assertThat(stream.carries("there", "and back")).isTrue();

            assertThat(rows(executed(alice, LIST_SESSIONS))).anySatisfy(row -> assertThat(row)
                    .containsEntry("kind", "file transfer")
                    .containsEntry("account", Account.ALICE.bareJid())
                    .hasEntrySatisfying("peer", peer -> assertThat(peer).startsWith(Account.BOB.bareJid())));
        }
    }

    @Test
    void anOperatorEndsATransferAndItsUserLearnsWhy() throws Exception {
        try (Duo.Stream stream = duo.open("cut")) {
            assertThat(stream.carries("some", "thing")).isTrue();
            RemoteCommand end = executed(alice, END_SESSION);
            FillableForm choice = new FillableForm(end.getForm());
            choice.setAnswer("id", ids(alice).getLast());
            end.next(choice);
            end.complete(new FillableForm(end.getForm()));

            assertThat(end.isCompleted()).isTrue();
            assertThat(end.getNotes().getFirst().getValue()).startsWith("Ended: file transfer");
            assertThat(ends(stream)).isTrue();
            Await.until(() -> "Bob's list has it", () -> rows(executed(bob, MY_SESSIONS)).stream()
                    .anyMatch(row -> row.get("outcome").equals("Stopped by an operator of the service.")));
        }
    }

    @Test
    void credentialsThatAnOperatorIssuesAreTakenByTheTurnServer() throws Exception {
        Issued issued = issue(Account.BOB);

        assertThat(TurnTrial.run(Via.UDP, issued.server(), issued.username(), issued.password(), PATIENCE))
                .isInstanceOfSatisfying(TurnTrial.Relayed.class, relayed -> assertThat(relayed.refresh()).isZero());
        assertThat(TurnTrial.run(Via.UDP, issued.server(), issued.username(), issued.password() + "x", PATIENCE))
                .isInstanceOfSatisfying(TurnTrial.Refused.class, refused -> assertThat(refused.code()).isEqualTo(401));
    }

    @Test
    @NeedsPeer(Peer.COTURN)
    void anOperatorEndsACallAndItsUserLearnsWhy() throws Exception {
        try (Child caller = call(issue(Account.BOB))) {
            Await.until(caller::output, () -> call(Account.BOB).isPresent());
            String id = call(Account.BOB).orElseThrow().get("id");

            RemoteCommand end = executed(alice, END_SESSION);
            FillableForm choice = new FillableForm(end.getForm());
            choice.setAnswer("id", id);
            end.next(choice);
            end.complete(new FillableForm(end.getForm()));

            assertThat(end.getNotes().getFirst().getValue()).startsWith("Ended: call");
            deployment.thingle().child().await("session ended on demand id=" + id + " account=" + Account.BOB.bareJid()
                    + " by=" + Account.ALICE.bareJid());
            assertThat(rows(executed(alice, LIST_SESSIONS))).noneMatch(row -> id.equals(row.get("id")));
            assertThat(rows(executed(bob, MY_SESSIONS))).anySatisfy(row -> assertThat(row)
                    .containsEntry("kind", "call")
                    .containsEntry("outcome", "Stopped by an operator of the service."));
        }
    }

    @Test
    @NeedsPeer(Peer.COTURN)
    void anOperatorEndsAllThatAUserHas() throws Exception {
        try (Child caller = call(issue(Account.BOB));
                Duo.Stream stream = duo.open("all")) {
            assertThat(stream.carries("some", "thing")).isTrue();
            Await.until(caller::output, () -> call(Account.BOB).isPresent());

            RemoteCommand end = executed(alice, END_USER_SESSION);
            FillableForm form = new FillableForm(end.getForm());
            form.setAnswer("accountjids", List.of(Account.BOB.bareJid()));
            end.complete(form);

            assertThat(end.isCompleted()).isTrue();
            assertThat(end.getNotes().getFirst().getValue()).endsWith("ended.").doesNotStartWith("0");
            assertThat(ends(stream)).isTrue();
            assertThat(call(Account.BOB)).isEmpty();
        }
    }

    /** What an operator is shown. Immutable. */
    private record Issued(InetSocketAddress server, String username, String password) {}

    private static Issued issue(Account account) throws Exception {
        RemoteCommand issue = executed(alice, ISSUE_CREDENTIALS);
        FillableForm form = new FillableForm(issue.getForm());
        form.setAnswer("accountjid", account.bareJid());
        issue.complete(form);
        assertThat(issue.isCompleted()).isTrue();
        Matcher uri = issue.getForm().getField(FIELDS + "uris").getValuesAsString().stream()
                .map(TURN_URI::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .orElseThrow();
        return new Issued(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(uri.group(1))),
                issue.getForm().getField(FIELDS + "username").getFirstValue(),
                issue.getForm().getField(FIELDS + "password").getFirstValue());
    }

    /** Talks to itself through the relay for longer than the test takes. */
    private static Child call(Issued issued) {
        return Turnutils.client("127.0.0.1", List.of("-p", String.valueOf(issued.server().getPort()), "-y", "-s",
                "-n", "10000", "-u", issued.username(), "-w", issued.password()));
    }

    private static Optional<Map<String, String>> call(Account account) throws Exception {
        return rows(executed(alice, LIST_SESSIONS)).stream()
                .filter(row -> row.get("kind").equals("call") && row.get("account").equals(account.bareJid()))
                .findFirst();
    }

    @Test
    void bothSidesSeeHowATransferEnded() throws Exception {
        try (Duo.Stream stream = duo.open("done")) {
            assertThat(stream.carries("the whole", "file")).isTrue();
        }

        for (SmackClient user : List.of(alice, bob)) {
            Await.until(() -> user.jid() + " sees it", () -> rows(executed(user, MY_SESSIONS)).stream()
                    .anyMatch(row -> row.get("outcome").startsWith("Completed") && !row.get("ended").isEmpty()));
        }
    }

    @Test
    void anOperatorSeesAUsersUsage() throws Exception {
        RemoteCommand usage = executed(alice, USER_STATS);
        FillableForm form = new FillableForm(usage.getForm());
        form.setAnswer("accountjid", Account.BOB.bareJid());
        usage.complete(form);

        assertThat(usage.isCompleted()).isTrue();
        assertThat(usage.getForm().getField("{urn:thingle:commands}bytes-today").getFirstValue()).containsOnlyDigits();
    }

    @Test
    void ordinaryUsersAndStrangersAreRefused() throws Exception {
        for (String node : List.of(LIST_SESSIONS, END_SESSION, USER_STATS, SHUTDOWN)) {
            assertThatThrownBy(() -> executed(bob, node)).hasMessageContaining("forbidden");
        }
        try (SmackClient stranger = SmackClient.login(deployment.server().clientPort(), Account.STRANGER)) {
            assertThat(stranger.commands()).isEmpty();
            assertThatThrownBy(() -> executed(stranger, MY_SESSIONS)).hasMessageContaining("forbidden");
        }
        deployment.thingle().child().await("IQ refused .*forbidden.*mallory@stranger\\.example");
        assertThat(deployment.thingle().child().isAlive()).isTrue();
    }

    @Test
    void anOperatorDrains() throws Exception {
        try (Deployment other = Deployment.onProsody(OPERATORS + "thingle.drain-timeout = 60s");
                Duo pair = Duo.login(other);
                SmackClient operator = SmackClient.login(other.server().clientPort(), Account.ALICE)) {
            try (Duo.Stream stream = pair.open("last")) {
                RemoteCommand shutdown = executed(operator, SHUTDOWN);
                FillableForm form = new FillableForm(shutdown.getForm());
                form.setAnswer("delay", "0");
                shutdown.complete(form);

                assertThat(shutdown.isCompleted()).isTrue();
                other.thingle().child().await("drain.*alice@localhost|alice@localhost.*drain");
                assertThat(stream.carries("the rest of the file", "thanks")).isTrue();
            }
            assertThat(other.thingle().child().awaitExit()).isZero();
        }
    }

    private static RemoteCommand executed(SmackClient client, String node) throws Exception {
        RemoteCommand command = client.command(node);
        command.execute();
        return command;
    }

    private static List<String> ids(SmackClient client) throws Exception {
        return rows(executed(client, LIST_SESSIONS)).stream().map(row -> row.get("id")).toList();
    }

    private static List<Map<String, String>> rows(RemoteCommand completed) {
        assertThat(completed.isCompleted()).isTrue();
        return completed.getForm().getItems().stream()
                .map(item -> {
                    Map<String, String> row = new LinkedHashMap<>();
                    item.getFields().forEach(field -> row.put(field.getFieldName(), field.getFirstValue()));
                    return row;
                })
                .toList();
    }

    /** Whether a side of the stream ends, in whatever way. */
    private static boolean ends(Duo.Stream stream) {
        try {
            return stream.first().read() == -1;
        } catch (IOException reset) {
            return true;
        }
    }
}
