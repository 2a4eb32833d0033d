// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** What the admin listener answers to a request. Safe from any thread. */
final class AdminPages {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final CollectorRegistry registry;
    private final Readiness readiness;

    /** An answer before it becomes bytes. Immutable. */
    record Page(HttpResponseStatus status, String type, String body) {}

    AdminPages(CollectorRegistry registry, Readiness readiness) {
        this.registry = registry;
        this.readiness = readiness;
    }

    /** @param accept the request's Accept header, or null */
    Page answer(HttpMethod method, String path, String accept) {
        return switch (path) {
            case "/metrics", "/healthz", "/readyz" ->
                HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method)
                        ? page(path, accept)
                        : new Page(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "only GET and HEAD\n");
            default -> new Page(HttpResponseStatus.NOT_FOUND, TEXT, "known here: /metrics /healthz /readyz\n");
        };
    }

    private Page page(String path, String accept) {
        return switch (path) {
            case "/metrics" -> metrics(accept);
            case "/readyz" -> ready();
            default -> new Page(HttpResponseStatus.OK, TEXT, "ok\n");
        };
    }

    private Page ready() {
        var reasons = readiness.reasons();
        return reasons.isEmpty()
                ? new Page(HttpResponseStatus.OK, TEXT, "ready\n")
                : new Page(HttpResponseStatus.SERVICE_UNAVAILABLE, TEXT, String.join("\n", reasons) + "\n");
    }

    private Page metrics(String accept) {
        var type = TextFormat.chooseContentType(accept);
        var body = new StringWriter(8192);
        try {
            TextFormat.writeFormat(type, body, registry.metricFamilySamples());
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringWriter failed", impossible);
        }
        return new Page(HttpResponseStatus.OK, type, body.toString());
    }
}
