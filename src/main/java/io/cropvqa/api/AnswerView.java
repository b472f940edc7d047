package io.cropvqa.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.event.AnswerEvent;
import java.util.List;

/**
 * The answer event, and beside its fields what only somebody who looks at the picture needs.
 *
 * @param event its fields stand at the top level
 * @param keptPatches where the visual tokens lie that outlived pruning, each {@code [left, top,
 *     right, bottom]} in fractions of the picture's width and height
 */
public record AnswerView(@JsonUnwrapped AnswerEvent event, List<List<Double>> keptPatches) {

  static AnswerView of(Answer answer) {
    return new AnswerView(
        AnswerEvent.of(answer),
        answer.pruning().keptPatches().stream().map(AnswerView::toList).toList());
  }

  private static List<Double> toList(ImageBox box) {
    return List.of(box.left(), box.top(), box.right(), box.bottom());
  }
}
