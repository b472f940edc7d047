package io.cropvqa.model.processing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cropvqa.domain.UnusableInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Makes a conversation token ids, in such a way that the text of messages stays text: template
 * syntax in it is not run, and what reads like a special token ({@code </s>}, {@code <image>}) is
 * none.
 *
 * <p>Safe for use by many threads.
 */
public final class PromptEncoder {
  private static final Message.TextPart HARMLESS = new Message.TextPart("a");

  /** Questions remembered: the same one is often asked about many pictures, or in many ways. */
  private static final int REMEMBERED = 256;

  private record Asked(String question, int pictures) {}

  private final ChatTemplate template;
  private final TextTokenizer tokenizer;
  private final Cache<Asked, int[]> remembered =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  public PromptEncoder(ChatTemplate template, TextTokenizer tokenizer) {
    this.template = template;
    this.tokenizer = tokenizer;
  }

  /**
   * The ids of a question about so many pictures, which come before its text.
   *
   * @throws UnusableInputException as for a conversation
   */
  public int[] encode(String question, int pictures) {
    return remembered.get(new Asked(question, pictures), this::encodeAnew).clone();
  }

  private int[] encodeAnew(Asked asked) {
    List<Message.Part> content =
        new ArrayList<>(Collections.nCopies(asked.pictures(), new Message.ImagePart()));
    content.add(new Message.TextPart(asked.question()));
    return encode(List.of(new Message("user", content)));
  }

  /**
   * The ids of a conversation, up to where the answer begins. A picture is the one token that the
   * template has for it; the model puts its visual tokens in that place.
   *
   * @throws UnusableInputException if text still turned into control tokens, or the template
   *     refuses the conversation
   */
  public int[] encode(List<Message> messages) {
    int[] ids = ids(messages.stream().map(this::withoutSpecialTokens).toList());
    int[] harmless = ids(messages.stream().map(PromptEncoder::withHarmlessText).toList());
    if (!Arrays.equals(control(ids), control(harmless))) {
      throw new UnusableInputException(
          "the question holds text that the model's tokenizer takes for a control token:"
              + " leave out what looks like markup");
    }
    return ids;
  }

  private int[] ids(List<Message> messages) {
    return tokenizer.encode(template.render(messages, true));
  }

  private int[] control(int[] ids) {
    return Arrays.stream(ids).filter(tokenizer::isControl).toArray();
  }

  private Message withoutSpecialTokens(Message message) {
    return message.mapText(
        text -> new Message.TextPart(tokenizer.withoutSpecialTokens(text.text())));
  }

  /** All control tokens of this one are the template's own. */
  private static Message withHarmlessText(Message message) {
    return message.mapText(text -> HARMLESS);
  }
}
