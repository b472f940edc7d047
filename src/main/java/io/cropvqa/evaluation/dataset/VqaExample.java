package io.cropvqa.evaluation.dataset;

import io.cropvqa.domain.ContextualRegion;
import java.util.List;
import java.util.Optional;

/**
 * A question with known answers.
 *
 * @param id names it within its data set
 * @param image name of its picture's file
 * @param question what is asked, not blank
 * @param answers what people answered, at least one; as many times as it was said
 * @param type kind of question, for tables
 * @param region where the answer is, if that is known
 * @param regionReveals whether the region points at the answer, as it does where the question asks
 *     which object is somewhere and the region is that object; false where the question itself
 *     names the object in the region; empty if that is not known
 */
public record VqaExample(
    String id,
    String image,
    String question,
    List<String> answers,
    String type,
    Optional<ContextualRegion> region,
    Optional<Boolean> regionReveals) {

  /**
   * @throws IllegalArgumentException if there is no question or no answer
   */
  public VqaExample {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is empty");
    }
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("answers is empty: an example needs at least one");
    }
    answers = List.copyOf(answers);
  }

  /** An example of which nobody knows whether its region points at the answer. */
  public VqaExample(
      String id,
      String image,
      String question,
      List<String> answers,
      String type,
      Optional<ContextualRegion> region) {
    this(id, image, question, answers, type, region, Optional.empty());
  }
}
