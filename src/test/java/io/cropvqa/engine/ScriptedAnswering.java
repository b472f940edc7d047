package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.domain.TokenUsage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Answers every question with its own text, after doing what a test scripts for it. A question such
 * as "what:3" takes three steps, any other one.
 */
final class ScriptedAnswering implements Answering<Answer> {
  static final ModelIdentity MODEL = new ModelIdentity("scripted", "r1", "cpu");

  private final Consumer<String> onQuestion;
  private final Runnable onProbe;
  private final Consumer<List<String>> onStep;
  private final AtomicInteger openDrafts = new AtomicInteger();
  private volatile boolean closed;

  ScriptedAnswering(Consumer<String> onQuestion, Runnable onProbe) {
    this(onQuestion, onProbe, drafts -> {});
  }

  /**
   * @param onStep given what is in the decoder, without the number of steps
   */
  ScriptedAnswering(Consumer<String> onQuestion, Runnable onProbe, Consumer<List<String>> onStep) {
    this.onQuestion = onQuestion;
    this.onProbe = onProbe;
    this.onStep = onStep;
  }

  int openDrafts() {
    return openDrafts.get();
  }

  static InferenceRequest request(String question) {
    return request(question, 0, Optional.empty());
  }

  static InferenceRequest request(String question, int priority, Optional<Instant> deadline) {
    QuestionOptions options =
        new QuestionOptions(
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            deadline,
            priority);
    return new InferenceRequest(
        new ImageQuestion(
            question, new ImageRef.Inline(new byte[0], Optional.empty()), question, options),
        new RgbImage(1, 1, new byte[3], "grey"),
        new StageClock());
  }

  @Override
  public Draft<Answer> prepare(InferenceRequest request) {
    onQuestion.accept(request.question().question());
    return new ScriptedDraft(request);
  }

  @Override
  public void step(List<Draft<Answer>> drafts) {
    List<ScriptedDraft> ours = drafts.stream().map(ScriptedDraft.class::cast).toList();
    onStep.accept(ours.stream().map(draft -> draft.words[0]).toList());
    ours.forEach(ScriptedDraft::write);
  }

  private final class ScriptedDraft implements Draft<Answer> {
    private final InferenceRequest request;
    private final String[] words;
    private int stepsLeft;
    private Answer answer;

    ScriptedDraft(InferenceRequest request) {
      this.request = request;
      this.words = request.question().question().split(":");
      this.stepsLeft = words.length == 2 ? Integer.parseInt(words[1]) : 1;
      openDrafts.incrementAndGet();
    }

    void write() {
      if (--stepsLeft > 0) {
        return;
      }
      answer =
          new Answer(
              request.question().id(),
              request.question().question(),
              List.of(),
              FinishReason.STOP,
              MODEL,
              List.of(LocatedRegion.wholeImage()),
              new PruningStatistics(
                  new PruningPlan("none", 1), 1, 1, List.of(1), List.of(), 1, 1, 1, 1),
              new TokenUsage(1, 0),
              request.clock().stop());
    }

    @Override
    public int rows() {
      return 10;
    }

    @Override
    public long kvCacheBytes() {
      return 10;
    }

    @Override
    public Optional<Answer> answer() {
      return Optional.ofNullable(answer);
    }

    @Override
    public void close() {
      openDrafts.decrementAndGet();
    }
  }

  @Override
  public void probe() {
    onProbe.run();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public long memoryUsedBytes() {
    return 1_000;
  }

  @Override
  public long kvCacheBytes() {
    return 10;
  }

  @Override
  public long kvCacheCapacityBytes() {
    return 100;
  }

  @Override
  public void close() {
    closed = true;
  }
}
