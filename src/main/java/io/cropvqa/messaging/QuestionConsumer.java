package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.event.QuestionEventReader;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.jboss.logging.Logger;

/**
 * Takes questions from one topic and publishes what becomes of them into another: their answers, or
 * what the stage makes of them that this service does ({@link StageWork}).
 *
 * <p>At most {@code crop.max-in-flight} questions are worked on, see {@link Admission}. One that
 * the engine can't take holds its place and is tried again for as long as that lasts. No failure
 * ends the stream. How answers and dead letters reach the broker is the {@link Delivery}'s.
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
  private final Admission admission;
  private final Delivery delivery;
  private final GracefulStop gracefulStop;
  private final RequestListener listener;
  private final boolean inOrder;
  private final KeyOrder keyOrder = new KeyOrder();
  private final AtomicBoolean stalled = new AtomicBoolean();

  @Inject
  QuestionConsumer(
      QuestionEventReader reader,
      StageWork work,
      Admission admission,
      Delivery delivery,
      GracefulStop gracefulStop,
      Instance<RequestListener> listeners,
      CropConfig config) {
    this.reader = reader;
    this.work = work;
    this.admission = admission;
    this.delivery = delivery;
    this.gracefulStop = gracefulStop;
    this.listener = listeners.isResolvable() ? listeners.get() : RequestListener.NONE;
    this.inOrder = config.order().equals("key");
  }

  @Incoming(QUESTIONS)
  @Outgoing(ANSWERS)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  public Multi<Message<byte[]>> answers(Multi<Message<byte[]>> questions) {
    return questions.onItem().transformToUni(this::settle).merge(WITHIN_REACH);
  }

  /** What the channel is to publish, or nothing. */
  private Uni<Message<byte[]>> settle(Message<byte[]> message) {
    QuestionRecord question = work.received(message);
    return admission
        .enter(
            question.partition(),
            question.source(),
            () -> delivery.take(question).map(receipt -> goesIn(question, receipt)))
        .chain(settled -> settled.orElse(Uni.createFrom().nullItem()));
  }

  /**
   * Called in the order of the partition, which is a key's; nothing runs before it is subscribed.
   */
  private Uni<Message<byte[]>> goesIn(QuestionRecord question, Delivery.Receipt receipt) {
    receipt.over().thenRun(admission::published);
    return inOrder
        ? keyOrder.next(question.key(), receipt.over(), () -> settle(question, receipt))
        : settle(question, receipt);
  }

  private Uni<Message<byte[]>> settle(QuestionRecord question, Delivery.Receipt receipt) {
    return outcome(question)
        .onTermination()
        .invoke(() -> admission.leave(question.source()))
        .chain(receipt::answered)
        .onFailure()
        .recoverWithUni(failure -> withoutAnswer(question, receipt, asQuestionFailure(failure)));
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

  private Uni<Message<byte[]>> withoutAnswer(
      QuestionRecord question, Delivery.Receipt receipt, QuestionFailure failure) {
    if (isSystemic(failure)) {
      // The service is stopping.
      receipt.left();
      return Uni.createFrom().nullItem();
    }
    LOG.warnf(
        failure.code() == FailureCode.INTERNAL ? failure : null,
        "question %s goes to the dead letters: %s at %s, %s",
        question.position(),
        failure.code().wireName(),
        failure.stageName(),
        failure.getMessage());
    return receipt.deadLettered(failure);
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
