// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.state;

import im.thingle.signaling.port.ContactsPort.Added;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A process that changes contacts until it is killed or cannot, and says what it was answered. */
final class ContactsWriter {
    private static final int MOST = 100_000;

    private ContactsWriter() {}

    /** @param arguments the state directory, then names of components, which are changed at once */
    public static void main(String... arguments) throws IOException, InterruptedException {
        var contacts = KeptContacts.open(new StateDirectory(Path.of(arguments[0])), 0);
        var writers = IntStream.range(1, arguments.length)
                .mapToObj(each -> Thread.startVirtualThread(() -> write(contacts, arguments[each])))
                .toList();
        for (var writer : writers) {
            writer.join();
        }
        contacts.close();
    }

    private static void write(KeptContacts contacts, String component) {
        var port = contacts.of(component);
        for (var i = 0; i < MOST; i++) {
            var owner = "user" + i + "@example.org";
            if (port.add(owner, "bob@example.net") != Added.NEW) {
                say("refused", component, owner);
                return;
            }
            say("added", component, owner);
            if (i % 3 == 0) {
                say("removing", component, owner);
                port.remove("bob@example.net", owner);
                say("removed", component, owner);
            }
        }
    }

    private static void say(String what, String component, String owner) {
        System.out.println(what + " " + component + " " + owner);
        System.out.flush();
    }
}
