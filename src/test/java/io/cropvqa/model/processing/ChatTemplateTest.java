package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  @TempDir Path model;

  @TestFactory
  Stream<DynamicTest> rendersWhatTransformersRenders() {
    JsonNode cases = Golden.json(Golden.path("templates", "golden.json")).get("cases");
    return IntStream.range(0, cases.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    i + " " + cases.get(i).get("template").asText(),
                    () ->
                        assertThat(render(cases.get(i)))
                            .isEqualTo(cases.get(i).get("expected").asText())));
  }

  private static String render(JsonNode golden) throws IOException {
    String file = golden.get("template").asText();
    String source = Files.readString(Golden.path("templates", file));
    return new ChatTemplate(file, source, TOKENS)
        .render(
            StreamSupport.stream(golden.get("messages").spliterator(), false)
                .map(ChatTemplateTest::message)
                .toList(),
            golden.get("add_generation_prompt").asBoolean());
  }

  private static Message message(JsonNode json) {
    return new Message(
        json.get("role").asText(),
        StreamSupport.stream(json.get("content").spliterator(), false)
            .<Message.Part>map(
                part ->
                    part.get("type").asText().equals("image")
                        ? new Message.ImagePart()
                        : new Message.TextPart(part.get("text").asText()))
            .toList());
  }

  @TestFactory
  Stream<DynamicTest> findsTheTemplateWhereverACheckpointKeepsIt() {
    return GoldenCheckpoint.all("llava").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.name(),
                    () -> {
                      ChatTemplate template = ChatTemplate.load(golden.directory());
                      for (GoldenCheckpoint.Case question : golden.cases()) {
                        assertThat(template.render(about(question.question()), true))
                            .isEqualTo(question.prompt());
                      }
                    }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{{ 'ab'.upper() + 'AB'.lower() + 'aB'.capitalize() }} | ABabAb",
        "{{ 'it is'.title() }}                                 | It Is",
        "[{{ ' a '.strip() }}{{ ' a '.lstrip() }}{{ ' a '.rstrip() }}] | [aa  a]",
        "{{ 'xxaxx'.strip('x') }}                              | a",
        "{{ 'abc'.startswith('ab') and 'abc'.endswith('bc') }} | true",
        "{{ 'a-b'.split('-')[1] }}{{ ' a  b '.split()[1] }}    | bb",
        "{{ 'aXb'.replace('X', '-') }}                         | a-b",
        "{{ messages[0].content[1].text.strip() }}             | why?",
        "{{ 'é\\x21\\u00e9\\s' }}                               | é!é\\s",
        "{{ {'a': {'b': '}}'}}['a']['b'] }}                    | }}",
        "{% if bos_token == '<s>' %}{{- ' %}' -}}{% endif %}   | ` %}`",
      })
  void speaksThePythonOfTemplates(String source, String expected) {
    assertThat(new ChatTemplate("test", source, TOKENS).render(about("why?"), true))
        .isEqualTo(expected);
  }

  @Test
  void aTemplateCanRefuseAConversation() {
    ChatTemplate template =
        new ChatTemplate("picky.jinja", "\n{{ raise_exception('Users only!') }}", TOKENS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.render(about("why?"), true))
        .withMessageContaining("picky.jinja, line 2")
        .withMessageContaining("Users only!");
  }

  @Test
  void somethingUnknownInATemplateIsNotRenderedAsNothing() {
    ChatTemplate template = new ChatTemplate("t", "{{ 'a'.frobnicate() }}", TOKENS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.render(about("why?"), true))
        .withMessageContaining("frobnicate");
  }

  @Test
  void anUnclosedTagIsReportedWithItsLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChatTemplate("t.jinja", "a\nb {% if 'x%}' ", TOKENS))
        .withMessageContaining("t.jinja: line 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% raw %}{{ x }}{% endraw %}",
        "{% for m in messages if m.role == 'user' %}{% endfor %}",
        "{%- for m in (messages) if 'if' in m -%}{% endfor %}",
      })
  void whatWouldBeRenderedWrongIsRefused(String source) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChatTemplate("t", source, TOKENS))
        .withMessageContaining("not supported");
  }

  @Test
  void anIfInsideALoopsListIsNoFilter() {
    String source = "{% for m in (messages if messages else []) %}{{ ' if ' }}{% endfor %}";
    assertThat(new ChatTemplate("t", source, TOKENS).render(about("why?"), true)).isEqualTo(" if ");
  }

  @Test
  void takesTheDefaultOfSeveralTemplates() throws IOException {
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<s>"},
         "chat_template": [{"name": "tool_use", "template": "no"},
                           {"name": "default", "template": "{{ bos_token }}yes"}]}
        """);
    assertThat(ChatTemplate.load(model).render(about("why?"), true)).isEqualTo("<s>yes");
  }

  @Test
  void aCheckpointWithoutTemplateIsToldWhichFileToAdd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChatTemplate.load(model))
        .withMessageContaining(model.toString())
        .withMessageContaining("chat_template.jinja");
  }

  private static List<Message> about(String question) {
    return List.of(Message.user(new Message.ImagePart(), new Message.TextPart(question)));
  }
}
