package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.messaging.BrokerResource;
import io.cropvqa.messaging.Conversation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Ends the packaged service in the middle of its work, in both ways, and starts it again. */
class KillIT {
  private static final int QUESTIONS = 200;
  private static final int SOME = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path directory;

  private final BrokerResource broker = new BrokerResource();
  private String bootstrapServers;
  private PackagedApplication application;
  private Conversation conversation;

  @BeforeEach
  void startBroker() {
    bootstrapServers = broker.start().get("kafka.bootstrap.servers");
    application = new PackagedApplication("-Dkafka.bootstrap.servers=" + bootstrapServers);
    conversation = new Conversation(bootstrapServers);
  }

  @AfterEach
  void stopBroker() {
    conversation.close();
    broker.stop();
  }

  @Test
  void killedAndStartedAgainItLosesNothingAndRepeatsUnderTheSameId() throws Exception {
    Process first = serve();
    Set<String> ids = ask();
    conversation.answers(SOME, record -> true);
    first.destroyForcibly().waitFor();
    assertThat(answersBySubject().keySet()).as("the kill came in the middle").isNotEqualTo(ids);

    Process second = serve();
    try {
      conversation.awaitOutcomes(ids, PATIENCE);
    } finally {
      second.destroyForcibly().waitFor();
    }

    assertThat(answersBySubject())
        .allSatisfy(
            (id, answers) ->
                assertThat(answers)
                    .extracting(answer -> Conversation.header(answer, "ce_id"))
                    .as("event ids of %s", id)
                    .containsOnly(Conversation.header(answers.get(0), "ce_id")));
  }

  @Test
  void killedBetweenItsTransactionsItAnswersEveryQuestionOnce() throws Exception {
    application =
        new PackagedApplication(
            "-Dkafka.bootstrap.servers=" + bootstrapServers, "-Dcrop.delivery=exactly-once");
    Process first = serve();
    Set<String> ids = ask();
    conversation.answers(SOME, record -> true);
    first.destroyForcibly().waitFor();
    assertThat(answersBySubject().keySet()).as("the kill came in the middle").isNotEqualTo(ids);

    Process second = serve();
    try {
      conversation.awaitOutcomes(ids, PATIENCE);
    } finally {
      second.destroy();
      second.waitFor();
    }

    assertThat(answersBySubject().keySet()).isEqualTo(ids);
    assertThat(answersBySubject()).allSatisfy((id, answers) -> assertThat(answers).hasSize(1));
  }

  @Test
  void terminatedAndStartedAgainItAnswersEveryQuestionOnce() throws Exception {
    Process first = serve();
    Set<String> ids = ask();
    conversation.answers(SOME, record -> true);
    first.destroy();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).as("it stops when asked to").isTrue();
    assertThat(answersBySubject().keySet()).as("the stop came in the middle").isNotEqualTo(ids);

    Process second = serve();
    try {
      conversation.awaitOutcomes(ids, PATIENCE);
    } finally {
      second.destroyForcibly().waitFor();
    }

    assertThat(answersBySubject()).allSatisfy((id, answers) -> assertThat(answers).hasSize(1));
  }

  private Process serve() throws Exception {
    return application.start(directory.resolve("service.log").toFile(), "serve");
  }

  private Set<String> ask() throws Exception {
    DemoCommand repeated = new DemoCommand();
    new CommandLine(repeated).parseArgs("--repeat", Integer.toString(QUESTIONS));
    List<DemoJob> jobs = DemoJob.load(repeated).subList(0, QUESTIONS);
    for (DemoJob job : jobs) {
      conversation.ask(
          job.imageName(),
          new String(job.json(), StandardCharsets.UTF_8),
          Map.of("ce_id", job.id(), "ce_source", "kill-test", "ce_subject", job.id()));
    }
    return jobs.stream().map(DemoJob::id).collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<String, List<ConsumerRecord<byte[], byte[]>>> answersBySubject() {
    return conversation.answers().stream()
        .collect(
            Collectors.groupingBy(
                answer -> Conversation.header(answer, "ce_subject"),
                LinkedHashMap::new,
                Collectors.toList()));
  }
}
