package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import jinjava.javax.el.CompositeELResolver;

/**
 * Makes one prompt of a conversation, by the Jinja template that a checkpoint brings.
 *
 * <p>Renders what transformers' {@code apply_chat_template} renders. Values are never looked into
 * for template syntax, and a template can neither read files nor go on for ever. Safe for use by
 * many threads.
 */
public final class ChatTemplate {
  private static final Jinjava JINJA = jinja();

  private final String name;
  private final String template;
  private final Map<String, String> specialTokens;

  /**
   * @param name what the template is called in messages, such as its file
   * @param source Jinja source
   * @param specialTokens variables of the template beside the conversation, {@code bos_token} to
   *     {@code <s>} and so on
   * @throws IllegalArgumentException if a tag of the template is not closed
   */
  public ChatTemplate(String name, String source, Map<String, String> specialTokens) {
    this.name = name;
    this.specialTokens = Map.copyOf(specialTokens);
    try {
      this.template = JinjavaSource.of(source);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * Reads {@code chat_template.jinja}, or {@code chat_template} in {@code chat_template.json},
   * {@code processor_config.json} or {@code tokenizer_config.json}, the first that is there.
   *
   * @throws IllegalArgumentException if none is there
   */
  public static ChatTemplate load(Path modelDirectory) {
    ModelFiles files = new ModelFiles(modelDirectory);
    String source =
        files
            .text("chat_template.jinja")
            .or(() -> inJson(files, "chat_template.json"))
            .or(() -> inJson(files, "processor_config.json"))
            .or(() -> inJson(files, "tokenizer_config.json"))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s has no chat template: add the model's chat_template.jinja to it"
                            .formatted(modelDirectory)));
    return new ChatTemplate(
        "chat template of " + modelDirectory, source, SpecialTokens.load(files).byName());
  }

  private static Optional<String> inJson(ModelFiles files, String file) {
    return files.json(file).flatMap(json -> source(json.path("chat_template")));
  }

  /** A template, or the one named "default" of several. */
  private static Optional<String> source(JsonNode node) {
    if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false)
          .filter(entry -> entry.path("name").asText().equals("default"))
          .map(entry -> entry.path("template").asText())
          .findFirst();
    }
    return Optional.ofNullable(node.textValue());
  }

  /**
   * @param addGenerationPrompt whether the prompt ends with what comes before an answer
   * @throws IllegalArgumentException if the template refuses the conversation or can't be rendered
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    Map<String, Object> variables = new HashMap<>(specialTokens);
    variables.put("messages", messages.stream().map(Message::asVariable).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = render(variables);
    for (TemplateError error : result.getErrors()) {
      throw new IllegalArgumentException(
          "%s, line %d: %s".formatted(name, error.getLineno(), reason(error)),
          error.getException());
    }
    return result.getOutput();
  }

  private RenderResult render(Map<String, Object> variables) {
    try {
      TemplateBounds.begin();
      return JINJA.renderForResult(template, variables);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(name + ": its tags are nested too deeply", e);
    }
  }

  /** The message of {@code raise_exception} if it was that, else Jinjava's. */
  private static String reason(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof Refusal) {
        return cause.getMessage();
      }
    }
    return error.getMessage();
  }

  private static Jinjava jinja() {
    CompositeELResolver resolver = new CompositeELResolver();
    resolver.add(new PythonStringMethods());
    resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    Jinjava jinja =
        new Jinjava(
            TemplateBounds.on(JinjavaConfig.newBuilder())
                .withElResolver(resolver)
                .withNestedInterpretationEnabled(false)
                .withLegacyOverrides(LegacyOverrides.ALL)
                .build());
    jinja.setResourceLocator(TemplateBounds.NO_FILES);
    jinja
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", ChatTemplate.class, "raiseException", String.class));
    jinja.getGlobalContext().registerFilter(new Trim());
    return jinja;
  }

  /** Jinja's {@code trim}; Jinjava's leaves blanks beyond ASCII. */
  private static final class Trim implements Filter {
    @Override
    public String getName() {
      return "trim";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
      return value instanceof String text ? PythonStringMethods.strip(text) : value;
    }
  }

  /** The function {@code raise_exception} of templates, with which they refuse a conversation. */
  public static String raiseException(String message) {
    throw new Refusal(message);
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }
}
