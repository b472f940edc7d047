package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.messaging.Conversation;
import io.cropvqa.messaging.FragileBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;

/**
 * The packaged service under a steady backlog while something goes wrong, round after round, and
 * what became of every question in the end.
 */
final class Chaos implements AutoCloseable {
  /** Time to stop in, that of k8s/base/deployment.yaml. */
  static final Duration GRACE = Duration.ofSeconds(90);

  /** More than the service holds in memory. */
  private static final int BACKLOG = 150;

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String CHEAP = ",\"options\":{\"visualTokens\":13,\"maxNewTokens\":2}}";

  private final FragileBroker broker;
  private final PackagedApplication application;
  private final Conversation conversation;
  private final Random random;
  private final int questions;
  private final Path log;
  private final ExecutorService faults = Executors.newSingleThreadExecutor();
  private final Set<String> asked = new HashSet<>();
  private final Set<String> open = new HashSet<>();
  private volatile CountDownLatch answering;
  private volatile Process service;
  private volatile Duration slowestStop = Duration.ZERO;

  /**
   * @param directory for the broker's log
   * @param questions least number of them in a round
   * @param seed of the moments at which things go wrong
   */
  Chaos(Path directory, int questions, long seed) throws Exception {
    this.questions = questions;
    random = new Random(seed);
    log = Files.createDirectories(Path.of("target", "chaos")).resolve("service-" + seed + ".log");
    broker = new FragileBroker(directory);
    application = new PackagedApplication(options());
    conversation = new Conversation(broker.bootstrapServers());
    startService();
  }

  private String[] options() {
    List<String> options = new ArrayList<>();
    options.add("-Dkafka.bootstrap.servers=" + broker.serviceBootstrapServers());
    String delivery = System.getProperty("crop.delivery");
    if (delivery != null) {
      options.add("-Dcrop.delivery=" + delivery);
    }
    return options.toArray(String[]::new);
  }

  FragileBroker broker() {
    return broker;
  }

  Random random() {
    return random;
  }

  Process service() {
    return service;
  }

  void startService() throws IOException {
    service = newService("chaos-1");
  }

  /**
   * Starts one more instance.
   *
   * @param id unlike any other's at the same time
   */
  Process newService(String id) throws IOException {
    return application.with(Map.of("CROP_TRANSACTIONAL_ID", id)).start(log.toFile(), "serve");
  }

  void stopService() throws InterruptedException {
    long begun = System.nanoTime();
    service.destroy();
    assertThat(service.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS))
        .as("it stops within the grace period")
        .isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    slowestStop = took.compareTo(slowestStop) > 0 ? took : slowestStop;
  }

  /** Waits until questions of this round are being answered, and then for a moment or two. */
  void pause() throws InterruptedException {
    assertThat(answering.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the service answers again")
        .isTrue();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(15 * questions));
  }

  void awaitInstances(int count) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreException(ExecutionException.class) // there is no group before the first
          .until(
              () ->
                  admin
                          .describeConsumerGroups(List.of("crop-vqa"))
                          .describedGroups()
                          .get("crop-vqa")
                          .get()
                          .members()
                          .size()
                      == count);
    }
  }

  /** Has it happen that many times, each time in the middle of the work. */
  Tally run(Fault fault, int rounds) throws Exception {
    for (int round = 1; round <= rounds; round++) {
      round(fault, fault.name().toLowerCase(Locale.ROOT) + "-" + round);
      System.err.printf(
          "%s %d of %d: %d questions, %d answers%n",
          fault, round, rounds, asked.size(), conversation.answers().size());
    }
    stopService();
    Awaitility.await().atMost(PATIENCE).until(this::everythingIsRead);
    return tally();
  }

  private void round(Fault fault, String name) throws Exception {
    answering = new CountDownLatch(1);
    Future<Void> struck =
        faults.submit(
            () -> {
              fault.strike(this);
              return null;
            });
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    while (sent.size() < questions || !struck.isDone()) {
      while (open.size() < BACKLOG) {
        sent.add(ask(name + "-" + sent.size()));
      }
      read();
    }
    struck.get();
    for (Future<RecordMetadata> confirmation : sent) {
      confirmation.get();
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!open.isEmpty() && System.nanoTime() < end) {
      read();
    }
  }

  private Future<RecordMetadata> ask(String id) {
    asked.add(id);
    open.add(id);
    String event = Conversation.event(id, "what color is it?").replaceFirst("}$", CHEAP);
    return conversation.send(
        "image-" + id.hashCode() % 12, event, Map.of("ce_id", id, "ce_source", "chaos"));
  }

  private void read() {
    for (ConsumerRecord<byte[], byte[]> record : conversation.poll(POLL)) {
      open.remove(Conversation.header(record, "ce_subject"));
      answering.countDown();
    }
  }

  private boolean everythingIsRead() {
    conversation.poll(POLL);
    return conversation.isAtEnd();
  }

  private Tally tally() {
    Map<String, Set<String>> eventIds = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> answer : conversation.answers()) {
      eventIds
          .computeIfAbsent(Conversation.header(answer, "ce_subject"), id -> new HashSet<>())
          .add(Conversation.header(answer, "ce_id"));
    }
    Set<String> lost = new HashSet<>(asked);
    lost.removeAll(eventIds.keySet());
    return new Tally(
        asked.size(),
        lost,
        conversation.answers().size() - eventIds.size(),
        eventIds.values().stream().filter(ids -> ids.size() > 1).count(),
        conversation.deadLetters().size(),
        slowestStop);
  }

  /**
   * What became of the questions.
   *
   * @param lost those without an answer
   * @param duplicates answers beyond the first of a question
   * @param ambiguous questions whose answers have different event ids
   * @param deadLetters questions that were blamed for what was not their fault
   * @param slowestStop longest time from SIGTERM to the exit
   */
  record Tally(
      int questions,
      Set<String> lost,
      int duplicates,
      long ambiguous,
      int deadLetters,
      Duration slowestStop) {}

  @Override
  public void close() {
    faults.shutdownNow();
    service.destroyForcibly();
    conversation.close();
    broker.close();
  }
}
