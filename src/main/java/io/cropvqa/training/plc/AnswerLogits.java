package io.cropvqa.training.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.plc.PlcDraw.Drawn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says at each token of known answers to compressed pictures, all questions in one
 * batch.
 *
 * @param logits [R, V], a row for each token of each answer
 * @param answers [R], the tokens that shall be said
 */
record AnswerLogits(NDArray logits, int[] answers) {

  /**
   * @param method of compression
   * @param scope owns the result and what is made on the way
   */
  static AnswerLogits of(
      List<Drawn> batch,
      String method,
      PruningMethods methods,
      VisionLanguageModel model,
      NDManager scope) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      for (Drawn drawn : batch) {
        sequences.add(sequence(drawn, method, methods, model, scope));
      }
      int[] rows = batch.stream().mapToInt(drawn -> drawn.question().answer().length).toArray();
      NDArray logits = model.languageModel().step(sequences, rows, scope);
      int[] answers =
          batch.stream().flatMapToInt(drawn -> IntStream.of(drawn.question().answer())).toArray();
      return new AnswerLogits(logits, answers);
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  /** The prompt and all of the answer but its last token, which nothing follows. */
  private static Sequence sequence(
      Drawn drawn,
      String method,
      PruningMethods methods,
      VisionLanguageModel model,
      NDManager scope) {
    LanguageModel decoder = model.languageModel();
    VisualTokens tokens = drawn.picture().tokens(scope);
    String question = drawn.question().text();
    QuestionPruning pruning =
        QuestionPruning.of(
            new PruningPlan(method, drawn.budget()),
            tokens.layout(),
            drawn.region(),
            model.words(question),
            decoder.config().numHiddenLayers(),
            methods);
    Prompt prompt = model.prompt(question, pruning.compress(tokens), scope);
    int[] answer = drawn.question().answer();
    Prompt known =
        answer.length == 1
            ? prompt
            : prompt.followedBy(decoder.embed(Arrays.copyOf(answer, answer.length - 1), scope));
    return decoder.sequence(known, pruning);
  }

  /** Mean cross-entropy of the tokens: a scalar. */
  NDArray loss() {
    int vocabulary = (int) logits.getShape().get(1);
    float[] truth = new float[answers.length * vocabulary];
    for (int row = 0; row < answers.length; row++) {
      truth[row * vocabulary + answers[row]] = 1;
    }
    NDArray wanted =
        logits.getManager().create(truth, new Shape(answers.length, vocabulary)); // [R, V]
    return Autograd.scale(logits.logSoftmax(-1).mul(wanted).sum(), -1.0 / answers.length);
  }

  /** For each token whether it is the likeliest. */
  boolean[] right() {
    long[] likeliest = logits.argMax(-1).toLongArray();
    boolean[] right = new boolean[answers.length];
    for (int row = 0; row < right.length; row++) {
      right[row] = likeliest[row] == answers[row];
    }
    return right;
  }
}
