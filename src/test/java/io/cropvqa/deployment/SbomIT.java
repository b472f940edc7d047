package io.cropvqa.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bill of materials is the build's, and lists what is shipped. */
class SbomIT {

  @Test
  void everyLibraryThatIsShippedIsListed() throws IOException {
    JsonNode bom = new ObjectMapper().readTree(Path.of("target/crop-vqa.cdx.json").toFile());
    assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bom.at("/metadata/component/name").asText()).isEqualTo("crop-vqa");

    Set<String> listed =
        StreamSupport.stream(bom.path("components").spliterator(), false)
            .map(SbomIT::jar)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed).hasSizeGreaterThan(100).containsAll(shipped());
  }

  private static String jar(JsonNode component) {
    return "%s.%s-%s"
        .formatted(
            component.path("group").asText(),
            component.path("name").asText(),
            component.path("version").asText());
  }

  private static Set<String> shipped() throws IOException {
    Set<String> jars = new TreeSet<>();
    for (String folder : new String[] {"main", "boot"}) {
      try (Stream<Path> files = Files.list(Path.of("target/quarkus-app/lib", folder))) {
        files
            .map(file -> file.getFileName().toString().replaceFirst("(-linux-x86_64)?\\.jar$", ""))
            .forEach(jars::add);
      }
    }
    return jars;
  }
}
