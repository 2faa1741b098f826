package koine.protocol.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Whether a client can be made from the OpenAPI document that is good for something. The generator and the compiler
/// run as processes of their own, from `target/kotlin-client`: their libraries must not meet the service's.
@KoineTest
class KotlinClientTest {

    private static final Path TOOLS = Path.of("target", "kotlin-client");
    private static final Path PROGRAM = Path.of("src", "test", "kotlin-client", "Main.kt");

    /// What the program calls; the rest of the document is left out, since compiling takes most of the time.
    private static final List<String> CALLS =
            List.of("register", "logIn", "getMe", "createPrivateChat", "sendMessage", "listMessages");

    @LocalServerPort
    private int port;

    @Autowired
    private Documents documents;

    @TempDir
    private Path work;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void client_madeFromTheDocument_registersSignsInAndSends() throws Exception {
        var document = work.resolve("openapi.json");
        Files.write(document, JsonMapper.shared().writeValueAsBytes(part()));
        generate(document);
        compile();

        var name = Long.toString(System.nanoTime());
        var said = java(
                "MainKt",
                libraries("okhttp", "okio", "gson", "kotlin-stdlib") + File.pathSeparator + work.resolve("classes"),
                "http://localhost:" + port,
                "ada" + name,
                "bob" + name);

        assertThat(said).contains("[1 Hello, Bob!]");
    }

    private ObjectNode part() {
        var document = (ObjectNode) JsonMapper.shared()
                .readTree(Objects.requireNonNull(documents.openApiJson().block()));
        document.path("paths")
                .forEach(calls -> ((ObjectNode) calls)
                        .removeIf(
                                call -> !CALLS.contains(call.path("operationId").asString(""))));
        while (removeUnused(document)) {
            // what was used by those alone goes next
        }
        return document;
    }

    private static boolean removeUnused(ObjectNode document) {
        var schemas = document.withObject("/components/schemas");
        var text = document.toString();
        var unused = schemas.propertyNames().stream()
                .filter(name -> !text.contains("\"#/components/schemas/" + name + "\""))
                .toList();
        schemas.remove(unused);
        return !unused.isEmpty();
    }

    private void generate(Path document) throws Exception {
        java(
                "org.openapitools.codegen.OpenAPIGenerator",
                libraries("openapi-generator-cli"),
                "generate",
                "--generator-name=kotlin",
                "--library=jvm-okhttp4",
                "--additional-properties=serializationLibrary=gson,dateLibrary=string",
                "--global-property=apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
                "--package-name=koine.client",
                "--input-spec=" + document,
                "--output=" + work.resolve("client"));
    }

    private void compile() throws Exception {
        java(
                "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                libraries("kotlin", "annotations"),
                "-no-stdlib",
                "-no-reflect",
                "-nowarn",
                "-Xno-optimize",
                "-classpath",
                libraries("okhttp", "okio", "gson", "kotlin-stdlib"),
                "-d",
                work.resolve("classes").toString(),
                work.resolve("client/src/main/kotlin").toString(),
                PROGRAM.toString());
    }

    private static String libraries(String... prefixes) throws IOException {
        try (var files = Files.list(TOOLS)) {
            return files.map(Path::toString)
                    .filter(file ->
                            Stream.of(prefixes).anyMatch(prefix -> file.startsWith(TOOLS + File.separator + prefix)))
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /// Runs a class to its end, and gives what it printed.
    private String java(String mainClass, String classPath, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                mainClass));
        command.addAll(List.of(arguments));
        var output = work.resolve(mainClass + ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
