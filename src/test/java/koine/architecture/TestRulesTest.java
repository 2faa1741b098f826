package koine.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
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
}
