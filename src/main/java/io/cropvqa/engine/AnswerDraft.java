package io.cropvqa.engine;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.TokenUsage;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An answer that the model is writing. */
final class AnswerDraft implements Draft<Answer> {

  /**
   * What was found out before the decoder.
   *
   * @param regions where the question looks on each image
   * @param plan how its visual tokens are pruned
   * @param layout of the tokens that the vision encoder made of all images
   * @param visualTokens how many enter the language model
   * @param prompt those with the question's text
   */
  record Preparation(
      List<LocatedRegion> regions,
      PruningPlan plan,
      VisualLayout layout,
      int visualTokens,
      Prompt prompt) {}

  private final VisionLanguageModel model;
  private final ModelIdentity identity;
  private final InferenceRequest request;
  private final Preparation preparation;
  private final Generation generation;
  private final Sequence sequence;
  private final AtomicLong kvCacheBytes;
  private long held;
  private PruningStatistics statistics; // once the prompt is in
  private Answer answer;

  /**
   * @param sequence taken over
   * @param kvCacheBytes the bytes of keys and values that all drafts hold together
   */
  AnswerDraft(
      VisionLanguageModel model,
      ModelIdentity identity,
      InferenceRequest request,
      Preparation preparation,
      Generation generation,
      Sequence sequence,
      AtomicLong kvCacheBytes) {
    this.model = model;
    this.identity = identity;
    this.request = request;
    this.preparation = preparation;
    this.generation = generation;
    this.sequence = sequence;
    this.kvCacheBytes = kvCacheBytes;
  }

  Sequence sequence() {
    return sequence;
  }

  @Override
  public int rows() {
    return sequence.isPrefill() ? preparation.prompt().length() : 1;
  }

  @Override
  public long kvCacheBytes() {
    LanguageModel decoder = model.languageModel();
    return sequence.isPrefill()
        ? decoder.kvCacheBytes((long) preparation.prompt().length() + generation.left())
        : sequence.kvCacheBytes() + decoder.kvCacheBytes(generation.left());
  }

  private void hold(long bytes) {
    kvCacheBytes.addAndGet(bytes - held);
    held = bytes;
  }

  /**
   * Takes in what the decoder said of the next token.
   *
   * @param logits [V]
   */
  void continueWith(float[] logits) {
    hold(sequence.kvCacheBytes());
    if (statistics == null) {
      request.clock().finish(Stage.PREFILL);
      request.clock().firstToken();
      statistics =
          CountedPruning.of(
              model.languageModel(),
              preparation.plan(),
              preparation.layout(),
              preparation.visualTokens(),
              preparation.prompt(),
              sequence);
    }
    generation
        .next(logits)
        .ifPresentOrElse(this::complete, () -> sequence.append(generation.last()));
  }

  private void complete(FinishReason reason) {
    request.clock().finish(Stage.GENERATE);
    List<Integer> ids = generation.tokens();
    int[] tokens = ids.stream().mapToInt(Integer::intValue).toArray();
    answer =
        new Answer(
            request.question().id(),
            model.tokenizer().decode(tokens).strip(),
            ids,
            reason,
            identity,
            preparation.regions(),
            statistics,
            new TokenUsage(preparation.prompt().length(), ids.size()),
            request.clock().stop());
  }

  @Override
  public Optional<Answer> answer() {
    return Optional.ofNullable(answer);
  }

  @Override
  public void close() {
    hold(0);
    sequence.close();
  }
}
