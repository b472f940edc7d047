package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.processing.PromptEncoder;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Puts visual tokens into the chat template's text, where the family's layout says.
 *
 * <p>Worked example: "USER: &lt;image&gt; what?" as four tokens with N = 256 has positions 0,
 * 1..256, 257, 258. Keeping only tokens 7 and 9 leaves 0, 8, 10, 257, 258, and the answer begins at
 * 259 either way.
 */
public final class PromptBuilder {
  private final PromptEncoder encoder;
  private final LanguageModel languageModel;
  private final PromptLayout layout;
  private final Optional<NDArray> rowEnd; // [1, D]

  /**
   * @param rowEnd see {@link VisionEncoder#rowEnd}
   */
  public PromptBuilder(
      PromptEncoder encoder,
      LanguageModel languageModel,
      PromptLayout layout,
      Optional<NDArray> rowEnd) {
    this.encoder = encoder;
    this.languageModel = languageModel;
    this.layout = layout;
    this.rowEnd = rowEnd;
  }

  /**
   * @param images what is left of the tokens of each image, in the order of the prompt
   * @param memory owns the prompt
   */
  public Prompt build(String question, List<VisualTokens> images, NDManager memory) {
    int[] ids = ids(question, images);
    Positions positions = layout.positions(ids, layouts(images));
    Rows rows = new Rows(ids, images);
    return new Prompt(
        embeddings(ids, rows, images, memory),
        positions.pick(rows.kept),
        rows.patches(),
        rows.members(),
        positions.next(),
        ids.length);
  }

  /** The ids of the unpruned prompt, a placeholder for each visual token. */
  public int[] ids(String question, List<VisualTokens> images) {
    List<VisualLayout> layouts = layouts(images);
    int[] ids = layout.expand(encoder.encode(question, images.size()), layouts);
    long placeholders = IntStream.of(ids).filter(id -> id == layout.imageToken()).count();
    int tokens = VisualLayout.joined(layouts).length();
    if (placeholders != tokens) {
      throw new IllegalStateException(
          "%d placeholders for %d tokens".formatted(placeholders, tokens));
    }
    return ids;
  }

  private static List<VisualLayout> layouts(List<VisualTokens> images) {
    return images.stream().map(VisualTokens::layout).toList();
  }

  /** Which rows of the unpruned prompt are left, and what they show. */
  private final class Rows {
    private final int[] patches; // of the tokens of all images
    private final int[] members;
    private final int[] shows; // of the unpruned prompt: see Prompt.patches
    private final int[] kept;

    Rows(int[] ids, List<VisualTokens> images) {
      VisualLayout all = VisualLayout.joined(layouts(images));
      patches = places(images);
      members = images.stream().flatMapToInt(image -> IntStream.of(image.members())).toArray();
      shows = new int[ids.length];
      int[] ends = all.rowEndsOf(patches);
      int place = 0;
      for (int row = 0; row < ids.length; row++) {
        if (ids[row] == layout.imageToken()) {
          boolean isEnd = all.isRowEnd(place);
          shows[row] = isEnd ? Prompt.rowEnd(place) : place;
          place++;
        } else {
          shows[row] = Prompt.TEXT;
        }
      }
      kept =
          IntStream.range(0, ids.length).filter(row -> stays(shows[row], patches, ends)).toArray();
    }

    /** For each token its place among those of all images. */
    private static int[] places(List<VisualTokens> images) {
      IntStream.Builder places = IntStream.builder();
      int first = 0;
      for (VisualTokens image : images) {
        for (int place : image.patches()) {
          places.add(first + place);
        }
        first += image.layout().length();
      }
      return places.build().toArray();
    }

    private static boolean stays(int shown, int[] patches, int[] rowEnds) {
      if (shown == Prompt.TEXT) {
        return true;
      }
      return shown >= 0
          ? Arrays.binarySearch(patches, shown) >= 0
          : Arrays.binarySearch(rowEnds, Prompt.placeOfRowEnd(shown)) >= 0;
    }

    int[] patches() {
      return IntStream.of(kept).map(row -> shows[row]).toArray();
    }

    int[] members() {
      return IntStream.of(patches())
          .map(shown -> shown < 0 ? 1 : members[Arrays.binarySearch(patches, shown)])
          .toArray();
    }
  }

  /** Text, visual tokens and row ends in one table, of which each row takes its own: [T, D]. */
  private NDArray embeddings(int[] ids, Rows rows, List<VisualTokens> images, NDManager memory) {
    int[] text = IntStream.of(ids).filter(id -> id != layout.imageToken()).toArray();
    long[] index = new long[rows.kept.length];
    int nextText = 0;
    int nextToken = text.length;
    int end = text.length + rows.patches.length;
    for (int i = 0; i < index.length; i++) {
      int shown = rows.shows[rows.kept[i]];
      index[i] = shown == Prompt.TEXT ? nextText++ : shown >= 0 ? nextToken++ : end;
    }
    try (NDManager step = memory.newSubManager()) {
      NDList parts = new NDList(languageModel.embed(text, step));
      images.forEach(image -> parts.add(image.embeddings()));
      rowEnd.ifPresent(parts::add);
      NDArray embeddings = TorchOps.rows(step.create(index), TorchOps.joined(parts));
      embeddings.attach(memory);
      return embeddings;
    }
  }
}
