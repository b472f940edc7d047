package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.UnusableInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Makes a decoded picture what a model's vision encoder takes: pad, resize, crop, rescale,
 * normalize, each if the checkpoint asks for it.
 *
 * <p>Gives bit for bit what transformers' {@code CLIPImageProcessorPil} and {@code
 * LlavaImageProcessorPil} give. (Their torchvision kin resize otherwise, by up to one 8-bit level.)
 * Safe for use by many threads.
 */
public final class ImageProcessor {
  private static final int CHANNELS = 3;
  private static final long MOST_PIXELS = 1L << 26;

  private final ImageSettings settings;
  private final float[][] values;

  ImageProcessor(ImageSettings settings) {
    this.settings = settings;
    this.values = values(settings);
  }

  /**
   * Reads {@code preprocessor_config.json}, or {@code image_processor} in {@code
   * processor_config.json} where newer checkpoints keep it.
   *
   * @throws IllegalArgumentException if neither is there, or asks for something not supported
   */
  public static ImageProcessor load(Path modelDirectory) {
    return load(modelDirectory, ImageSettings::of);
  }

  /**
   * Like {@link #load(Path)}, for a model that takes pictures of any shape, as whole blocks of
   * patches.
   *
   * @param sizes the model's
   */
  public static ImageProcessor loadDynamic(Path modelDirectory, PatchSizes sizes) {
    return load(modelDirectory, json -> DynamicImageSettings.of(json, sizes));
  }

  static ImageProcessor load(Path modelDirectory, Function<JsonNode, ImageSettings> reader) {
    return read(modelDirectory, json -> new ImageProcessor(reader.apply(json)));
  }

  /** What a reader makes of a checkpoint's image settings, which its errors name. */
  static <T> T read(Path modelDirectory, Function<JsonNode, T> reader) {
    ModelFiles files = new ModelFiles(modelDirectory);
    JsonNode json =
        files
            .json("preprocessor_config.json")
            .or(() -> files.json("processor_config.json").map(all -> all.get("image_processor")))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s has no image settings: add the checkpoint's preprocessor_config.json"
                            .formatted(modelDirectory)));
    try {
      return reader.apply(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "image settings of %s: %s".formatted(modelDirectory, e.getMessage()), e);
    }
  }

  /**
   * @throws UnusableInputException if the picture is too long and thin to be resized
   */
  public ProcessedImage process(RgbImage image) {
    RgbImage padded =
        settings.squarePadding().map(colour -> SquarePadding.pad(image, colour)).orElse(image);
    TargetSize.Exact size =
        settings
            .resize()
            .orElseGet(() -> new TargetSize.Exact(padded.width(), padded.height()))
            .of(padded.width(), padded.height());
    PixelWindow whole = PixelWindow.ofWhole(size.width(), size.height());
    PixelWindow canvas =
        settings
            .crop()
            .map(
                crop ->
                    PixelWindow.centred(crop.width(), crop.height(), size.width(), size.height()))
            .orElse(whole);
    requireFits(canvas);
    return new ProcessedImage(
        cut(padded, size, canvas),
        canvas.height(),
        canvas.width(),
        onOriginal(fractions(canvas, size), image));
  }

  /**
   * A window of a resized picture, ready for the encoder; where it reaches beyond, it is black.
   *
   * @return [3, height, width] of the window
   */
  float[] cut(RgbImage image, TargetSize.Exact size, PixelWindow window) {
    PixelWindow visible = window.intersect(PixelWindow.ofWhole(size.width(), size.height()));
    byte[] rgb =
        visible.isEmpty()
            ? new byte[0]
            : PilResize.resize(image, size.width(), size.height(), visible, settings.resample());
    return normalize(rgb, visible, window);
  }

  /** Interleaved bytes of the visible part to planes of floats; what lies around it is black. */
  private float[] normalize(byte[] rgb, PixelWindow visible, PixelWindow canvas) {
    int plane = canvas.width() * canvas.height();
    float[] pixels = new float[CHANNELS * plane];
    if (!visible.equals(canvas)) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        Arrays.fill(pixels, channel * plane, (channel + 1) * plane, values[channel][0]);
      }
    }
    float[] red = values[0];
    float[] green = values[1];
    float[] blue = values[2];
    int source = 0;
    for (int row = visible.top(); row < visible.bottom(); row++) {
      int target = (row - canvas.top()) * canvas.width() + (visible.left() - canvas.left());
      for (int end = target + visible.width(); target < end; target++) {
        pixels[target] = red[rgb[source] & 0xFF];
        pixels[target + plane] = green[rgb[source + 1] & 0xFF];
        pixels[target + 2 * plane] = blue[rgb[source + 2] & 0xFF];
        source += CHANNELS;
      }
    }
    return pixels;
  }

  /**
   * What each of the 256 levels becomes, per channel: there are no others, so the arithmetic, with
   * transformers' own steps between 64 and 32 bits, is done once.
   */
  private static float[][] values(ImageSettings settings) {
    float[][] values = new float[CHANNELS][256];
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int level = 0; level < 256; level++) {
        float value = (float) (level * settings.rescaleFactor().orElse(1.0));
        if (settings.normalization().isPresent()) {
          float mean = settings.normalization().get().mean().get(channel).floatValue();
          float std = settings.normalization().get().std().get(channel).floatValue();
          value = (value - mean) / std;
        }
        values[channel][level] = value;
      }
    }
    return values;
  }

  /** Without a crop, a long thin picture may become far larger than any encoder takes. */
  private static void requireFits(PixelWindow canvas) {
    if ((long) canvas.width() * canvas.height() > MOST_PIXELS) {
      throw new UnusableInputException(
          "the picture is too long and thin: it would be resized to %d x %d pixels"
              .formatted(canvas.width(), canvas.height()));
    }
  }

  private ImageBox onOriginal(ImageBox box, RgbImage image) {
    return settings.squarePadding().isPresent() ? SquarePadding.onOriginal(box, image) : box;
  }

  private static ImageBox fractions(PixelWindow canvas, TargetSize.Exact size) {
    return new ImageBox(
        (double) canvas.left() / size.width(),
        (double) canvas.top() / size.height(),
        (double) canvas.right() / size.width(),
        (double) canvas.bottom() / size.height());
  }
}
