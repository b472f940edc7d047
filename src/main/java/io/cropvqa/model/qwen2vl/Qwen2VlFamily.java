package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.ModelFamily;
import java.nio.file.Path;

/** {@code Qwen2VLForConditionalGeneration}. */
public final class Qwen2VlFamily implements ModelFamily {

  @Override
  public Architecture read(Path directory) {
    ConfigJson json = ConfigJson.read(directory);
    QwenVisionConfig vision = QwenVisionConfig.qwen2(json.child("vision_config"));
    return QwenArchitecture.read(directory, json, vision, new LayerNormBlocks(vision));
  }

  @Override
  public String canonicalName(String stored) {
    return QwenWeightNames.canonical(stored);
  }
}
