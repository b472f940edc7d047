package io.cropvqa.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The files of {@code kafka/}, read strictly: a key that stands twice is an error. */
public final class ContractFiles {
  static final Path FOLDER = Path.of("kafka");
  static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  private static final ObjectMapper YAML =
      new YAMLMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private ContractFiles() {}

  /** What one of the schemas has against an event. */
  public static Set<ValidationMessage> errors(String schema, JsonNode event) {
    return SCHEMAS
        .getSchema(schema(schema))
        .validate(event, context -> context.getExecutionConfig().setFormatAssertionsEnabled(true));
  }

  /** Names of the headers that a message may have: {@code answerHeaders} and so on. */
  public static Set<String> headers(String message) {
    Set<String> names = new TreeSet<>();
    headerSchema(message).path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Names of the headers that a message always has. */
  public static Set<String> requiredHeaders(String message) {
    Set<String> required = new TreeSet<>();
    headerSchema(message).path("required").forEach(name -> required.add(name.textValue()));
    return required;
  }

  private static JsonNode headerSchema(String message) {
    return asyncApi().at("/components/schemas/" + message);
  }

  static JsonNode asyncApi() {
    return read(YAML, FOLDER.resolve("asyncapi.yaml"));
  }

  static JsonNode schema(String name) {
    return read(JSON, FOLDER.resolve("schemas").resolve(name));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
