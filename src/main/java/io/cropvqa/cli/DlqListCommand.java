package io.cropvqa.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.messaging.DeadLetter;
import io.cropvqa.messaging.KafkaClients;
import jakarta.enterprise.inject.Instance;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the dead letters. */
@Command(
    name = "list",
    description = "Lists the dead letters: when, which question, why, at which stage, how often.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar dlq list --code"
          + " image-missing"
    })
final class DlqListCommand implements BrokerCommand {
  private static final int MAX_ID_CHARACTERS = 100;

  private final ObjectMapper mapper = new ObjectMapper();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Mixin private HelpOption help;
  @Mixin private DeadLetterFilter filter;

  @Option(names = "--json", description = "Prints JSON objects, one a line.")
  private boolean json;

  @Override
  public void check() {
    filter.check();
  }

  @Override
  public int run(Instance<Object> beans) {
    int[] listed = {0};
    beans
        .select(KafkaClients.class)
        .get()
        .deadLetters()
        .forEach(
            letter -> {
              if (filter.takes(letter)) {
                out.println(json ? json(letter) : line(letter));
                listed[0]++;
              }
            });
    System.err.printf("%d dead letters%n", listed[0]);
    return DONE;
  }

  /** Of what strangers wrote, nothing reaches the terminal that could steer it. */
  static String line(DeadLetter letter) {
    return "%s  %s  %s at %s  attempt %s  %d bytes  %s"
        .formatted(
            letter.time(),
            cut(letter.questionId()),
            letter.code(),
            letter.stage(),
            letter.attempts(),
            letter.size(),
            letter.reason())
        .replaceAll("[\\p{Cntrl}\\u0080-\\u009f]", "?");
  }

  private static String cut(String id) {
    return id.length() <= MAX_ID_CHARACTERS ? id : id.substring(0, MAX_ID_CHARACTERS) + "…";
  }

  private String json(DeadLetter letter) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", letter.time().toString());
    fields.put("id", letter.questionId());
    fields.put("code", letter.code());
    fields.put("stage", letter.stage());
    fields.put("attempts", letter.attempts());
    fields.put("bytes", letter.size());
    fields.put("reason", letter.reason());
    try {
      return mapper.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
