package koine.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import koine.Koine;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModuleIdentifier;
import org.springframework.modulith.core.ApplicationModules;

/// Which module may use which: each says so itself, by `@ApplicationModule` in its `package-info.java`.
class ModulesTest {

    private static final ApplicationModules MODULES = ApplicationModules.of(Koine.class);

    @Test
    void modules_asDeclared_useOnlyWhatTheyMay() {
        MODULES.verify();
    }

    /// A package without a declaration of its own would belong to the one around it, or be free to use
    /// everything.
    @Test
    void modules_allPackages_areModulesThatDeclareWhatTheyMayUse() {
        assertThat(MODULES.stream().map(ApplicationModule::getIdentifier).map(ApplicationModuleIdentifier::toString))
                .containsExactlyInAnyOrder(
                        "kernel",
                        "page",
                        "console",
                        "limit",
                        "log",
                        "account",
                        "mail",
                        "operations",
                        "auth",
                        "friend",
                        "chat",
                        "media",
                        "message",
                        "notification",
                        "delivery",
                        "database",
                        "protocol",
                        "protocol.http",
                        "protocol.events",
                        "protocol.matcha",
                        "protocol.matcha.socketio",
                        "protocol.phonechat",
                        "protocol.pymessage",
                        "protocol.reference",
                        "protocol.rehearsal",
                        "protocol.uchat");
    }
}
