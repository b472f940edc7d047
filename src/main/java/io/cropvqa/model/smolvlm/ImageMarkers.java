package io.cropvqa.model.smolvlm;

import io.cropvqa.model.PromptLayout;
import io.cropvqa.model.processing.SplittingProcessor;
import io.cropvqa.model.processing.TextTokenizer;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text around an image's tokens, which says which part of it they show; it is never dropped.
 *
 * <p>Worked example, two tiles side by side, I for each tile's tokens and F for {@code
 * <fake_token_around_image>}: {@code F<row_1_col_1>I F<row_1_col_2>I \n\n F<global-img>I F}.
 *
 * @param imageToken id of the placeholder of visual tokens
 * @param around what stands before each part, and at the end
 * @param global the marker of the whole image
 * @param newline after a row of tiles
 * @param newlines after the last row
 * @param tiles the marker of each tile by row and column
 */
record ImageMarkers(
    int imageToken, int around, int[] global, int[] newline, int[] newlines, int[][][] tiles)
    implements PromptLayout {
  private static final String AROUND = "<fake_token_around_image>";

  /**
   * @throws IllegalArgumentException if the tokenizer lacks what stands around images
   */
  static ImageMarkers read(Path directory, int imageToken, SplittingProcessor.Sizes sizes) {
    int most = sizes.longestEdge() / sizes.tile() + 2;
    try (TextTokenizer tokenizer = TextTokenizer.load(directory)) {
      int[][][] tiles = new int[most][most][];
      for (int row = 0; row < most; row++) {
        for (int column = 0; column < most; column++) {
          tiles[row][column] = between(tokenizer, "<row_%d_col_%d>".formatted(row + 1, column + 1));
        }
      }
      return new ImageMarkers(
          imageToken,
          tokenizer
              .idOf(AROUND)
              .orElseThrow(
                  () -> new IllegalArgumentException("tokenizer.json lacks the token " + AROUND)),
          between(tokenizer, "<global-img>"),
          between(tokenizer, "\n"),
          between(tokenizer, "\n\n"),
          tiles);
    }
  }

  /** Ids of a text between two special tokens, where it is tokenized otherwise than alone. */
  private static int[] between(TextTokenizer tokenizer, String text) {
    int[] ids = tokenizer.encodeText(AROUND + text + AROUND);
    return Arrays.copyOfRange(ids, 1, ids.length - 1);
  }

  @Override
  public int[] written(VisualLayout image) {
    IntStream.Builder written = IntStream.builder();
    List<PatchGrid> parts = image.grids();
    int columns = columns(parts);
    for (int tile = 0; tile < parts.size() - 1; tile++) {
      addPart(written, tiles[tile / columns][tile % columns], parts.get(tile));
      if ((tile + 1) % columns == 0) {
        boolean isLast = tile + 1 == parts.size() - 1;
        Arrays.stream(isLast ? newlines : newline).forEach(written);
      }
    }
    addPart(written, global, parts.get(parts.size() - 1));
    written.add(around);
    return written.build().toArray();
  }

  private void addPart(IntStream.Builder ids, int[] marker, PatchGrid part) {
    ids.add(around);
    Arrays.stream(marker).forEach(ids);
    IntStream.range(0, part.size()).forEach(token -> ids.add(imageToken));
  }

  /** Tiles in a row: as many as begin where the first one does from above. */
  private static int columns(List<PatchGrid> parts) {
    double top = parts.get(0).canvas().top();
    return (int)
        parts.subList(0, parts.size() - 1).stream()
            .filter(part -> part.canvas().top() == top)
            .count();
  }
}
