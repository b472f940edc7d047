package io.cropvqa.pipeline;

import static io.cropvqa.domain.FailureCode.DEADLINE_EXCEEDED;
import static io.cropvqa.domain.FailureCode.IMAGE_MISSING;
import static io.cropvqa.domain.FailureCode.IMAGE_UNDECODABLE;
import static io.cropvqa.domain.FailureCode.IMAGE_UNREACHABLE;
import static io.cropvqa.domain.FailureCode.INTERNAL;
import static io.cropvqa.domain.FailureCode.TRANSIENT_EXHAUSTED;
import static io.cropvqa.domain.FailureCode.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import io.cropvqa.engine.FakeEngine;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.image.ScriptedImages;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is tried again, what is not, and what a listener hears of it. */
class AnswerPipelineTest {
  private static final long DECODING_BYTES = 7 * 8 * 8;
  private static final long DECODED_BYTES = 3 * 8 * 8;

  private final ExecutorService imageThreads = Executors.newSingleThreadExecutor();
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final RequestListener listener =
      new RequestListener() {
        @Override
        public void retried(Stage stage) {
          heard.add("retried " + stage.wireName());
        }

        @Override
        public void answered(Answer answer) {
          heard.add("answered " + answer.id());
        }

        @Override
        public void failed(QuestionFailure failure) {
          heard.add("failed " + failure.code().wireName());
        }
      };

  @AfterEach
  void stopThreads() {
    imageThreads.shutdownNow();
  }

  @Test
  void aQuestionGetsTheAnswerToItsPicture() {
    Answer answer = answered(ask(List.of(), FakeEngine.answering(), 0));
    assertThat(answer.id()).isEqualTo("q-1");
    assertThat(answer.text()).isEqualTo("8x8");
    assertThat(answer.timings().stages()).containsKeys(Stage.FETCH, Stage.DECODE);
    assertThat(heard).containsExactly("answered q-1");
  }

  @Test
  void allPicturesOfAQuestionAreFetchedAndDecoded() {
    Answer answer =
        answered(
            ask(
                about(3),
                List.of(IMAGE_UNREACHABLE),
                ScriptedImages.png(),
                FakeEngine.answering(),
                2));
    assertThat(answer.text()).isEqualTo("8x8 8x8 8x8");
    assertThat(heard).containsExactly("retried fetch", "answered q-1");
  }

  @Test
  void aFailureOfOneOfSeveralPicturesSaysOfWhich() {
    QuestionFailure failure =
        failed(
            ask(about(2), List.of(IMAGE_MISSING), ScriptedImages.png(), FakeEngine.answering(), 0));
    assertThat(failure.code()).isEqualTo(IMAGE_MISSING);
    assertThat(failure.stageName()).isEqualTo("fetch");
    assertThat(failure).hasMessage("images[0]: host says image-missing");
    assertThat(heard).containsExactly("failed image-missing");
  }

  private static ImageQuestion about(int pictures) {
    return new ImageQuestion(
        "q-1",
        Collections.nCopies(pictures, ScriptedImages.IMAGE),
        "what is it?",
        QuestionOptions.DEFAULTS);
  }

  @Test
  void aPassingFailureIsTriedAgain() {
    Answer answer = answered(ask(List.of(IMAGE_UNREACHABLE), FakeEngine.answering(), 2));
    assertThat(answer.text()).isEqualTo("8x8");
    assertThat(heard).containsExactly("retried fetch", "answered q-1");
  }

  @Test
  void retriesRunOut() {
    QuestionFailure failure =
        failed(
            ask(
                List.of(IMAGE_UNREACHABLE, IMAGE_UNREACHABLE, IMAGE_UNREACHABLE),
                FakeEngine.answering(),
                2));
    assertThat(failure.code()).isEqualTo(TRANSIENT_EXHAUSTED);
    assertThat(failure.stageName()).isEqualTo("fetch");
    assertThat(failure).hasMessageContaining("host says image-unreachable");
    assertThat(heard)
        .containsExactly("retried fetch", "retried fetch", "failed transient-exhausted");
  }

  @Test
  void noRetriesMeansOneAttempt() {
    QuestionFailure failure = failed(ask(List.of(IMAGE_UNREACHABLE), FakeEngine.answering(), 0));
    assertThat(failure.code()).isEqualTo(TRANSIENT_EXHAUSTED);
    assertThat(heard).containsExactly("failed transient-exhausted");
  }

  @Test
  void poisonIsNotTriedAgain() {
    QuestionFailure failure = failed(ask(List.of(IMAGE_MISSING), FakeEngine.answering(), 3));
    assertThat(failure.code()).isEqualTo(IMAGE_MISSING);
    assertThat(heard).containsExactly("failed image-missing");
  }

  @Test
  void poisonAfterAPassingFailureEndsTheRetries() {
    QuestionFailure failure =
        failed(ask(List.of(IMAGE_UNREACHABLE, IMAGE_MISSING), FakeEngine.answering(), 3));
    assertThat(failure.code()).isEqualTo(IMAGE_MISSING);
    assertThat(heard).containsExactly("retried fetch", "failed image-missing");
  }

  @Test
  void anUndecodablePictureNeverReachesTheEngine() {
    QuestionFailure failure =
        failed(
            pipeline(List.of(), new byte[] {1, 2, 3}, FakeEngine.failing(new AssertionError()), 3));
    assertThat(failure.code()).isEqualTo(IMAGE_UNDECODABLE);
    assertThat(heard).containsExactly("failed image-undecodable");
  }

  @Test
  void theEnginesFailureComesOutAsItIs() {
    QuestionFailure down = new QuestionFailure(UNAVAILABLE, Stage.QUEUE, "no worker is up");
    assertThat(failed(ask(List.of(), FakeEngine.failing(down), 3))).isSameAs(down);
    assertThat(failed(ask(List.of(), FakeEngine.failing(new CompletionException(down)), 3)))
        .isSameAs(down);
  }

  @Test
  void aSurpriseIsOurOwnFault() {
    QuestionFailure failure =
        failed(ask(List.of(), FakeEngine.failing(new IllegalStateException("surprise")), 3));
    assertThat(failure.code()).isEqualTo(INTERNAL);
    assertThat(failure.getMessage()).contains("IllegalStateException").doesNotContain("surprise");
    assertThat(heard).containsExactly("failed internal");
  }

  @Test
  void nothingRunsBeforeSomebodySubscribes() {
    new AnswerPipeline(
            ScriptedImages.fetcher(List.of(IMAGE_MISSING), new byte[0]),
            new ImageDecoder(100, 0, listener),
            new PictureMemory(1_000),
            FakeEngine.answering(),
            question -> true,
            command -> heard.add("ran"),
            0,
            listener)
        .answer(question());
    assertThat(heard).isEmpty();
  }

  @Test
  void picturesAreDecodedWhenThereIsRoomForThem() throws Exception {
    List<CompletableFuture<Answer>> inEngine =
        askThree(
            new ImageDecoder(100, 0, listener), new PictureMemory(DECODED_BYTES + DECODING_BYTES));
    assertThat(inEngine).hasSize(2);
    inEngine.get(0).completeExceptionally(new AssertionError());
    awaitImageThreads();
    assertThat(inEngine).hasSize(3);
  }

  /** What many questions are about is decoded once, and takes room once. */
  @Test
  void aPictureThatIsRememberedTakesNoRoom() throws Exception {
    assertThat(
            askThree(
                new ImageDecoder(100, DECODED_BYTES, listener), new PictureMemory(DECODING_BYTES)))
        .hasSize(3);
  }

  /** Three questions about one picture; those that the engine has by then, and keeps. */
  private List<CompletableFuture<Answer>> askThree(ImageDecoder decoder, PictureMemory memory)
      throws Exception {
    List<CompletableFuture<Answer>> inEngine = new CopyOnWriteArrayList<>();
    AnswerPipeline pipeline =
        pipeline(
            decoder,
            memory,
            FakeEngine.behaving(
                request -> {
                  inEngine.add(new CompletableFuture<>());
                  return inEngine.get(inEngine.size() - 1);
                }));
    for (int i = 0; i < 3; i++) {
      pipeline.answer(question()).subscribe().withSubscriber(UniAssertSubscriber.create());
    }
    awaitImageThreads();
    return inEngine;
  }

  @Test
  void aDeadlineThatPassesWhileTheEngineIsDownEndsTheWaiting() {
    QuestionFailure down = new QuestionFailure(UNAVAILABLE, Stage.QUEUE, "no worker is up");
    QuestionFailure failure =
        failed(
            pipeline(
                    new ImageDecoder(100, 0, listener),
                    new PictureMemory(1_000),
                    FakeEngine.failing(down))
                .answer(question(Instant.now().plusMillis(300)), refusal -> true)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create()));
    assertThat(failure.code()).isEqualTo(DEADLINE_EXCEEDED);
    assertThat(failure)
        .hasMessage("options.deadline passed before the engine could take the question");
    assertThat(heard).containsExactly("failed deadline-exceeded");
  }

  private static ImageQuestion question(Instant deadline) {
    QuestionOptions options =
        new QuestionOptions(
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of(deadline),
            0);
    return new ImageQuestion("q-1", ScriptedImages.IMAGE, "what is it?", options);
  }

  private void awaitImageThreads() throws Exception {
    imageThreads.submit(() -> {}).get();
  }

  private AnswerPipeline pipeline(
      ImageDecoder decoder, PictureMemory memory, InferenceEngine engine) {
    return new AnswerPipeline(
        ScriptedImages.fetcher(List.of(), ScriptedImages.png()),
        decoder,
        memory,
        engine,
        any -> true,
        imageThreads,
        0,
        listener);
  }

  private UniAssertSubscriber<Answer> ask(
      List<FailureCode> fetchFailures, InferenceEngine engine, int retries) {
    return pipeline(fetchFailures, ScriptedImages.png(), engine, retries);
  }

  private UniAssertSubscriber<Answer> pipeline(
      List<FailureCode> fetchFailures, byte[] image, InferenceEngine engine, int retries) {
    return ask(question(), fetchFailures, image, engine, retries);
  }

  private UniAssertSubscriber<Answer> ask(
      ImageQuestion question,
      List<FailureCode> fetchFailures,
      byte[] image,
      InferenceEngine engine,
      int retries) {
    return new AnswerPipeline(
            ScriptedImages.fetcher(fetchFailures, image),
            new ImageDecoder(100, 0, listener),
            new PictureMemory(1_000),
            engine,
            any -> true,
            imageThreads,
            retries,
            listener)
        .answer(question)
        .subscribe()
        .withSubscriber(UniAssertSubscriber.create());
  }

  private static ImageQuestion question() {
    return new ImageQuestion("q-1", ScriptedImages.IMAGE, "what is it?", QuestionOptions.DEFAULTS);
  }

  private static Answer answered(UniAssertSubscriber<Answer> subscriber) {
    return subscriber.awaitItem(Duration.ofSeconds(10)).getItem();
  }

  private static QuestionFailure failed(UniAssertSubscriber<Answer> subscriber) {
    return (QuestionFailure) subscriber.awaitFailure(Duration.ofSeconds(10)).getFailure();
  }
}
