package io.cropvqa.evaluation.metrics;

import java.util.Collections;
import java.util.List;

/**
 * The VQA accuracy (Antol et al., ICCV 2015): an answer that three of the other people gave is
 * right. Each of the n people is left out once, {@code min(matches among the others / 3, 1)} is
 * averaged over the n.
 *
 * <p>Two deviations from {@code vqaEval.py}: people's answers are normalised also where they all
 * agree; and where fewer than four people answered, so that the formula could not reach 1, an
 * answer that any of them gave is right.
 */
public final class VqaAccuracy {
  private static final int ENOUGH = 3;

  private VqaAccuracy() {}

  /**
   * @param answers what people answered, each as often as it was said
   * @return in [0, 1]
   */
  public static double of(String answer, List<String> answers) {
    List<String> people = answers.stream().map(AnswerNormalizer::normalize).toList();
    int matches = Collections.frequency(people, AnswerNormalizer.normalize(answer));
    int n = people.size();
    if (n <= ENOUGH) {
      return matches > 0 ? 1 : 0;
    }
    double leftIn = Math.min(1, matches / (double) ENOUGH);
    double leftOut = Math.min(1, Math.max(0, matches - 1) / (double) ENOUGH);
    return ((n - matches) * leftIn + matches * leftOut) / n;
  }
}
