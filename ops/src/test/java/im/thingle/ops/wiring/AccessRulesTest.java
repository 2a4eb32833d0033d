// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
    @ParameterizedTest
    @CsvSource({
        "romeo@example.org, true",
        "example.org, true",
        "romeo@elsewhere.org, false",
        "romeo@sub.example.org, false",
        "romeo@org, false",
        "romeo@notexample.org, false",
        "example.org@elsewhere.org, false",
    })
    void permitsTheParentDomainsUsersByDefault(String jid, boolean permitted) {
        assertThat(new AccessRules(List.of()).permits(jid, "proxy.example.org")).isEqualTo(permitted);
    }

    @Test
    void servesEachComponentsOwnParentByDefault() {
        var rules = new AccessRules(List.of());

        assertThat(rules.permits("romeo@localhost", "proxy.localhost")).isTrue();
        assertThat(rules.permits("romeo@localhost", "proxy.example.org")).isFalse();
    }

    @Test
    void permitsNobodyWhenThereIsNoParentDomain() {
        assertThat(new AccessRules(List.of()).permits("romeo@proxy", "proxy")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "romeo@example.net, true",
        "guest@elsewhere.org, true",
        "other@elsewhere.org, false",
        "elsewhere.org, false",
        "romeo@example.org, false",
    })
    void permitsListedDomainsAndJidsOnly(String jid, boolean permitted) {
        var rules = new AccessRules(List.of("example.net", "guest@elsewhere.org"));

        assertThat(rules.permits(jid, "proxy.example.org")).isEqualTo(permitted);
    }

    @Test
    void permitsEverybodyOnlyWhenToldSo() {
        assertThat(new AccessRules(List.of("*")).permits("anybody@anywhere.net", "proxy.example.org")).isTrue();
    }
}
