// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code thingle.xmpp}, one server or a list of them. Confined to its reader's thread. */
final class XmppReader {
    private static final int MOST_SERVERS = 1000;

    private final Path directory;
    private final Problems problems;
    private final Map<String, Place> jids = new HashMap<>();

    /** @param directory where relative paths start */
    XmppReader(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    List<XmppServer> read(Section thingle) {
        var servers = new ArrayList<XmppServer>();
        if (!(thingle.given("xmpp") instanceof ConfigList list)) {
            server(thingle.section("xmpp")).ifPresent(servers::add);
            return servers;
        }
        var place = Place.of(list.origin(), thingle.place());
        if (list.isEmpty() || list.size() > MOST_SERVERS) {
            problems.error(place, "thingle.xmpp", list.isEmpty() ? "is empty" : "has more than " + MOST_SERVERS
                    + " servers",
                    "write one section for each XMPP server");
        }
        for (var index = 0; index < Math.min(list.size(), MOST_SERVERS); index++) {
            server(element(index, place, list.get(index), thingle)).ifPresent(servers::add);
        }
        return List.copyOf(servers);
    }

    private Section element(int index, Place place, ConfigValue given, Section thingle) {
        return new Section("thingle.xmpp[" + index + "]", place, given, thingle.byDefault("xmpp"), problems);
    }

    private Optional<XmppServer> server(Section xmpp) {
        try (xmpp; var tls = xmpp.section("tls")) {
            var host = host(xmpp.at("host"));
            var port = xmpp.at("port").integer(1, 65_535);
            var jid = JidEntry.component(xmpp.at("jid"));
            jid.ifPresent(known -> checkOnce(known, xmpp.at("jid")));
            var secret = secret(xmpp.at("secret"));
            var mode = tls.at("mode").choice(TlsMode.class);
            var trust = trust(tls.at("trust"), mode);
            var domains = domains(xmpp.at("domains"), jid);
            return jid.map(known -> new XmppServer(host, port, known, secret, mode, trust, domains));
        }
    }

    private static List<String> domains(Entry entry, Optional<String> component) {
        var domains = entry.list().stream().map(JidEntry::domain).flatMap(Optional::stream).distinct().toList();
        if (component.filter(domains::contains).isPresent()) {
            entry.error("names the component itself, " + component.get(),
                    "write the domains of the XMPP server's users, such as example.org");
        }
        return entry.list().isEmpty() ? component.flatMap(XmppServer::parent).stream().toList() : domains;
    }

    private static String host(Entry entry) {
        var host = entry.text().orElse("").strip();
        if (host.isEmpty() || host.matches(".*[\\s/\\[\\]@].*") || host.matches("[^:]*:[0-9]*")) {
            entry.error("is not a host: " + Entry.quoted(host),
                    "write a name or an address without brackets; the port has a key of its own");
        }
        return host;
    }

    private void checkOnce(String jid, Entry entry) {
        var before = jids.putIfAbsent(jid, entry.place());
        if (before != null) {
            entry.error(jid + " is already joined by the section at " + before,
                    "give every component a domain of its own");
        }
    }

    private static String secret(Entry entry) {
        var secret = entry.text().orElse("");
        if (secret.isEmpty()) {
            entry.error("is missing",
                    "set it to the component secret of your XMPP server, or set THINGLE_SECRET in the environment");
        }
        return secret;
    }

    private Optional<Path> trust(Entry entry, TlsMode mode) {
        var file = entry.text().map(directory::resolve);
        if (file.isPresent() && mode == TlsMode.OFF) {
            entry.warning("is of no use while tls.mode is off", "set tls.mode = direct");
        }
        file.ifPresent(path -> checkTrust(entry, path));
        return file;
    }

    private static void checkTrust(Entry entry, Path path) {
        try (var in = Files.newInputStream(path)) {
            if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
                entry.error("holds no certificate: " + path, "write a PEM file with the certificates to trust");
            }
        } catch (IOException unreadable) {
            entry.error("cannot be read: " + path, Files.exists(path) ? "check its permissions"
                    : "there is no such file");
        } catch (CertificateException broken) {
            entry.error("is not a file of certificates: " + path, "write a PEM file with the certificates to trust");
        }
    }
}
