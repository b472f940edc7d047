package io.cropvqa.engine.trial;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a published model's decoder and of a picture it reads, from {@code shapes.json}.
 *
 * @param name such as {@code llava-1.5-7b}
 * @param config the decoder's, as published
 * @param layout one grid over the picture, and one of the same size over each of its tiles; row
 *     ends are left out
 */
public record DecoderShape(String name, LanguageModelConfig config, VisualLayout layout) {
  private static final String FILE = "shapes.json";
  private static final ImageBox PICTURE = new ImageBox(0, 0, 1, 1);

  /** Names of all shapes. */
  public static List<String> names() {
    return read().keys();
  }

  /**
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static DecoderShape named(String name) {
    ConfigJson all = read();
    if (!all.has(name)) {
      throw new IllegalArgumentException(
          "\"%s\" is unknown: use one of %s".formatted(name, all.keys()));
    }
    ConfigJson shape = all.child(name);
    return new DecoderShape(name, config(shape.child("text_config")), layout(shape));
  }

  /**
   * The same with its first layers alone.
   *
   * @throws IllegalArgumentException if it has fewer, or there are to be none
   */
  public DecoderShape first(int layers) {
    if (layers < 1 || layers > config.numHiddenLayers()) {
      throw new IllegalArgumentException(
          "%s has 1 to %d layers, not %d".formatted(name, config.numHiddenLayers(), layers));
    }
    return new DecoderShape(name, config.withLayers(layers), layout);
  }

  private static ConfigJson read() {
    try (InputStream json = DecoderShape.class.getResourceAsStream("/" + FILE)) {
      return ConfigJson.read(FILE, json);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + FILE, e);
    }
  }

  private static LanguageModelConfig config(ConfigJson text) {
    boolean tied = text.flag("tie_word_embeddings", false);
    return text.text("model_type", "").endsWith("vl_text")
        ? LanguageModelConfig.qwen2Vl(text, tied)
        : LanguageModelConfig.read(text, tied);
  }

  private static VisualLayout layout(ConfigJson shape) {
    List<Integer> grid = shape.integers("grid", List.of());
    List<Integer> tiles = shape.integers("tiles", List.of(0, 0));
    List<PatchGrid> grids = new ArrayList<>();
    grids.add(new PatchGrid(grid.get(0), grid.get(1), PICTURE));
    PatchGrid cut = new PatchGrid(tiles.get(0), tiles.get(1), PICTURE);
    for (int tile = 0; tile < cut.size(); tile++) {
      grids.add(new PatchGrid(grid.get(0), grid.get(1), cut.box(tile)));
    }
    return new VisualLayout(grids);
  }
}
