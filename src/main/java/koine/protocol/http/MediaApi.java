package koine.protocol.http;

import koine.auth.SignedIn;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.media.MediaFiles;
import koine.media.UploadMedia;
import koine.protocol.Inputs;
import koine.protocol.MediaView;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/// Files, in pieces both ways.
@RestController
class MediaApi {

    private final MediaFiles files;

    MediaApi(MediaFiles files) {
        this.files = files;
    }

    /// The body is the file, of whatever type it is said to be.
    @PostMapping("/media")
    Mono<MediaView> upload(@AuthenticationPrincipal SignedIn me, ServerHttpRequest request) {
        return Mono.fromCallable(() -> order(me.account(), request.getHeaders()))
                .flatMap(order -> files.upload(order, body(request)))
                .map(MediaView::of);
    }

    @GetMapping("/media/{id}")
    Mono<Void> file(@AuthenticationPrincipal SignedIn me, @PathVariable String id, ServerWebExchange exchange) {
        return Mono.fromCallable(() -> Inputs.mediaId(id))
                .flatMap(media -> files.find(me.account(), media))
                .flatMap(file -> new FileAnswer(file, exchange).send());
    }

    @GetMapping("/media/{id}/thumbnail")
    Mono<Void> thumbnail(@AuthenticationPrincipal SignedIn me, @PathVariable String id, ServerWebExchange exchange) {
        return Mono.fromCallable(() -> Inputs.mediaId(id))
                .flatMap(media -> files.findThumbnail(me.account(), media))
                .flatMap(file -> new FileAnswer(file, exchange).send());
    }

    /// A client that goes away in the middle is no fault of the server; nobody is there to be told.
    private static Flux<DataBuffer> body(ServerHttpRequest request) {
        return request.getBody()
                .onErrorMap(
                        AbortedException.class, _ -> new Refused(ErrorCode.INVALID_REQUEST, "the body was cut off"));
    }

    private static UploadMedia order(AccountId me, HttpHeaders headers) {
        return new UploadMedia(
                me, fileName(headers), headers.getFirst(HttpHeaders.CONTENT_TYPE), headers.getContentLength());
    }

    /// From `filename*`, which may have any character (RFC 6266), or `filename`.
    private static @Nullable String fileName(HttpHeaders headers) {
        var header = headers.getFirst(HttpHeaders.CONTENT_DISPOSITION);
        try {
            return header == null ? null : ContentDisposition.parse(header).getFilename();
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) { // the latter for a quote that stands alone
            throw Refused.invalid(HttpHeaders.CONTENT_DISPOSITION, "is malformed");
        }
    }
}
