package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.event.QuestionEventReader;
import io.cropvqa.pipeline.AnswerPipeline;
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
 * Answers the questions of one topic into another.
 *
 * <p>At most {@code crop.max-in-flight} questions are on their way; until one is done the broker is
 * asked for no more. One that the engine can't take holds its place and is tried again for as long
 * as that lasts. No failure ends the stream. How answers and dead letters reach the broker is the
 * {@link Delivery}'s.
 */
@ApplicationScoped
public class QuestionConsumer {
  static final String QUESTIONS = "questions";
  static final String ANSWERS = "answers";

  private static final Logger LOG = Logger.getLogger(QuestionConsumer.class);

  private final QuestionEventReader reader;
  private final AnswerPipeline pipeline;
  private final Delivery delivery;
  private final GracefulStop gracefulStop;
  private final RequestListener listener;
  private final int maxInFlight;
  private final boolean inOrder;
  private final KeyOrder keyOrder = new KeyOrder();
  private final AtomicBoolean stalled = new AtomicBoolean();

  @Inject
  QuestionConsumer(
      QuestionEventReader reader,
      AnswerPipeline pipeline,
      Delivery delivery,
      GracefulStop gracefulStop,
      Instance<RequestListener> listeners,
      CropConfig config) {
    this.reader = reader;
    this.pipeline = pipeline;
    this.delivery = delivery;
    this.gracefulStop = gracefulStop;
    this.listener = listeners.isResolvable() ? listeners.get() : RequestListener.NONE;
    this.maxInFlight = config.maxInFlight();
    this.inOrder = config.order().equals("key");
  }

  @Incoming(QUESTIONS)
  @Outgoing(ANSWERS)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  public Multi<Message<byte[]>> answers(Multi<Message<byte[]>> questions) {
    return questions.onItem().transformToUni(this::settle).merge(maxInFlight);
  }

  /** The answer's message, or nothing if there is none for the channel to publish. */
  private Uni<Message<byte[]>> settle(Message<byte[]> message) {
    QuestionRecord question = QuestionRecord.of(message);
    Delivery.Receipt receipt = delivery.take(question);
    return inOrder
        ? keyOrder.next(question.key(), () -> settle(question, receipt))
        : settle(question, receipt);
  }

  private Uni<Message<byte[]>> settle(QuestionRecord question, Delivery.Receipt receipt) {
    return answer(question)
        .map(answer -> AnswerRecord.of(question, answer))
        .chain(receipt::answered)
        .onFailure()
        .recoverWithUni(failure -> withoutAnswer(question, receipt, asQuestionFailure(failure)));
  }

  private Uni<Answer> answer(QuestionRecord question) {
    return read(question)
        .chain(asked -> pipeline.answer(asked, this::waitsFor))
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
