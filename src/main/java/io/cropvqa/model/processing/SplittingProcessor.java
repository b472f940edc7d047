package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a picture's longer side a given length, stretches it to a whole number of tiles and cuts
 * it. Gives bit for bit what transformers' {@code Idefics3ImageProcessorPil} gives, which rounds to
 * 8 bits after each step. Safe for use by many threads.
 */
public final class SplittingProcessor {
  private static final int LONGEST_EDGE = 4096;

  private final ImageProcessor processor;
  private final ImageSettings settings;
  private final Sizes sizes;

  /**
   * What checkpoints say of sizes.
   *
   * @param splits whether there are tiles at all
   * @param longestEdge of the picture before it is stretched, in pixels
   * @param tile side of a tile in pixels
   */
  public record Sizes(boolean splits, int longestEdge, int tile) {}

  private SplittingProcessor(ImageSettings settings, Sizes sizes) {
    this.processor = new ImageProcessor(settings);
    this.settings = settings;
    this.sizes = sizes;
  }

  /**
   * @throws IllegalArgumentException if there are no image settings, or they ask for something that
   *     is not supported
   */
  public static SplittingProcessor load(Path modelDirectory) {
    return ImageProcessor.read(modelDirectory, SplittingProcessor::of);
  }

  private static SplittingProcessor of(JsonNode json) {
    ImageSettingsReader settings = new ImageSettingsReader(json);
    settings.requireType("Idefics3ImageProcessor", "SmolVLMImageProcessor");
    settings.requireKnownKeys(
        "do_image_splitting", "max_image_size", "return_row_col_info", "video_sampling");
    settings.requireTrue("do_resize");
    settings.requireFalse("do_center_crop");
    int tile = settings.pixels("max_image_size", "longest_edge").orElse(364);
    Sizes sizes =
        new Sizes(
            settings.flag("do_image_splitting", true),
            settings.pixels("size", "longest_edge").orElse(4 * 364),
            tile);
    ImageSettings.Normalization colours = ImageSettings.SIGLIP_COLOURS;
    return new SplittingProcessor(
        new ImageSettings(
            Optional.empty(),
            Optional.of(new TargetSize.Exact(tile, tile)),
            settings.resample("resample", ResampleFilter.LANCZOS),
            Optional.empty(),
            settings.when("do_rescale", true, () -> settings.number("rescale_factor", 1 / 255.0)),
            settings.when(
                "do_normalize",
                true,
                () ->
                    new ImageSettings.Normalization(
                        settings.channels("image_mean", colours.mean()),
                        settings.channels("image_std", colours.std())))),
        sizes);
  }

  public Sizes sizes() {
    return sizes;
  }

  public SplitImage process(RgbImage image) {
    int tile = sizes.tile();
    RgbImage large = resized(image, longest(image));
    if (sizes.splits()) {
      large = resized(large, wholeTiles(large));
    }
    List<float[]> pictures = new ArrayList<>();
    TargetSize.Exact size = new TargetSize.Exact(large.width(), large.height());
    boolean isOne = !sizes.splits() || (large.width() <= tile && large.height() <= tile);
    int rows = isOne ? 0 : large.height() / tile;
    int columns = isOne ? 0 : large.width() / tile;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        PixelWindow window = new PixelWindow(column * tile, row * tile, tile, tile);
        pictures.add(processor.cut(large, size, window));
      }
    }
    TargetSize.Exact square = new TargetSize.Exact(tile, tile);
    pictures.add(processor.cut(large, square, PixelWindow.ofWhole(tile, tile)));
    return new SplitImage(pictures, rows, columns);
  }

  private RgbImage resized(RgbImage image, TargetSize.Exact size) {
    byte[] rgb =
        PilResize.resize(
            image,
            size.width(),
            size.height(),
            PixelWindow.ofWhole(size.width(), size.height()),
            settings.resample());
    return new RgbImage(size.width(), size.height(), rgb, image.digest());
  }

  /** The longer side as long as is asked for, the other one even. */
  private TargetSize.Exact longest(RgbImage image) {
    double ratio = (double) image.width() / image.height();
    int edge = sizes.longestEdge();
    boolean wide = image.width() >= image.height();
    int other = (int) (wide ? edge / ratio : edge * ratio);
    other = Math.max(other + other % 2, 1);
    return bounded(wide ? edge : other, wide ? other : edge);
  }

  private static TargetSize.Exact bounded(int width, int height) {
    double ratio = (double) width / height;
    if (width >= height && width > LONGEST_EDGE) {
      return new TargetSize.Exact(LONGEST_EDGE, Math.max((int) (LONGEST_EDGE / ratio), 1));
    }
    if (height > width && height > LONGEST_EDGE) {
      return new TargetSize.Exact(Math.max((int) (LONGEST_EDGE * ratio), 1), LONGEST_EDGE);
    }
    return new TargetSize.Exact(width, height);
  }

  /** Both sides multiples of a tile's: first the longer, then the other by the picture's shape. */
  private TargetSize.Exact wholeTiles(RgbImage image) {
    double ratio = (double) image.width() / image.height();
    if (image.width() >= image.height()) {
      int width = multiple(image.width());
      return new TargetSize.Exact(width, multiple((int) (width / ratio)));
    }
    int height = multiple(image.height());
    return new TargetSize.Exact(multiple((int) (height * ratio)), height);
  }

  private int multiple(int length) {
    return (int) Math.ceil((double) length / sizes.tile()) * sizes.tile();
  }
}
