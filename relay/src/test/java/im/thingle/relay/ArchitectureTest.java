// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "im.thingle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule KNOWS_NOTHING_OF_SIGNALING_AND_OPS = noClasses()
            .that().resideInAPackage("im.thingle.relay..")
            .should().dependOnClassesThat().resideInAnyPackage("im.thingle.signaling..", "im.thingle.ops..");

    /** No Netty, no java.net, no java.time, no java.util.concurrent: bytes in, values out. */
    @ArchTest
    static final ArchRule HANDSHAKE_KNOWS_ONLY_BYTES = classes()
            .that().resideInAPackage("im.thingle.relay.socks5")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("im.thingle.relay.socks5", "im.thingle.relay.account", "java.lang",
                    "java.lang.invoke", "java.lang.runtime", "java.nio", "java.util");

    @ArchTest
    static final ArchRule HANDSHAKE_ASKS_THE_ACCOUNT_FOR_NAMES_ONLY = noClasses()
            .that().resideInAPackage("im.thingle.relay.socks5")
            .should().dependOnClassesThat()
            .haveNameMatching("im\\.thingle\\.relay\\.account\\.(?!Refusal$).*");

    @ArchTest
    static final ArchRule HANDSHAKE_HAS_NO_CLOCK = noClasses()
            .that().resideInAnyPackage("im.thingle.relay.socks5", "im.thingle.relay.account")
            .should().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(Date|Calendar)|java\\.time\\.(?!Duration).*");

    @ArchTest
    static final ArchRule HANDSHAKE_HAS_NO_THREAD = noClasses()
            .that().resideInAPackage("im.thingle.relay.socks5")
            .should().dependOnClassesThat()
            .haveNameMatching(
                    "java\\.lang\\.(Thread.*|Runnable|InheritableThreadLocal|Process.*)|java\\.util\\.Timer.*");

    /** Whose a port is, is decided by addresses alone. */
    @ArchTest
    static final ArchRule LATCH_KNOWS_ONLY_ADDRESSES = classes()
            .that().haveFullyQualifiedName("im.thingle.relay.media.Latch")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("im.thingle.stun..", "java.lang");

    /** And it gets no sockets of its own there. */
    @ArchTest
    static final ArchRule ONLY_MEDIA_KNOWS_ICE4J = noClasses()
            .that().resideOutsideOfPackage("im.thingle.relay.media")
            .should().dependOnClassesThat().resideInAnyPackage("org.ice4j..", "org.jitsi..");

    @ArchTest
    static final ArchRule ICE4J_HAS_NO_SOCKETS = noClasses()
            .that().resideInAPackage("im.thingle.relay.media")
            .should().dependOnClassesThat().haveNameMatching(
                    "org\\.ice4j\\.(socket\\.(?!IceSocketWrapper$)|ice\\.harvest\\.(?!AbstractCandidateHarvester$)).*");

    @ArchTest
    static final ArchRule ONLY_NET_AND_UDP_KNOW_THE_TRANSPORTS = noClasses()
            .that().resideInAPackage("im.thingle.relay..")
            .and().resideOutsideOfPackages("im.thingle.relay.net", "im.thingle.relay.udp")
            .should().dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel.epoll..", "io.netty.channel.nio..", "io.netty.channel.socket.nio..");

    @ArchTest
    static final ArchRule HAS_NO_CYCLES = slices().matching("im.thingle.relay.(*)..").should().beFreeOfCycles();
}
