// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling.info;

import im.thingle.signaling.stanza.Routes;
import im.thingle.signaling.stanza.Service;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What every entity answers about itself. Confined to its event loop. */
public final class EntityInfo implements Service {
    private final SoftwareVersion version;
    private final LastActivity lastActivity;
    private final EntityTime time;

    /** The component counts as running from now on. */
    public EntityInfo(String version, LongSupplier nanoClock, Supplier<Instant> clock) {
        this.version = new SoftwareVersion(version);
        lastActivity = new LastActivity(nanoClock);
        time = new EntityTime(clock);
    }

    @Override
    public List<String> features() {
        return List.of(Ping.NAMESPACE, SoftwareVersion.NAMESPACE, LastActivity.NAMESPACE, EntityTime.NAMESPACE);
    }

    @Override
    public void route(Routes routes) {
        routes.onGet("ping", Ping.NAMESPACE, "ping", new Ping())
                .onGet("query", SoftwareVersion.NAMESPACE, "version", version)
                .onGet("query", LastActivity.NAMESPACE, "last-activity", lastActivity)
                .onGet("time", EntityTime.NAMESPACE, "entity-time", time);
    }
}
