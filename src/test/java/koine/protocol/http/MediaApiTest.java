package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import koine.database.DataDirectory;
import koine.testing.Api;
import koine.testing.Images;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_SIZE = 25 * 1024 * 1024;
    private static final Duration SOON = Duration.ofSeconds(10);

    @LocalServerPort
    private int port;

    @Autowired
    private DataDirectory data;

    private Api api;
    private Api.User owner;
    private Api.User intruder;

    @BeforeAll
    void makePeople(@Autowired BeanFactory service) {
        var people = new People(service);
        api = new Api(port);
        owner = people.one("owner");
        intruder = people.one("intruder");
    }

    @Test
    void upload_file_answersWhatItIs() {
        var media = upload("hello".getBytes(StandardCharsets.UTF_8), "attachment; filename=\"hello.txt\"");

        assertThat(media.propertyNames())
                .containsExactly("id", "file_name", "content_type", "size", "url", "thumbnail_url");
        assertThat(media.path("file_name").stringValue()).isEqualTo("hello.txt");
        assertThat(media.path("content_type").stringValue()).isEqualTo("text/plain");
        assertThat(media.path("size").longValue()).isEqualTo(5);
        assertThat(media.path("url").stringValue())
                .isEqualTo("/media/" + media.path("id").longValue());
        assertThat(media.path("thumbnail_url").isNull()).isTrue();
        assertThat(get(media, Map.of()).body()).asString().isEqualTo("hello");
        assertNothingIsStaged();
    }

    @Test
    void upload_megabytes_comeBackAsTheyWere() {
        var bytes = random(3_000_000);

        var media = upload(bytes, null);

        assertThat(media.path("file_name").stringValue()).isEqualTo("file");
        assertThat(media.path("content_type").stringValue()).isEqualTo("application/octet-stream");
        assertThat(get(media, Map.of()).body()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attachment; filename=a.txt | a.txt",
                "attachment; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt | naïve €.txt",
                "attachment; filename=\"x.txt\"; filename*=UTF-8''%C3%BC.txt | ü.txt",
                "attachment; filename=\"../../etc/passwd\" | passwd",
                "attachment; filename*=UTF-8''a%0d%0aSet-Cookie%3a%20x.txt | aSet-Cookie: x.txt",
                "attachment | file",
            })
    void upload_withAName_keepsItAsFarAsItIsSafe(String disposition, String name) {
        var media = upload("x".getBytes(StandardCharsets.UTF_8), disposition);

        assertThat(media.path("file_name").stringValue()).isEqualTo(name);
        assertThat(get(media, Map.of()).headers().allValues("Content-Disposition"))
                .singleElement()
                .asString()
                .startsWith("attachment; ");
        assertThat(get(media, Map.of()).headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"filename", "attachment; filename*=UTF-8''%zz", "attachment; filename=\""})
    void upload_malformedDisposition_isInvalid(String disposition) {
        var answer = post(BodyPublishers.ofString("x"), Map.of("Content-Disposition", disposition), owner);

        assertThat(answer.status()).isIn(200, 400);
        if (answer.status() == 400) {
            assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        } else {
            assertThat(answer.body().path("file_name").stringValue()).doesNotContain("\r", "\n");
        }
    }

    /// What it is said to be does not matter: a page that calls itself a picture is stored by browsers and
    /// never shown.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html><script>alert(1)</script></html> | cat.jpg | image/jpeg | text/html",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg> | cat.svg | image/svg+xml | image/svg+xml",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg> | cat.png | image/png | image/svg+xml",
                "just words | cat.png | image/png | text/plain",
                "q\u0001\u0002\u0003\u0004q | cat.png | image/png | application/octet-stream",
                "%PDF-1.7 | cat.gif | image/gif | application/pdf",
                "%PDF-1.7 | cat.pdf | application/pdf | application/pdf",
                "alert(document.cookie) | cat.js | text/javascript | text/javascript",
                "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/> | cat.xml | text/xml | application/xml",
                "<html xmlns='http://www.w3.org/1999/xhtml'><script/></html> | cat.xhtml | application/xhtml+xml | application/xhtml+xml",
                "<!doctype html><script>alert(1)</script> | cat.html | text/html | text/html",
            })
    void upload_whatIsNoPicture_isOnlyStoredByBrowsers(String contents, String name, String type, String found) {
        var headers = Map.of("Content-Disposition", "inline; filename=" + name, "Content-Type", type);

        var media = post(BodyPublishers.ofString(contents), headers, owner).ok();
        var answer = get(media, Map.of());

        assertThat(media.path("content_type").stringValue()).isEqualTo(found);
        assertThat(media.path("thumbnail_url").isNull()).isTrue();
        assertThat(header(answer, "Content-Type")).isEqualTo(found);
        assertThat(header(answer, "Content-Disposition")).startsWith("attachment; ");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Content-Security-Policy"))
                .isEqualTo("sandbox; default-src 'none'; frame-ancestors 'none'");
        assertThat(header(answer, "Cache-Control")).isEqualTo("max-age=86400, private, immutable");
    }

    @Test
    void upload_photo_tellsNothingOfItsOwnerAndHasAnUprightThumbnail() {
        var photo = Images.telling(Images.jpeg(800, 400), 6);

        var media = upload(photo, "attachment; filename=photo.jpg");
        var answer = get(media, Map.of());
        var thumbnail = get(media.path("thumbnail_url").stringValue(), owner, Map.of());

        assertThat(media.path("content_type").stringValue()).isEqualTo("image/jpeg");
        assertThat(media.path("size").longValue()).isEqualTo(answer.body().length);
        assertThat(Images.tells(photo)).isTrue();
        assertThat(Images.tells(answer.body())).isFalse();
        assertThat(header(answer, "Content-Disposition")).startsWith("inline; ");
        assertThat(header(answer, "Content-Type")).isEqualTo("image/jpeg");
        assertThat(header(thumbnail, "Content-Type")).isEqualTo("image/jpeg");
        assertThat(header(thumbnail, "ETag")).isNotEqualTo(header(answer, "ETag"));
        var small = Images.read(thumbnail.body());
        assertThat(small.getWidth()).isEqualTo(160);
        assertThat(small.getHeight()).isEqualTo(320);
        assertThat(Images.isRed(small, 80, 20)).isTrue();
        assertThat(Images.isBlue(small, 80, 300)).isTrue();
    }

    @Test
    void upload_imagesOfAllKinds_haveThumbnails() {
        for (var image : List.of(Images.png(500, 20), Images.gif(20, 500), Images.tellingWebp(1))) {
            var media = upload(image, "attachment; filename=no.txt");

            var thumbnail = get(media.path("thumbnail_url").stringValue(), owner, Map.of());

            assertThat(media.path("content_type").stringValue()).startsWith("image/");
            assertThat(thumbnail.statusCode()).isEqualTo(200);
            assertThat(Images.read(thumbnail.body()).getWidth()).isBetween(1, 320);
            assertThat(Images.tells(get(media, Map.of()).body())).isFalse();
        }
    }

    @Test
    void upload_bomb_isRefusedBeforeItIsDecoded() {
        assertRefused(uploading(Images.bomb(10_000, 5_001)), 400, "INVALID_REQUEST");
        assertRefused(uploading(Images.bomb(Integer.MAX_VALUE, Integer.MAX_VALUE)), 400, "INVALID_REQUEST");
        assertNothingIsStaged();
    }

    @Test
    void upload_imageThatIsNone_isRefused() {
        assertRefused(uploading(Arrays.copyOf(Images.png(100, 100), 60)), 400, "INVALID_REQUEST");
        assertRefused(uploading(Arrays.copyOf(Images.jpeg(100, 100), 60)), 400, "INVALID_REQUEST");
        assertNothingIsStaged();
    }

    @Test
    void upload_nothing_isInvalid() {
        assertRefused(uploading(new byte[0]), 400, "INVALID_REQUEST");
        assertNothingIsStaged();
    }

    @Test
    void upload_tooLargeByItsLength_isRefused() {
        assertRefused(uploading(new byte[MAX_SIZE + 1]), 413, "TOO_LARGE");
        assertNothingIsStaged();
    }

    @Test
    void upload_tooLargeWithoutALength_isRefused() {
        var endless = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[MAX_SIZE + 1]));

        assertRefused(post(endless, Map.of(), owner), 413, "TOO_LARGE");
        assertNothingIsStaged();
    }

    @Test
    void upload_asLargeAsMayBe_isTaken() {
        var media = post(BodyPublishers.ofByteArray(new byte[MAX_SIZE]), Map.of(), owner)
                .ok();

        assertThat(media.path("size").longValue()).isEqualTo(MAX_SIZE);
    }

    @Test
    void upload_cutOff_leavesNothing() throws IOException {
        try (var socket = new Socket("localhost", port)) {
            var head = "POST /media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + owner.token()
                    + "\r\nContent-Length: 1000000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[300_000]);
            socket.getOutputStream().flush();
            await().atMost(SOON).until(() -> staged() > 0);
        }

        assertNothingIsStaged();
    }

    @Test
    void upload_withoutToken_isRefused() {
        assertRefused(api.post("/media", null, "x"), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 0 | 0",
                "bytes=0-99 | 0 | 99",
                "bytes=10-19 | 10 | 19",
                "bytes=99- | 99 | 99",
                "bytes=50- | 50 | 99",
                "bytes=-1 | 99 | 99",
                "bytes=-30 | 70 | 99",
                "bytes=-1000 | 0 | 99",
                "bytes=90-1000 | 90 | 99",
            })
    void download_ofARange_answersThatPart(String range, int first, int last) {
        var bytes = random(100);
        var media = upload(bytes, null);

        var answer = get(media, Map.of("Range", range));

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes " + first + "-" + last + "/100");
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(last - first + 1));
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, first, last + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void download_ofARangePastTheEnd_isRefused(String range) {
        var media = upload(random(100), null);

        var answer = get(media, Map.of("Range", range));

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes */100");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,5-6", "bytes=5-2", "bytes=x", "lines=1-2", "bytes"})
    void download_ofARangeThatIsNotServed_answersTheWhole(String range) {
        var bytes = random(100);

        var answer = get(upload(bytes, null), Map.of("Range", range));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(bytes);
    }

    @Test
    void download_ifRange_answersThePartOfThisVersionOnly() {
        var media = upload(random(100), null);
        var tag = header(get(media, Map.of()), "ETag");

        var same = get(media, Map.of("Range", "bytes=0-9", "If-Range", tag));
        var other = get(media, Map.of("Range", "bytes=0-9", "If-Range", "\"other\""));
        var weak = get(media, Map.of("Range", "bytes=0-9", "If-Range", "W/" + tag));

        assertThat(same.statusCode()).isEqualTo(206);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body()).hasSize(100);
        assertThat(weak.statusCode()).isEqualTo(200);
    }

    @Test
    void download_ifNoneMatch_isNotSentAgain() {
        var media = upload(random(100), null);
        var tag = header(get(media, Map.of()), "ETag");

        var known = get(media, Map.of("If-None-Match", tag));
        var amongOthers = get(media, Map.of("If-None-Match", "\"a\", W/" + tag));
        var unknown = get(media, Map.of("If-None-Match", "\"a\""));

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        assertThat(amongOthers.statusCode()).isEqualTo(304);
        assertThat(unknown.statusCode()).isEqualTo(200);
    }

    @Test
    void download_head_tellsTheSizeOnly() {
        var media = upload(random(100), null);

        var answer = send(request(media.path("url").stringValue(), owner).method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("100");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void download_byAnIntruder_doesNotExist() {
        var media = upload(Images.png(10, 10), null);
        var url = media.path("url").stringValue();

        assertRefused(api.get(url, intruder.token()), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(api.get(url + "/thumbnail", intruder.token()), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(api.get(url, null), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void download_ofWhatIsNotThere_doesNotExist() {
        var media = upload(random(10), null);

        assertRefused(api.get("/media/999999999999", owner.token()), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(
                api.get(media.path("url").stringValue() + "/thumbnail", owner.token()), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(api.get("/media/x", owner.token()), 400, "INVALID_REQUEST", "id");
    }

    @Test
    void download_leftInTheMiddle_harmsNobody() throws IOException {
        var bytes = random(5_000_000);
        var media = upload(bytes, null);
        for (int i = 0; i < 5; i++) {
            try (var body = streaming(media)) {
                assertThat(body.readNBytes(1_000)).isEqualTo(Arrays.copyOf(bytes, 1_000));
            }
        }

        assertThat(get(media, Map.of()).body()).isEqualTo(bytes);
    }

    private InputStream streaming(JsonNode media) throws IOException {
        try {
            return HTTP.send(request(media.path("url").stringValue(), owner).build(), BodyHandlers.ofInputStream())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void assertNothingIsStaged() {
        await().atMost(SOON).until(() -> staged() == 0);
    }

    private int staged() throws IOException {
        var staging = data.dataDir().resolve("media/staging");
        try (var directories = Files.list(staging)) {
            return (int) directories.map(Path::getFileName).count();
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private JsonNode upload(byte[] bytes, @Nullable String disposition) {
        var headers = disposition == null ? Map.<String, String>of() : Map.of("Content-Disposition", disposition);
        return post(BodyPublishers.ofByteArray(bytes), headers, owner).ok();
    }

    private Api.Answer uploading(byte[] bytes) {
        return post(BodyPublishers.ofByteArray(bytes), Map.of(), owner);
    }

    private Api.Answer post(BodyPublisher body, Map<String, String> headers, Api.User user) {
        var request = request("/media", user).POST(body);
        headers.forEach(request::header);
        var answer = send(request);
        return new Api.Answer(answer.statusCode(), JSON.readTree(answer.body()), answer.headers());
    }

    private HttpResponse<byte[]> get(JsonNode media, Map<String, String> headers) {
        return get(media.path("url").stringValue(), owner, headers);
    }

    private HttpResponse<byte[]> get(String path, Api.User user, Map<String, String> headers) {
        var request = request(path, user);
        headers.forEach(request::header);
        return send(request);
    }

    private HttpRequest.Builder request(String path, Api.User user) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + user.token());
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        bytes[0] = 0;
        return bytes;
    }
}
