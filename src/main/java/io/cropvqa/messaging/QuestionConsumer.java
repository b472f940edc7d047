package io.cropvqa.messaging;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.event.QuestionEventReader;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.jboss.logging.Logger;

/**
 * Takes questions from one topic and publishes what becomes of them into another, at least once:
 * their answers, or what the stage makes of them that this service does ({@link StageWork}).
 *
 * <p>At most {@code crop.max-in-flight} questions are on their way, see {@link Admission}. Answers
 * leave in the order in which they are ready. A question is settled
 * when the broker has confirmed its answer, or its dead letter; one that the engine can't take
 * holds its place and is tried again for as long as that lasts. No failure ends the stream.
 */
@ApplicationScoped
public class QuestionConsumer {
  static final String QUESTIONS = "questions";
  static final String ANSWERS = "answers";

  /**
   * Records that may be here at once, most of them waiting. Far more than partitions are let have,
   * see {@link Admission}: were the connector asked for no more, it would hold up all of them.
   */
  private static final int WITHIN_REACH = 4096;

  private static final Logger LOG = Logger.getLogger(QuestionConsumer.class);

  private final QuestionEventReader reader;
  private final StageWork work;
  private final DeadLetterHeaders deadLetterHeaders;
  private final DeliveryCheck delivery;
  private final Admission admission;
  private final Revocation revocation;
  private final InFlight inFlight;
  private final GracefulStop gracefulStop;
  private final RequestListener listener;
  private final AtomicBoolean stalled = new AtomicBoolean();

  @Inject
  QuestionConsumer(
      QuestionEventReader reader,
      StageWork work,
      DeadLetterHeaders deadLetterHeaders,
      @Liveness DeliveryCheck delivery,
      Admission admission,
      @Identifier(QUESTIONS) Revocation revocation,
      InFlight inFlight,
      GracefulStop gracefulStop,
      Instance<RequestListener> listeners) {
    this.reader = reader;
    this.work = work;
    this.deadLetterHeaders = deadLetterHeaders;
    this.delivery = delivery;
    this.admission = admission;
    this.revocation = revocation;
    this.inFlight = inFlight;
    this.gracefulStop = gracefulStop;
    this.listener = listeners.isResolvable() ? listeners.get() : RequestListener.NONE;
  }

  @Incoming(QUESTIONS)
  @Outgoing(ANSWERS)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  public Multi<Message<byte[]>> answers(Multi<Message<byte[]>> questions) {
    return questions.onItem().transformToUni(this::settle).merge(WITHIN_REACH);
  }

  /** What is published of a question; nothing if it goes to the dead letters, or to the next. */
  private Uni<Message<byte[]>> settle(Message<byte[]> message) {
    QuestionRecord question = work.received(message);
    return admission
        .enter(question.partition(), question.source(), () -> taken(question))
        .chain(ours -> ours.isPresent() ? goesIn(question, ours.get()) : left());
  }

  private boolean taken(QuestionRecord question) {
    boolean ours = revocation.taken(question);
    if (ours) {
      inFlight.enter();
    }
    return ours;
  }

  private Uni<Message<byte[]>> goesIn(QuestionRecord question, boolean ours) {
    return (ours ? settle(question) : left())
        .onTermination()
        .invoke(() -> admission.leave(question.source()));
  }

  /** Unacknowledged, a question is read again by the next. */
  private static Uni<Message<byte[]>> left() {
    return Uni.createFrom().nullItem();
  }

  private Uni<Message<byte[]>> settle(QuestionRecord question) {
    return outcome(question)
        .map(outcome -> toPublish(question, outcome))
        .onFailure()
        .recoverWithUni(failure -> withoutAnswer(question, asQuestionFailure(failure)));
  }

  private Uni<OutgoingRecord> outcome(QuestionRecord question) {
    return read(question)
        .chain(asked -> work.done(asked, question, this::waitsFor))
        .invoke(this::resumed);
  }

  /** Called each time the engine can't take a question. */
  private boolean waitsFor(QuestionFailure refusal) {
    if (stalled.compareAndSet(false, true)) {
      LOG.warnf("questions wait for the engine: %s", refusal.getMessage());
    }
    return !gracefulStop.isStopping();
  }

  /** Off the event loop: an event may hold megabytes of base64. */
  private Uni<ImageQuestion> read(QuestionRecord question) {
    return Uni.createFrom()
        .item(() -> reader.read(question.value(), question.fallbackId()))
        .map(asked -> work.complete(asked.from(question.source()), question))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .onFailure(QuestionFailure.class)
        .invoke(failure -> listener.failed((QuestionFailure) failure));
  }

  /**
   * A new message, not one derived from the question's: the connector would look in the question's
   * headers for a topic and a partition to reply to, and a sender must not choose where answers go.
   */
  private Message<byte[]> toPublish(QuestionRecord question, OutgoingRecord record) {
    return Message.of(
        record.value(),
        Metadata.of(record.metadata()),
        () -> question.message().ack().whenComplete((done, failure) -> settled(question)),
        failure -> undelivered(question, failure));
  }

  private Uni<Message<byte[]>> withoutAnswer(QuestionRecord question, QuestionFailure failure) {
    if (isSystemic(failure)) {
      // The service is stopping.
      left(question);
      return left();
    }
    LOG.warnf(
        failure.code() == FailureCode.INTERNAL ? failure : null,
        "question %s goes to the dead letters: %s at %s, %s",
        question.position(),
        failure.code().wireName(),
        failure.stageName(),
        failure.getMessage());
    return deadLetter(question, failure)
        .invoke(() -> deadLettered(question, failure))
        .onFailure()
        .recoverWithUni(
            broken -> Uni.createFrom().completionStage(() -> undelivered(question, broken)))
        .replaceWith(Uni.createFrom().nullItem());
  }

  private Uni<Void> deadLetter(QuestionRecord question, QuestionFailure failure) {
    Metadata why = deadLetterHeaders.of(question, failure);
    return Uni.createFrom().completionStage(() -> nack(question, failure, why));
  }

  /** One at a time: the connector's dead-letter stream has a single-producer queue. */
  private synchronized CompletionStage<Void> nack(
      QuestionRecord question, QuestionFailure failure, Metadata why) {
    return question.message().nack(failure, why);
  }

  private void deadLettered(QuestionRecord question, QuestionFailure failure) {
    settled(question);
    listener.deadLettered(failure);
  }

  private void settled(QuestionRecord question) {
    inFlight.leave();
    revocation.settled(question);
    listener.settled(Duration.between(question.timestamp(), Instant.now()));
  }

  private CompletionStage<Void> undelivered(QuestionRecord question, Throwable failure) {
    LOG.errorf(
        failure,
        "neither answer nor dead letter of question %s could be published; it is left uncommitted",
        question.position());
    delivery.undelivered(question);
    left(question);
    return CompletableFuture.completedFuture(null);
  }

  private void left(QuestionRecord question) {
    inFlight.leave();
    revocation.left(question);
  }

  private void resumed() {
    if (stalled.compareAndSet(true, false)) {
      LOG.info("the engine takes questions again");
    }
  }

  private static boolean isSystemic(Throwable failure) {
    return failure instanceof QuestionFailure known
        && known.code().kind() == FailureCode.Kind.SYSTEMIC;
  }

  private static QuestionFailure asQuestionFailure(Throwable failure) {
    return failure instanceof QuestionFailure known
        ? known
        : new QuestionFailure(
            FailureCode.INTERNAL, null, "unexpected: " + failure.getClass().getName(), failure);
  }
}
