package io.cropvqa.pruning;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The pruning of one of a question's images: a method, its schedule for this image and its quota,
 * and the checks that it keeps its word.
 *
 * @param request what the method may know, all of it about this image
 */
record ImagePruning(PruningMethod method, PruningSchedule schedule, PruningRequest request) {

  /**
   * @param quota the image's part of the budget
   * @param layers of the decoder
   */
  static ImagePruning of(PruningMethod method, int quota, PruningRequest request, int layers) {
    int visualTokens = request.layout().size();
    PruningSchedule schedule =
        quota >= visualTokens
            ? PruningSchedule.before(visualTokens)
            : method.schedule(visualTokens, layers, quota);
    return new ImagePruning(method, schedule, request);
  }

  VisualTokens compress(VisualTokens tokens) {
    int keep = schedule.compressed();
    if (keep == tokens.count()) {
      return tokens;
    }
    VisualTokens compressed = method.compress(tokens, keep, request);
    requireCount(keep, compressed.count());
    return compressed;
  }

  /**
   * Which of the view's patches go on after so many layers: all where no cut is scheduled.
   *
   * @param view of this image alone
   */
  TokenGroups select(LayerView view, int layersRun) {
    OptionalInt keep = schedule.keepAfter(layersRun);
    if (keep.isEmpty()) {
      return TokenGroups.singletons(IntStream.range(0, view.patches().length).toArray());
    }
    TokenGroups kept = method.select(view, keep.getAsInt(), request);
    requireCount(keep.getAsInt(), kept.count());
    return kept;
  }

  private void requireCount(int scheduled, int kept) {
    if (scheduled != kept) {
      throw new IllegalStateException(
          "%s kept %d visual tokens where it scheduled %d"
              .formatted(method.name(), kept, scheduled));
    }
  }
}
