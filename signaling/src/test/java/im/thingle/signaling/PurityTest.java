// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.signaling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** The machines know no socket, thread, clock or logger; only the shells of {@code component} do. */
@AnalyzeClasses(packages = "im.thingle.signaling", importOptions = ImportOption.DoNotIncludeTests.class)
class PurityTest {
    private static final DescribedPredicate<JavaClass> PURE = DescribedPredicate.describe("pure", type ->
            !type.getPackageName().equals("im.thingle.signaling.component")
                    || type.getName()
                            .matches(".*\\.(ComponentStream|IqRouter|PendingIqs|Backoff|StreamAdvice)(\\$.*)?"));

    @ArchTest
    static final ArchRule machinesDoNotTouchTheWorld = noClasses().that(PURE).should().dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "org.slf4j..", "java.util.concurrent.locks..",
                    "java.util.concurrent.atomic..")
            .orShould().dependOnClassesThat().haveNameMatching("java\\.net\\..*Socket.*|java\\.lang\\.Thread")
            .orShould().dependOnClassesThat()
            .haveNameMatching("java\\.util\\.concurrent\\.(.*Executor.*|.*Future.*|Concurrent.*)");

    @ArchTest
    static final ArchRule machinesHaveNoClock = noClasses().that(PURE).should().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule nothingPointsBackToTheComponent = noClasses()
            .that().resideOutsideOfPackage("im.thingle.signaling.component")
            .should().dependOnClassesThat().resideInAPackage("im.thingle.signaling.component");
}
