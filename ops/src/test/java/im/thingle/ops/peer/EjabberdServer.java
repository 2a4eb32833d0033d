// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * ejabberd with a folder of its own. Runs as a single Erlang node without a name, so it needs neither epmd nor the
 * user that {@code ejabberdctl} changes to. Confined to the test's thread.
 */
public final class EjabberdServer implements XmppServer {
    private static final Path CTL = Path.of("/usr/sbin/ejabberdctl");

    private final Folder folder = Folder.make("ejabberd");
    private final List<Account> accounts;
    private final int clientPort = Loopback.freePort();
    private final int componentPort = Loopback.freePort();
    private final int httpPort = Loopback.freePort();
    private Child child;

    public EjabberdServer(Proxy proxy) {
        this(proxy, "");
    }

    /** @param modules further lines of the configuration file's modules */
    public EjabberdServer(Proxy proxy, String modules) {
        accounts = Account.ALL;
        configure(component(proxy) + modules);
    }

    /**
     * With other users.
     *
     * @param included a file beside the main one
     */
    EjabberdServer(List<Account> accounts, String included) {
        this.accounts = accounts;
        configure(included);
    }

    /** With the page's file beside the main one. */
    EjabberdServer(ServerPage page) {
        accounts = Account.ALL;
        configure(page.ofServer().replace("port: 5347", "port: " + componentPort));
    }

    private void configure(String included) {
        folder.write("ejabberd.yml", main());
        folder.write("thingle.yml", included);
        folder.write("spool/.keep", "");
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
        return "http://localhost:" + httpPort + "/bosh";
    }

    @Override
    public String webSocketUrl() {
        return "ws://localhost:" + httpPort + "/ws";
    }

    @Override
    public void start() {
        String registered = accounts.stream()
                .map(a -> "{<<\"%s\">>,<<\"%s\">>,<<\"%s\">>}".formatted(a.user(), a.domain(), a.password()))
                .collect(Collectors.joining(",", "[", "]"));
        child = Child.start(
                "ejabberd",
                List.of(
                        "erl", "-noinput",
                        "-mnesia", "dir", "\"" + folder.path("spool") + "\"",
                        "-s", "ejabberd",
                        "-eval", "[ejabberd_auth:try_register(U, H, P) || {U, H, P} <- " + registered + "],"
                                + "io:format(\"accounts ready~n\")."),
                Map.of(
                        "HOME", folder.path("").toString(),
                        "ERL_LIBS", erlangLibraries(),
                        "ERL_CRASH_DUMP_BYTES", "0",
                        "EJABBERD_CONFIG_PATH", folder.path("ejabberd.yml").toString(),
                        "EJABBERD_LOG_PATH", folder.path("ejabberd.log").toString()));
        child.await("^accounts ready");
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

    private String main() {
        return """
                hosts: %s
                auth_method: internal
                listen:
                  - {port: %d, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}
                  - port: %d
                    ip: "127.0.0.1"
                    module: ejabberd_http
                    request_handlers: {/bosh: mod_bosh, /ws: ejabberd_http_ws}
                modules:
                  mod_disco: {}
                  mod_roster: {}
                  mod_bosh: {}
                include_config_file: %s
                """
                .formatted(
                        accounts.stream().map(a -> "\"" + a.domain() + "\"").distinct().toList(),
                        clientPort,
                        httpPort,
                        folder.path("thingle.yml"));
    }

    /** Ends in the modules, for more of them to follow. */
    private String component(Proxy proxy) {
        String own =
                switch (proxy) {
                    case COMPONENT -> "";
                    case OWN -> "  mod_proxy65: {host: %s, ip: \"127.0.0.1\", port: %d, access: all}\n"
                            .formatted(PROXY, Loopback.freePort());
                };
        String routed = proxy == Proxy.COMPONENT ? PROXY : "unused.localhost";
        return """
                listen:
                  - {port: %d, ip: "127.0.0.1", module: ejabberd_service, hosts: {"%s": {password: "%s"}}}
                modules:
                  mod_ping: {}
                """
                        .formatted(componentPort, routed, SECRET)
                + own;
    }

    /** Debian's folder differs by machine architecture; its own start script knows it. */
    private static String erlangLibraries() {
        try {
            Matcher line = Pattern.compile("(?m)^ERL_LIBS='(.*)'$").matcher(Files.readString(CTL));
            return line.find() ? line.group(1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
