package io.cropvqa.pruning;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How an image's visual tokens follow one another: one grid of patches, or several, as where a
 * model sees the whole image small and parts of it large. Tokens are named by their <em>place</em>,
 * counted through all grids from 0.
 *
 * <p>Grids may have a token after each row that shows nothing itself. Such <em>row ends</em> have
 * places too but are never ranked, merged or counted in a budget: a row's end stays as long as any
 * token of the row does.
 *
 * @param grids in the order of their tokens, at least one
 */
public record VisualLayout(List<PatchGrid> grids) {

  public VisualLayout {
    grids = List.copyOf(grids);
  }

  public static VisualLayout of(PatchGrid... grids) {
    return new VisualLayout(List.of(grids));
  }

  /**
   * Several images as one layout: the grids of the first, then those of the second, and so on.
   * Places are counted through all of them; boxes stay on the image that they are of.
   *
   * <p>Worked example, images of 2x2 and 2x3 tokens: places 0 to 3 are the first image's, and 4 to
   * 9 the second's, whose place 0 is 4 among all.
   */
  public static VisualLayout joined(List<VisualLayout> images) {
    return new VisualLayout(images.stream().flatMap(image -> image.grids().stream()).toList());
  }

  /** N, the tokens of the whole image; row ends are none. */
  public int size() {
    return grids.stream().mapToInt(PatchGrid::size).sum();
  }

  /** How many places there are: N and the row ends. */
  public int length() {
    return grids.stream().mapToInt(PatchGrid::length).sum();
  }

  /** Places of the N tokens, ascending. */
  public int[] patches() {
    return IntStream.range(0, length()).filter(place -> !isRowEnd(place)).toArray();
  }

  public boolean isRowEnd(int place) {
    int grid = gridOf(place);
    return grids.get(grid).isRowEnd(place - first(grid));
  }

  /**
   * The row ends that stay.
   *
   * @param kept places of the tokens that do
   * @return places, ascending
   */
  public int[] rowEndsOf(int[] kept) {
    return IntStream.of(kept)
        .flatMap(
            place -> {
              int grid = gridOf(place);
              return grids.get(grid).rowEndsOf(place - first(grid)).map(end -> end + first(grid));
            })
        .sorted()
        .distinct()
        .toArray();
  }

  /** Which of the grids a place belongs to. */
  public int gridOf(int place) {
    int grid = 0;
    int left = place;
    while (left >= grids.get(grid).length()) {
      left -= grids.get(grid).length();
      grid++;
    }
    return grid;
  }

  /** The first place of a grid. */
  public int first(int grid) {
    int first = 0;
    for (int i = 0; i < grid; i++) {
      first += grids.get(i).length();
    }
    return first;
  }

  /** The token's row in its grid. */
  public int row(int place) {
    int grid = gridOf(place);
    return grids.get(grid).row(place - first(grid));
  }

  /** The token's column in its grid. */
  public int column(int place) {
    int grid = gridOf(place);
    return grids.get(grid).column(place - first(grid));
  }

  /** Where a token looks on the original image. */
  public ImageBox box(int place) {
    int grid = gridOf(place);
    return grids.get(grid).box(place - first(grid));
  }

  /** Whether a token belongs to a region: see {@link PatchGrid#isInside}. */
  public boolean isInside(int place, ContextualRegion region) {
    int grid = gridOf(place);
    return grids.get(grid).isInside(place - first(grid), region);
  }
}
