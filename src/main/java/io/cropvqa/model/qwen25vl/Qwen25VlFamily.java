package io.cropvqa.model.qwen25vl;

import io.cropvqa.model.Architecture;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.ModelFamily;
import io.cropvqa.model.qwen2vl.QwenArchitecture;
import io.cropvqa.model.qwen2vl.QwenVisionConfig;
import io.cropvqa.model.qwen2vl.QwenWeightNames;
import java.nio.file.Path;

/** {@code Qwen2_5_VLForConditionalGeneration}. */
public final class Qwen25VlFamily implements ModelFamily {

  @Override
  public Architecture read(Path directory) {
    ConfigJson json = ConfigJson.read(directory);
    ConfigJson visionJson = json.child("vision_config");
    QwenVisionConfig vision = QwenVisionConfig.qwen25(visionJson);
    return QwenArchitecture.read(directory, json, vision, WindowBlocks.read(visionJson, vision));
  }

  @Override
  public String canonicalName(String stored) {
    return QwenWeightNames.canonical(stored);
  }
}
