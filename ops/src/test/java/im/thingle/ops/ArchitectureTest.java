// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The four rooms and the arrows between them: ops → signaling, relay, stun; relay → stun; nothing points back. */
@AnalyzeClasses(packages = "im.thingle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String STUN = "im.thingle.stun..";
    private static final String RELAY = "im.thingle.relay..";
    private static final String SIGNALING = "im.thingle.signaling..";
    private static final String OPS = "im.thingle.ops..";

    @ArchTest
    static final ArchRule stunKnowsNothingOfOurs = noClasses().that().resideInAPackage(STUN)
            .should().dependOnClassesThat().resideInAnyPackage(RELAY, SIGNALING, OPS)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule relayKnowsOnlyStun = noClasses().that().resideInAPackage(RELAY)
            .should().dependOnClassesThat().resideInAnyPackage(SIGNALING, OPS);

    @ArchTest
    static final ArchRule signalingKnowsNothingOfOurs = noClasses().that().resideInAPackage(SIGNALING)
            .should().dependOnClassesThat().resideInAnyPackage(STUN, RELAY, OPS);

    @ArchTest
    static final ArchRule signalingAndRelayMeetInWiringOnly = classes().that(describe(
                    "know relay and signaling", type -> knows(type, RELAY) && knows(type, SIGNALING)))
            .should().resideInAPackage("im.thingle.ops.wiring");

    @ArchTest
    static final ArchRule packagesFormNoCycles = slices().matching("im.thingle.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyLogsWriteWithLogback = noClasses().that(not(resideInAPackage("im.thingle.ops.log")))
            .should().dependOnClassesThat().resideInAPackage("ch.qos.logback..");

    private static boolean knows(JavaClass type, String room) {
        DescribedPredicate<JavaClass> inRoom = resideInAnyPackage(room);
        return type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> inRoom.test(dependency.getTargetClass()));
    }
}
