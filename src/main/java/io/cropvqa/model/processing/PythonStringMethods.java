package io.cropvqa.model.processing;

import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/**
 * Python's methods of strings that chat templates call; Jinjava knows only Java's. Everything else
 * is left to the resolvers after this one.
 */
final class PythonStringMethods extends ELResolver {
  /** What Python strips and Java doesn't count as whitespace. */
  private static final String MORE_BLANKS = "\u0085\u00a0\u2007\u202f";

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    if (!(base instanceof String text) || method == null) {
      return null;
    }
    List<String> strings = Arrays.stream(arguments).map(String::valueOf).toList();
    Object result = call(text, method.toString(), strings);
    if (result != null) {
      context.setPropertyResolved(true);
    }
    return result;
  }

  private static Object call(String text, String method, List<String> arguments) {
    String first = arguments.isEmpty() ? "" : arguments.get(0);
    IntPredicate stripped = arguments.isEmpty() ? PythonStringMethods::isBlank : among(first);
    return switch (method) {
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalize(text);
      case "title" -> title(text);
      case "strip" -> strip(text, stripped);
      case "lstrip" -> stripLeft(text, stripped);
      case "rstrip" -> stripRight(text, stripped);
      case "startswith" -> text.startsWith(first);
      case "endswith" -> text.endsWith(first);
      case "replace" -> text.replace(first, arguments.get(1));
      case "split" -> split(text, arguments);
      default -> null;
    };
  }

  private static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    return Arrays.stream(text.split("(?<=\\P{L})|(?=\\P{L})"))
        .map(PythonStringMethods::capitalize)
        .collect(Collectors.joining());
  }

  /** {@code str.strip()}. */
  static String strip(String text) {
    return strip(text, PythonStringMethods::isBlank);
  }

  private static String strip(String text, IntPredicate characters) {
    return stripLeft(stripRight(text, characters), characters);
  }

  private static String stripLeft(String text, IntPredicate characters) {
    int start = 0;
    while (start < text.length() && characters.test(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripRight(String text, IntPredicate characters) {
    int end = text.length();
    while (end > 0 && characters.test(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static IntPredicate among(String characters) {
    return character -> characters.indexOf(character) >= 0;
  }

  private static boolean isBlank(int character) {
    return Character.isWhitespace(character) || MORE_BLANKS.indexOf(character) >= 0;
  }

  private static List<String> split(String text, List<String> arguments) {
    if (!arguments.isEmpty()) {
      return List.of(text.split(Pattern.quote(arguments.get(0)), -1));
    }
    String words = strip(text);
    return words.isEmpty() ? List.of() : List.of(words.split("[\\s" + MORE_BLANKS + "]+"));
  }

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {}

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return null;
  }
}
