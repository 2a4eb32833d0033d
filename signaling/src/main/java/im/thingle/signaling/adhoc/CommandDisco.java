// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.adhoc;

import im.thingle.signaling.disco.DiscoInfo;
import im.thingle.signaling.disco.DiscoItems;
import im.thingle.signaling.form.DataForm;
import im.thingle.signaling.stanza.Iq;
import im.thingle.signaling.stanza.Reply;
import im.thingle.signaling.xml.Element;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What service discovery tells of the commands (XEP-0050 §2.2): a list of those the asker may run, and what each of
 * them is. Immutable.
 *
 * @param askers gives who asks; or nobody, and then it has answered
 */
record CommandDisco(Map<String, Command> commands, String component, BiFunction<Iq, Reply, Optional<Asker>> askers) {
    boolean hasNode(String node) {
        return node.equals(Commands.NAMESPACE) || commands.containsKey(node);
    }

    void info(Iq request, Reply reply) {
        String node = request.payload().attribute("node");
        Command command = commands.get(node);
        askers.apply(request, reply).ifPresent(asker -> {
            if (command == null) {
                reply.result(query(DiscoInfo.NAMESPACE, node)
                        .child(DiscoInfo.identity("automation", "command-list", "Commands"))
                        .child(DiscoInfo.feature(Commands.NAMESPACE))
                        .build());
            } else if (command.isFor(asker)) {
                reply.result(query(DiscoInfo.NAMESPACE, node)
                        .child(DiscoInfo.identity("automation", "command-node", command.name()))
                        .child(DiscoInfo.feature(Commands.NAMESPACE))
                        .child(DiscoInfo.feature(DataForm.NAMESPACE))
                        .build());
            } else {
                command.refuse(reply);
            }
        });
    }

    /** Nothing hangs below a command itself. */
    void items(Iq request, Reply reply) {
        String node = request.payload().attribute("node");
        Command command = commands.get(node);
        askers.apply(request, reply).ifPresent(asker -> {
            Element.Builder query = query(DiscoItems.NAMESPACE, node);
            if (command != null && !command.isFor(asker)) {
                command.refuse(reply);
                return;
            }
            if (command == null) {
                commands.values().stream().filter(each -> each.isFor(asker)).forEach(each -> query.child(item(each)));
            }
            reply.result(query.build());
        });
    }

    private Element item(Command command) {
        return Element.of("item", DiscoItems.NAMESPACE)
                .attribute("jid", component)
                .attribute("node", command.node())
                .attribute("name", command.name())
                .build();
    }

    private static Element.Builder query(String namespace, String node) {
        return Element.of("query", namespace).attribute("node", node);
    }
}
