// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Date;

@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /**
     * Bytes, checksums and plain Java: so no Netty, nothing of ours, no java.net, java.time or java.util.concurrent.
     */
    @ArchTest
    static final ArchRule KNOWS_ONLY_BYTES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("im.thingle.stun..", "java.lang", "java.lang.invoke", "java.lang.runtime", "java.nio",
                    "java.nio.charset", "java.security", "java.util", "java.util.zip", "javax.crypto",
                    "javax.crypto.spec");

    @ArchTest
    static final ArchRule HAS_NO_THREAD_AND_NO_RANDOMNESS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(Thread.*|Runnable|InheritableThreadLocal|Process.*)"
                    + "|java\\.util\\.(Timer.*|Random.*|Date|Calendar|UUID)|java\\.security\\.SecureRandom");

    @ArchTest
    static final ArchRule HAS_NO_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(Date.class);

    @ArchTest
    static final ArchRule HAS_NO_CYCLES = slices().matching("im.thingle.stun.(*)..").should().beFreeOfCycles();
}
