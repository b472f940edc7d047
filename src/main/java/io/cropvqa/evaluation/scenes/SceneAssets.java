package io.cropvqa.evaluation.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The parts that one split's scenes are made of, as {@code scenes/assets.json} lists them.
 *
 * @param cutouts drawings of each object, with a transparent background
 * @param backgrounds at least {@link SceneGenerator#SIZE} pixels along their shorter side
 * @param typefaces for signs
 */
record SceneAssets(
    Map<String, List<BufferedImage>> cutouts,
    List<BufferedImage> backgrounds,
    List<Typeface> typefaces) {
  private static final String FOLDER = "/scenes/";
  private static final ObjectMapper JSON = new ObjectMapper();

  static SceneAssets of(Split split) {
    try {
      JsonNode assets = json("assets.json");
      Map<String, List<BufferedImage>> cutouts = new TreeMap<>();
      for (JsonNode object : chosen(assets.get("objects"), split.heldOutCutouts())) {
        cutouts
            .computeIfAbsent(object.get("name").textValue(), name -> new ArrayList<>())
            .add(picture(object));
      }
      List<BufferedImage> backgrounds = new ArrayList<>();
      for (JsonNode background : chosen(assets.get("backgrounds"), split.heldOutSurroundings())) {
        backgrounds.add(picture(background));
      }
      List<Typeface> typefaces = new ArrayList<>();
      for (JsonNode typeface : chosen(assets.get("typefaces"), split.heldOutSurroundings())) {
        typefaces.add(Typeface.of(json(typeface.get("file").textValue())));
      }
      return new SceneAssets(cutouts, backgrounds, typefaces);
    } catch (IOException e) {
      throw new UncheckedIOException("the application's scene parts can't be read", e);
    }
  }

  List<String> names() {
    return List.copyOf(cutouts.keySet());
  }

  private static List<JsonNode> chosen(JsonNode all, boolean heldOut) {
    List<JsonNode> chosen = new ArrayList<>();
    for (JsonNode asset : all) {
      if (asset.get("heldOut").booleanValue() == heldOut) {
        chosen.add(asset);
      }
    }
    return chosen;
  }

  private static BufferedImage picture(JsonNode asset) throws IOException {
    try (InputStream in = open(asset.get("file").textValue())) {
      return ImageIO.read(new MemoryCacheImageInputStream(in));
    }
  }

  private static JsonNode json(String file) throws IOException {
    try (InputStream in = open(file)) {
      return JSON.readTree(in);
    }
  }

  private static InputStream open(String file) throws IOException {
    InputStream in = SceneAssets.class.getResourceAsStream(FOLDER + file);
    if (in == null) {
      throw new FileNotFoundException(FOLDER + file + " is not in this build");
    }
    return in;
  }
}
