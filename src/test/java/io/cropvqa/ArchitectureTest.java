package io.cropvqa;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds every package to the imports it may have. When a rule fails, move the code before the rule.
 */
@AnalyzeClasses(packages = "io.cropvqa", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.cropvqa.";

  /** Package, and the packages of ours that it may use. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("domain", List.of()),
          Map.entry("tensor", List.of()),
          Map.entry("pruning", List.of("tensor", "domain")),
          Map.entry("model", List.of("pruning", "tensor", "domain")),
          Map.entry("localization", List.of("model", "pruning", "tensor", "domain")),
          Map.entry("image", List.of("domain")),
          Map.entry("engine", List.of("localization", "model", "pruning", "tensor", "domain")),
          Map.entry("pipeline", List.of("image", "engine", "domain")),
          Map.entry("event", List.of("domain")),
          Map.entry("messaging", List.of("pipeline", "event", "domain", "config")),
          Map.entry("api", List.of("pipeline", "engine", "event", "domain", "config")),
          Map.entry("observability", List.of("engine", "domain")),
          Map.entry(
              "cli",
              List.of(
                  "messaging",
                  "api",
                  "pipeline",
                  "image",
                  "engine",
                  "event",
                  "evaluation",
                  "training",
                  "domain",
                  "config")),
          Map.entry(
              "evaluation",
              List.of("engine", "model", "pruning", "localization", "image", "domain")),
          Map.entry("training", List.of("model", "pruning", "tensor", "domain")),
          Map.entry(
              "config",
              List.of(
                  "training",
                  "image",
                  "pipeline",
                  "event",
                  "engine",
                  "localization",
                  "model",
                  "pruning",
                  "tensor",
                  "domain")));

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.cropvqa");

  @TestFactory
  Stream<DynamicTest> everyPackageUsesOnlyWhatItMay() {
    return MAY_USE.entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey() + " uses only " + rule.getValue(),
                    () -> usesOnly(rule.getKey(), rule.getValue()).check(PRODUCT)));
  }

  private static ArchRule usesOnly(String name, List<String> others) {
    String[] allowed =
        Stream.concat(Stream.of(name), others.stream())
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should(
            onlyDependOnClassesThat(
                    resideInAnyPackage(allowed)
                        .or(
                            DescribedPredicate.not(
                                JavaClass.Predicates.resideInAPackage("io.cropvqa.."))))
                .as("use only " + others));
  }

  @Test
  void everyPackageHasARule() {
    Set<String> packages =
        PRODUCT.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.")[0])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(packages).isSubsetOf(MAY_USE.keySet());
  }

  @Test
  void everyPackageExplainsItself() throws Exception {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<Path> silent =
          files
              .filter(Files::isDirectory)
              .filter(ArchitectureTest::holdsClasses)
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList();
      assertThat(silent).isEmpty();
    }
  }

  private static boolean holdsClasses(Path folder) {
    String[] sources = folder.toFile().list((dir, file) -> file.endsWith(".java"));
    return sources != null && sources.length > 0;
  }

  @ArchTest
  static final ArchRule domainIsPlainJava =
      classes()
          .that()
          .resideInAPackage("io.cropvqa.domain..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "io.cropvqa.domain..");

  @ArchTest
  static final ArchRule frameworksStayAtTheEdges =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.cropvqa.messaging..",
              "io.cropvqa.api..",
              "io.cropvqa.cli..",
              "io.cropvqa.observability..",
              "io.cropvqa.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..",
              "io.quarkus..",
              "org.eclipse.microprofile..",
              "io.smallrye.reactive..",
              "io.smallrye.config..",
              "io.micrometer..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule kafkaStaysInMessaging =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.cropvqa.messaging..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "kafka..", "io.smallrye.reactive..");

  @ArchTest
  static final ArchRule djlStaysInTheCore =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.cropvqa.tensor..",
              "io.cropvqa.pruning..",
              "io.cropvqa.model..",
              "io.cropvqa.localization..",
              "io.cropvqa.engine..",
              "io.cropvqa.training..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule djlInternalsStayInTensor =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.cropvqa.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule noCycles = slices().matching("io.cropvqa.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCatchAllClasses =
      noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)");
}
