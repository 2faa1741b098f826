package koine.security;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import reactor.core.publisher.Mono;

/// Everything that the running service answers by HTTP, from what it finds its own way by: `GET /chat/{id}`, and
/// `ANY /socket.io` where the method does not matter.
final class Mappings {

    /// Who may read may ask for the head of what they would read: that is no call of its own, as with annotated ones.
    private static final Pattern ROUTE = Pattern.compile("\\(\\[?(\\w+)(?:, HEAD])? && (/[^ ]*)\\)");

    private Mappings() {}

    static Set<String> of(ApplicationContext service) {
        return service.getBeansOfType(HandlerMapping.class).values().stream()
                .flatMap(Mappings::calls)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// A kind of mapping that this does not know could hide calls.
    private static Stream<String> calls(HandlerMapping mapping) {
        return switch (mapping) {
            case RequestMappingInfoHandlerMapping methods ->
                methods.getHandlerMethods().keySet().stream().flatMap(Mappings::calls);
            case RouterFunctionMapping routes -> routes(routes.getRouterFunction());
            case AbstractUrlHandlerMapping urls ->
                urls.getHandlerMap().keySet().stream().map(pattern -> "ANY " + pattern.getPatternString());
            default -> throw new AssertionError("calls could hide in " + mapping.getClass());
        };
    }

    private static Stream<String> calls(RequestMappingInfo info) {
        var methods = info.getMethodsCondition().getMethods();
        return info.getPatternsCondition().getPatterns().stream()
                .flatMap(pattern -> names(methods).map(method -> method + " " + pattern.getPatternString()));
    }

    private static Stream<String> names(Collection<RequestMethod> methods) {
        return methods.isEmpty() ? Stream.of("ANY") : methods.stream().map(RequestMethod::name);
    }

    private static Stream<String> routes(@Nullable RouterFunction<?> function) {
        var found = new TreeSet<String>();
        if (function != null) {
            function.accept(new Routes(found, new ArrayDeque<>()));
        }
        return found.stream();
    }

    /// @param nests what the routes lie in that are looked at: paths, and other conditions, which add nothing to a path
    private record Routes(Set<String> found, Deque<String> nests) implements RouterFunctions.Visitor {

        @Override
        public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
            var route = ROUTE.matcher(predicate.toString());
            if (!route.matches()) {
                throw new AssertionError("what is answered at " + predicate + "?");
            }
            found.add(route.group(1) + " " + String.join("", nests) + route.group(2));
        }

        @Override
        public void startNested(RequestPredicate predicate) {
            var text = predicate.toString();
            nests.addLast(text.startsWith("/") ? text : "");
        }

        @Override
        public void endNested(RequestPredicate predicate) {
            nests.removeLast();
        }

        @Override
        public void resources(Function<ServerRequest, Mono<Resource>> lookup) {
            throw new AssertionError("which resources are served?");
        }

        @Override
        public void attributes(Map<String, Object> attributes) {}

        @Override
        public void unknown(RouterFunction<?> function) {
            throw new AssertionError("what is answered by " + function + "?");
        }
    }
}
