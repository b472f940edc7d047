package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.messaging.BrokerResource;
import io.cropvqa.messaging.Conversation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Packaged services share the load, and come and go under it. */
class ScalingIT {
  private static final int QUESTIONS = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path directory;

  private final BrokerResource broker = new BrokerResource();
  private final List<Process> services = new ArrayList<>();
  private final Set<String> asked = new TreeSet<>();
  private String bootstrapServers;
  private Conversation conversation;
  private List<DemoJob> jobs;

  @BeforeEach
  void startBroker() throws Exception {
    bootstrapServers = broker.start().get("kafka.bootstrap.servers");
    conversation = new Conversation(bootstrapServers);
    DemoCommand repeated = new DemoCommand();
    new CommandLine(repeated).parseArgs("--repeat", "6");
    jobs = DemoJob.load(repeated).subList(0, QUESTIONS);
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process service : services) {
      service.destroyForcibly().waitFor();
    }
    conversation.close();
    broker.stop();
  }

  @Test
  void fromOneToThreeToTwoUnderLoadEveryQuestionIsAnsweredOnce() throws Exception {
    serve();
    ask(QUESTIONS / 2);
    conversation.answers(10, record -> true);

    serve();
    serve();
    awaitMembers(3);
    ask(QUESTIONS / 2);
    assertThat(answered()).as("it grows under load").isNotEqualTo(asked);

    services.get(1).destroy();
    assertThat(services.get(1).waitFor(60, TimeUnit.SECONDS)).as("it stops").isTrue();
    awaitMembers(2);
    conversation.awaitOutcomes(asked, PATIENCE);

    assertThat(conversation.deadLetters()).isEmpty();
    assertThat(conversation.answers())
        .extracting(answer -> Conversation.header(answer, "ce_subject"))
        .containsExactlyInAnyOrderElementsOf(asked);
  }

  private void serve() throws Exception {
    services.add(
        new PackagedApplication("-Dkafka.bootstrap.servers=" + bootstrapServers)
            .start(directory.resolve("service.log").toFile(), "serve"));
  }

  /** Keys of their own, so that all partitions have questions. */
  private void ask(int count) throws Exception {
    for (DemoJob job : jobs.subList(asked.size(), asked.size() + count)) {
      conversation.ask(
          job.id(),
          new String(job.json(), StandardCharsets.UTF_8),
          Map.of("ce_id", job.id(), "ce_source", "scaling-test", "ce_subject", job.id()));
      asked.add(job.id());
    }
  }

  private Set<String> answered() {
    return conversation.answers().stream()
        .map(answer -> Conversation.header(answer, "ce_subject"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Until so many have partitions to read. */
  private void awaitMembers(int count) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  admin
                      .describeConsumerGroups(List.of("crop-vqa"))
                      .describedGroups()
                      .get("crop-vqa")
                      .get()
                      .members()
                      .stream()
                      .filter(ScalingIT::hasPartitions)
                      .count(),
              members -> members == count);
    }
  }

  private static boolean hasPartitions(MemberDescription member) {
    return !member.assignment().topicPartitions().isEmpty();
  }
}
