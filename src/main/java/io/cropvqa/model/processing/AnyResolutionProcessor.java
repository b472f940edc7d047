package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shows a picture whole, stretched to a square, and again as large as the resolution allows that
 * fits its shape best, padded with black and cut into tiles. Gives bit for bit what transformers'
 * {@code LlavaNextImageProcessorPil} gives. Safe for use by many threads.
 */
public final class AnyResolutionProcessor {
  private final ImageProcessor processor;
  private final int side;
  private final List<TargetSize.Exact> resolutions;

  private AnyResolutionProcessor(
      ImageProcessor processor, int side, List<TargetSize.Exact> resolutions) {
    this.processor = processor;
    this.side = side;
    this.resolutions = resolutions;
  }

  /**
   * @param side of the pictures that the tower takes, in pixels
   * @param pinpoints the model's {@code image_grid_pinpoints}, height and width each
   * @throws IllegalArgumentException if there are no image settings, or they ask for something else
   */
  public static AnyResolutionProcessor load(
      Path modelDirectory, int side, List<List<Integer>> pinpoints) {
    List<TargetSize.Exact> resolutions =
        pinpoints.stream().map(pair -> new TargetSize.Exact(pair.get(1), pair.get(0))).toList();
    return new AnyResolutionProcessor(
        ImageProcessor.load(modelDirectory, json -> settings(json, side, resolutions)),
        side,
        resolutions);
  }

  private static ImageSettings settings(
      JsonNode json, int side, List<TargetSize.Exact> resolutions) {
    ImageSettingsReader settings = new ImageSettingsReader(json);
    settings.requireType("LlavaNextImageProcessor");
    settings.requireKnownKeys("image_grid_pinpoints", "do_pad");
    settings.requireTrue("do_resize");
    TargetSize.Exact square = new TargetSize.Exact(side, side);
    TargetSize size = settings.size("size").orElse(new TargetSize.ShortestEdge(224));
    TargetSize.Exact crop = settings.exactSize("crop_size").orElse(square);
    if (!size.of(1, 1).equals(square) || !crop.equals(square)) {
      throw new IllegalArgumentException(
          "size is %s and crop_size %s, supported is vision_config image_size = %d for both"
              .formatted(json.path("size"), json.path("crop_size"), side));
    }
    if (settings
        .sizes("image_grid_pinpoints")
        .filter(own -> !own.equals(resolutions))
        .isPresent()) {
      throw new IllegalArgumentException(
          "image_grid_pinpoints is %s, other than in config.json"
              .formatted(json.get("image_grid_pinpoints")));
    }
    return ImageSettings.stretched(settings, square);
  }

  public AnyResolutionImage process(RgbImage image) {
    TargetSize.Exact square = new TargetSize.Exact(side, side);
    TargetSize.Exact resolution = bestFor(image);
    TargetSize.Exact size = fitted(image, resolution);
    int x = Math.floorDiv(resolution.width() - size.width(), 2);
    int y = Math.floorDiv(resolution.height() - size.height(), 2);
    int rows = resolution.height() / side;
    int columns = resolution.width() / side;
    List<float[]> pictures = new ArrayList<>();
    pictures.add(processor.cut(image, square, PixelWindow.ofWhole(side, side)));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        pictures.add(
            processor.cut(
                image, size, new PixelWindow(column * side - x, row * side - y, side, side)));
      }
    }
    return new AnyResolutionImage(
        pictures,
        side,
        rows,
        columns,
        image.width(),
        image.height(),
        new ImageBox(
            -(double) x / size.width(),
            -(double) y / size.height(),
            (double) (resolution.width() - x) / size.width(),
            (double) (resolution.height() - y) / size.height()));
  }

  /** The resolution that shows most of the picture's pixels, and of those the one least empty. */
  private TargetSize.Exact bestFor(RgbImage image) {
    Optional<TargetSize.Exact> best = Optional.empty();
    long mostShown = 0;
    long leastWasted = Long.MAX_VALUE;
    for (TargetSize.Exact resolution : resolutions) {
      double scale =
          Math.min(
              (double) resolution.width() / image.width(),
              (double) resolution.height() / image.height());
      long scaled = (long) (int) (image.width() * scale) * (int) (image.height() * scale);
      long shown = Math.min(scaled, (long) image.width() * image.height());
      long wasted = (long) resolution.width() * resolution.height() - shown;
      if (shown > mostShown || (shown == mostShown && wasted < leastWasted)) {
        mostShown = shown;
        leastWasted = wasted;
        best = Optional.of(resolution);
      }
    }
    return best.orElseThrow();
  }

  /** As large as fits into a resolution, in the picture's own shape. */
  private static TargetSize.Exact fitted(RgbImage image, TargetSize.Exact resolution) {
    double scaleX = (double) resolution.width() / image.width();
    double scaleY = (double) resolution.height() / image.height();
    return scaleX < scaleY
        ? new TargetSize.Exact(
            resolution.width(),
            Math.min((int) Math.ceil(image.height() * scaleX), resolution.height()))
        : new TargetSize.Exact(
            Math.min((int) Math.ceil(image.width() * scaleY), resolution.width()),
            resolution.height());
  }
}
