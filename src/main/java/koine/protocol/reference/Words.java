package koine.protocol.reference;

import java.util.List;
import java.util.Map;
import koine.kernel.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the code can't say of itself, as it stands in `reference/*.yaml`.
///
/// @param samples  what stands for the names in examples: `${bob}` is shown as 2, say
/// @param tags     groups of calls, in the order in which they are shown
/// @param fields   fields of bodies, by name or by `<schema>.<name>`, which is looked for first
/// @param required which fields a call's body must have, by schema
/// @param calls    by `<method> <path>`
record Words(
        Map<String, JsonNode> samples,
        Map<String, String> tags,
        Map<String, Field> fields,
        Map<String, List<String>> required,
        Map<String, Call> calls) {

    /// @param says    what it means
    /// @param example a typical value; may be a name of [#samples]
    /// @param schema  what else holds for it, as JSON Schema
    record Field(
            @Nullable String says,
            @Nullable JsonNode example,
            @Nullable JsonNode schema) {}

    /// @param id       its name in clients that are made from the document
    /// @param says     what it does, in one line
    /// @param more     the rest, in Markdown
    /// @param proof    how it is shown who asks: the names of [Security], `bearer` unless it is given
    /// @param errors   the codes it may be refused with, besides those that follow from what it is
    /// @param query    the parameters of its query, where the code does not name them
    /// @param body     the fields of its body, where the code has no record for it
    /// @param answer   its answer, where it is no record
    /// @param refusals how refusals look where that is not as natively: schemas by status, or for `others`
    record Call(
            String id,
            String tag,
            String says,
            @Nullable String more,
            @Nullable List<String> proof,
            @Nullable List<ErrorCode> errors,
            @Nullable Form query,
            @Nullable Form body,
            @Nullable Answer answer,
            @Nullable Map<String, String> refusals,
            @Nullable Map<String, Field> parameters,
            @Nullable List<Example> examples) {}

    /// Fields that stand together.
    record Form(@Nullable List<String> required, @Nullable List<String> optional) {}

    /// @param status what a success is answered with, 200 unless it is given
    /// @param type   the media type, JSON unless it is given; `none` for an answer without a body
    /// @param schema the name of the record that it is
    /// @param others answers with another status that are no errors, and what they mean
    record Answer(
            @Nullable Integer status,
            @Nullable String type,
            @Nullable String schema,
            @Nullable Map<String, String> others) {}

    /// A call that a test sends.
    ///
    /// @param name   what is shown by it
    /// @param as     who sends it; null for somebody without a token
    /// @param path   values for the path's variables
    /// @param body   JSON, or text for what is no JSON
    /// @param status what it is answered with; 200 unless it is given
    record Example(
            String name,
            @Nullable String as,
            @Nullable Map<String, JsonNode> path,
            @Nullable Map<String, JsonNode> query,
            @Nullable Map<String, String> headers,
            @Nullable JsonNode body,
            @Nullable Integer status) {}
}
