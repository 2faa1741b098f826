package koine.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import koine.Koine;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/// What holds in all tests.
@AnalyzeClasses(packagesOf = Koine.class, importOptions = OnlyIncludeTests.class)
class TestRulesTest {

    /// Services that other tests have started are still running: their timers would stand still as well. A test
    /// whose time is its own gives [VirtualTimeScheduler#create()] to what it tests.
    @ArchTest
    static final ArchRule schedulers_ofTheJvm_areNotReplaced = noClasses()
            .should()
            .callMethod(VirtualTimeScheduler.class, "getOrSet")
            .orShould()
            .callMethod(VirtualTimeScheduler.class, "getOrSet", boolean.class)
            .orShould()
            .callMethod(VirtualTimeScheduler.class, "set", VirtualTimeScheduler.class)
            .orShould()
            .callMethod(StepVerifier.class, "withVirtualTime", Supplier.class)
            .orShould()
            .callMethod(Schedulers.class, "setFactory", Schedulers.Factory.class);

    /// The JDK's HTTP client completes what it does in the JVM's common pool, which has one thread on two
    /// processors: what waits there holds up the sockets of the tests beside it. A test names the threads that
    /// it keeps waiting.
    @ArchTest
    static final ArchRule commonPool_isLeftToTheHttpClient = noClasses()
            .should()
            .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
            .orShould()
            .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class);
}
