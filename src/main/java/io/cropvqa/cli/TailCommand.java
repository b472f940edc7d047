package io.cropvqa.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.event.AnswerEvent;
import io.cropvqa.messaging.KafkaClients;
import io.cropvqa.messaging.Outcome;
import io.cropvqa.messaging.OutcomeFeed;
import jakarta.enterprise.inject.Instance;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Follows answers and dead letters. */
@Command(
    name = "tail",
    description = "Prints answers as they come, and what became a dead letter; Ctrl-C stops.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar tail",
      "  java -Dkafka.bootstrap.servers=kafka:9092 -jar quarkus-run.jar tail --from-beginning"
          + " --out answers.jsonl"
    })
final class TailCommand implements BrokerCommand {
  private static final Duration POLL = Duration.ofMillis(500);

  private final ObjectMapper mapper = new ObjectMapper();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Mixin private HelpOption help;

  @Option(
      names = "--from-beginning",
      description = "Begins with what is there already, not with what comes from now on.")
  private boolean fromBeginning;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Exits after so many answers and dead letters.")
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--json", description = "Prints answer events, one a line.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "F.jsonl",
      description = "Also writes answer events to a file, one a line.")
  private Optional<Path> file = Optional.empty();

  @Override
  public void check() {
    limit.ifPresent(count -> Require.positive("--limit", count));
    file.ifPresent(path -> Require.writable("--out", path));
  }

  @Override
  public int run(Instance<Object> beans) {
    KafkaClients kafka = beans.select(KafkaClients.class).get();
    try (OutcomeFeed feed =
            fromBeginning ? kafka.outcomesFromTheBeginning() : kafka.outcomesFromNow();
        BufferedWriter writer = file.isPresent() ? Files.newBufferedWriter(file.get()) : null) {
      return follow(feed, writer);
    } catch (IOException e) {
      System.err.println("can't write to --out: " + e.getMessage());
      return UNUSABLE_ARGUMENTS;
    }
  }

  private int follow(OutcomeFeed feed, BufferedWriter writer) throws IOException {
    int seen = 0;
    boolean failures = false;
    while (true) {
      for (Outcome outcome : feed.poll(POLL)) {
        print(outcome);
        failures |= !outcome.isAnswer();
        if (writer != null && outcome.isAnswer()) {
          writer.write(new String(outcome.value(), StandardCharsets.UTF_8));
          writer.newLine();
          writer.flush();
        }
        seen++;
        if (limit.isPresent() && seen == limit.get()) {
          return failures ? SOME_FAILED : DONE;
        }
      }
    }
  }

  private void print(Outcome outcome) throws IOException {
    if (!outcome.isAnswer()) {
      (json ? System.err : out)
          .printf("%s  %s%n", outcome.questionId().orElse("?"), outcome.failure().orElseThrow());
    } else if (json) {
      out.println(new String(outcome.value(), StandardCharsets.UTF_8));
    } else {
      AnswerEvent event = mapper.readValue(outcome.value(), AnswerEvent.class);
      out.printf(
          Locale.ROOT,
          "%s  %s  %s  %d -> %d tokens, %.1f a layer  %d ms%n",
          event.id(),
          event.answer(),
          event.region().box().toString().replace(" ", ""),
          event.pruning().visualTokensBefore(),
          event.pruning().visualTokensAfter(),
          event.pruning().averageVisualTokens(),
          event.timings().totalMs());
    }
  }
}
