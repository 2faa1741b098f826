package koine.queries;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// All SQL of the service: the constants of its classes that begin like a statement.
final class Statements {

    private static final Pattern BEGINNING =
            Pattern.compile("\\s*(select|with|insert|update|delete)\\b.*", Pattern.DOTALL);

    private Statements() {}

    /// By the names of class and constant. What is only a part of another one is left out.
    static Map<String, String> all() {
        var all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("koine").stream()
                        .flatMap(each -> each.getFields().stream())
                        .filter(Statements::isConstantText)
                        .collect(Collectors.toMap(Statements::name, Statements::text, (one, _) -> one, TreeMap::new));
        all.values().removeIf(text -> !BEGINNING.matcher(text).matches());
        return all.entrySet().stream()
                .filter(each -> all.values().stream().noneMatch(other -> isPart(each.getValue(), other)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one, TreeMap::new));
    }

    private static boolean isPart(String text, String other) {
        return other.length() > text.length() && other.contains(text);
    }

    private static boolean isConstantText(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC)
                && field.getModifiers().contains(JavaModifier.FINAL)
                && field.getRawType().isEquivalentTo(String.class);
    }

    private static String name(JavaField field) {
        JavaClass owner = field.getOwner();
        return owner.getSimpleName() + "." + field.getName();
    }

    private static String text(JavaField field) {
        try {
            Field reflected = field.reflect();
            reflected.setAccessible(true);
            return String.valueOf(reflected.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
