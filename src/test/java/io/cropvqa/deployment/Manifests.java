package io.cropvqa.deployment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The files of {@code k8s/}, read strictly: an unknown or doubled field is an error. */
final class Manifests {
  static final Path FOLDER = Path.of("k8s");
  static final Path BASE = FOLDER.resolve("base");

  private static final ObjectMapper STRICT =
      new YAMLMapper()
          .setAnnotationIntrospector(new NoExtraFields())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Manifests() {}

  static <T> T read(Path file, Class<T> kind) {
    try {
      return STRICT.readValue(file.toFile(), kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T parse(String manifest, Class<T> kind) throws IOException {
    return STRICT.readValue(manifest, kind);
  }

  static JsonNode tree(Path file) {
    return read(file, JsonNode.class);
  }

  /** The Kubernetes classes would keep a field they do not know; here it is to fail. */
  private static final class NoExtraFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated method) {
      return false;
    }
  }
}
