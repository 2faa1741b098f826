package koine.protocol.reference;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/// The methods that answer calls, by `<method> <path>`.
final class Handlers {

    private final Map<String, HandlerMethod> methods = new TreeMap<>();

    Handlers(RequestMappingHandlerMapping mappings) {
        mappings.getHandlerMethods().forEach(this::add);
    }

    private void add(RequestMappingInfo mapping, HandlerMethod method) {
        for (var verb : mapping.getMethodsCondition().getMethods()) {
            mapping.getPatternsCondition().getPatterns().stream()
                    .map(Object::toString)
                    .filter(path -> !path.endsWith("/")) // the same as without it
                    .forEach(path -> methods.put(key(verb, path), method));
        }
    }

    private static String key(RequestMethod verb, String path) {
        return verb + " " + path;
    }

    /// All calls that are served.
    List<String> calls() {
        return List.copyOf(methods.keySet());
    }

    /// The record, or the sealed type, that a call is answered with; empty for one that writes its answer itself.
    Optional<Type> answer(String call) {
        return method(call)
                .map(method ->
                        ResolvableType.forMethodReturnType(method.getMethod()).getGeneric())
                .map(type -> type.resolve() == ResponseEntity.class ? type.getGeneric() : type)
                .map(ResolvableType::getType)
                .filter(type -> type != Void.class);
    }

    /// What stands in the call's body; empty if it takes none.
    Optional<Class<?>> body(String call) {
        return method(call).stream()
                .flatMap(method -> Arrays.stream(method.getMethodParameters()))
                .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
                .<Class<?>>map(MethodParameter::getParameterType)
                .findFirst();
    }

    private Optional<HandlerMethod> method(String call) {
        return Optional.ofNullable(methods.get(call));
    }
}
