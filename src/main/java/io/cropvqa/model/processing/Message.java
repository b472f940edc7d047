package io.cropvqa.model.processing;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One message of a conversation, as chat templates take it.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content its parts, in order
 */
public record Message(String role, List<Part> content) {

  public Message {
    content = List.copyOf(content);
  }

  public static Message user(Part... content) {
    return new Message("user", List.of(content));
  }

  /** The same message with other text. */
  Message mapText(UnaryOperator<TextPart> change) {
    return new Message(
        role,
        content.stream()
            .map(part -> part instanceof TextPart text ? change.apply(text) : part)
            .toList());
  }

  /** What a message is made of. */
  public sealed interface Part permits ImagePart, TextPart {

    /** The part as a template sees it, keys as transformers names them. */
    Map<String, Object> asVariable();
  }

  /** Where the picture goes. */
  public record ImagePart() implements Part {
    @Override
    public Map<String, Object> asVariable() {
      return Map.of("type", "image");
    }
  }

  /** Text, taken literally: template syntax in it means nothing. */
  public record TextPart(String text) implements Part {
    @Override
    public Map<String, Object> asVariable() {
      return Map.of("type", "text", "text", text);
    }
  }

  Map<String, Object> asVariable() {
    return Map.of("role", role, "content", content.stream().map(Part::asVariable).toList());
  }
}
