// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.nio.file.Path;
import java.util.List;

/** Prosody with a folder of its own. Confined to the test's thread. */
public final class ProsodyServer implements XmppServer {
    private final Folder folder = Folder.make("prosody");
    private final int clientPort = Loopback.freePort();
    private final int componentPort = Loopback.freePort();
    private final int httpPort = Loopback.freePort();
    private final Proxy proxy;
    private final Host host;
    private final String address;
    private Child child;

    public ProsodyServer(Proxy proxy) {
        this(proxy, "", "disco");
    }

    /**
     * With one more module.
     *
     * @param settings lines of the configuration file's global part
     */
    public ProsodyServer(Proxy proxy, String settings, String module) {
        this(proxy, settings, module, hosts(proxy));
    }

    /** With the part of the configuration file that the page shows. */
    ProsodyServer(ServerPage page) {
        this(Proxy.COMPONENT, "", "disco", "VirtualHost \"stranger.example\"\n" + page.ofServer());
    }

    private ProsodyServer(Proxy proxy, String settings, String module, String hosts) {
        this(proxy, Account.ALL, settings + "%s" + hosts, module);
    }

    /**
     * With other users.
     *
     * @param hosts lines that follow the configuration file's global part
     */
    ProsodyServer(List<Account> accounts, String hosts) {
        this(Proxy.COMPONENT, accounts, "%s" + hosts, "disco");
    }

    /** On another machine, where clients come to this address. */
    public ProsodyServer(Host host, String address) {
        this(host, address, Proxy.COMPONENT, Account.ALL, "%s" + hosts(Proxy.COMPONENT), "disco");
    }

    private ProsodyServer(Proxy proxy, List<Account> accounts, String around, String module) {
        this(Host.THIS, "127.0.0.1", proxy, accounts, around, module);
    }

    private ProsodyServer(
            Host host, String address, Proxy proxy, List<Account> accounts, String around, String module) {
        this.host = host;
        this.address = address;
        this.proxy = proxy;
        for (Account account : accounts) {
            folder.write(
                    "data/" + account.domain().replace(".", "%2e") + "/accounts/" + account.user() + ".dat",
                    "return { [\"password\"] = \"" + account.password() + "\" };");
        }
        folder.write("prosody.cfg.lua", around.replace("%s", configuration(module)));
    }

    /** Where its configuration file is, and files that this names without a folder. */
    Path folder() {
        return folder.path("");
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public int clientPort() {
        return clientPort;
    }

    @Override
    public int componentPort() {
        return componentPort;
    }

    @Override
    public String boshUrl() {
        return "http://localhost:" + httpPort + "/http-bind";
    }

    @Override
    public String webSocketUrl() {
        return "ws://localhost:" + httpPort + "/xmpp-websocket";
    }

    @Override
    public void start() {
        child = host.start("prosody", List.of("prosody", "-F", "--config", folder.path("prosody.cfg.lua").toString()));
        child.await("Activated service 'c2s' on \\[");
        child.await("Activated service '" + (proxy == Proxy.OWN ? "proxy65" : "component") + "' on \\[");
    }

    @Override
    public void kill() {
        child.close();
    }

    @Override
    public void close() {
        kill();
        folder.delete();
    }

    private static String hosts(Proxy proxy) {
        String component =
                switch (proxy) {
                    case COMPONENT -> "Component \"" + PROXY + "\"\n  component_secret = \"" + SECRET + "\"\n";
                    case OWN -> "Component \"" + PROXY + "\" \"proxy65\"\n  proxy65_address = \"127.0.0.1\"\n";
                };
        return "VirtualHost \"localhost\"\nVirtualHost \"stranger.example\"\n" + component;
    }

    private String configuration(String module) {
        return """
                run_as_root = true -- where the tests run as root, in a container say
                pidfile = "%1$s/prosody.pid"
                data_path = "%1$s/data"
                log = { info = "*console" }
                interfaces = { "%7$s" }
                component_interfaces = { "127.0.0.1" }
                c2s_ports = { %2$d }
                component_ports = { %3$d }
                proxy65_ports = { %4$d }
                http_ports = { %6$d }
                https_ports = {}
                c2s_direct_tls_ports = {}
                modules_enabled = { "disco", "roster", "saslauth", "ping", "%5$s" }
                modules_disabled = { "s2s", "tls" }
                authentication = "internal_plain"
                c2s_require_encryption = false
                allow_unencrypted_plain_auth = true
                """
                .formatted(folder.path(""), clientPort, componentPort, Loopback.freePort(), module, httpPort, address);
    }
}
