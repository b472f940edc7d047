package io.cropvqa.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.cropvqa.config.CropConfig;
import io.cropvqa.config.Preflight;
import io.cropvqa.config.ShippedSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests are Kubernetes' own, safe by default, and agree with each other. */
class ManifestsTest {
  private static final Path MODEL_VOLUME = Manifests.FOLDER.resolve("components/model-volume");

  private static final Path SPLIT = Manifests.FOLDER.resolve("components/split");

  private final Deployment deployment =
      Manifests.read(Manifests.BASE.resolve("deployment.yaml"), Deployment.class);
  private final ConfigMap configMap =
      Manifests.read(Manifests.BASE.resolve("configmap.yaml"), ConfigMap.class);
  private final Service service =
      Manifests.read(Manifests.BASE.resolve("service.yaml"), Service.class);
  private final ServiceAccount serviceAccount =
      Manifests.read(Manifests.BASE.resolve("serviceaccount.yaml"), ServiceAccount.class);
  private final PodSpec pod = deployment.getSpec().getTemplate().getSpec();
  private final Container container = pod.getContainers().get(0);

  @Test
  void aMisspeltFieldWouldBeNoticed() throws IOException {
    String manifest = Files.readString(Manifests.BASE.resolve("deployment.yaml"));

    assertThatThrownBy(
            () ->
                Manifests.parse(
                    manifest.replace("readinessProbe:", "readynessProbe:"), Deployment.class))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("readynessProbe");
  }

  @Test
  void kustomizationListsEveryManifest() throws IOException {
    JsonNode listed =
        Manifests.tree(Manifests.BASE.resolve("kustomization.yaml")).path("resources");

    assertThat(texts(listed)).isEqualTo(manifestsIn(Manifests.BASE));
  }

  @Test
  void theModelVolumeComponentListsItsPatch() throws IOException {
    JsonNode component = Manifests.tree(MODEL_VOLUME.resolve("kustomization.yaml"));

    assertThat(component.path("kind").asText()).isEqualTo("Component");
    assertThat(texts(component.findValues("path"))).isEqualTo(manifestsIn(MODEL_VOLUME));
  }

  @Test
  void everythingIsFoundUnderOneName() {
    assertThat(Stream.of(deployment, configMap, service, serviceAccount))
        .allSatisfy(
            resource -> {
              assertThat(resource.getMetadata().getName()).isEqualTo("crop-vqa");
              assertThat(resource.getMetadata().getLabels())
                  .containsEntry("app.kubernetes.io/name", "crop-vqa");
            });
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
    assertThat(pod.getServiceAccountName()).isEqualTo(serviceAccount.getMetadata().getName());
    assertThat(container.getEnvFrom().get(0).getConfigMapRef().getName())
        .isEqualTo(configMap.getMetadata().getName());
  }

  static Stream<Arguments> probes() {
    return Stream.of(
        Arguments.of("started", (ProbeOf) Container::getStartupProbe),
        Arguments.of("ready", (ProbeOf) Container::getReadinessProbe),
        Arguments.of("live", (ProbeOf) Container::getLivenessProbe));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("probes")
  void probesAskTheManagementPort(String check, ProbeOf probeOf) {
    Probe probe = probeOf.apply(container);

    assertThat(probe.getHttpGet().getPath()).isEqualTo("/q/health/" + check);
    assertThat(portNumber(probe.getHttpGet().getPort().getStrVal())).isEqualTo(9000);
  }

  @Test
  void prometheusIsSentToTheManagementPort() {
    assertThat(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("prometheus.io/scrape", "true")
        .containsEntry("prometheus.io/port", "9000")
        .containsEntry("prometheus.io/path", "/q/metrics");
  }

  @Test
  void theServiceLeadsToTheHttpPortAndNotToManagement() {
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(
            port -> assertThat(portNumber(port.getTargetPort().getStrVal())).isEqualTo(8080));
  }

  @Test
  void thePodMeetsTheRestrictedSecurityStandard() {
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(185);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void whatIsWrittenToIsAVolumeOfItsOwn() {
    Map<String, String> mounts =
        container.getVolumeMounts().stream()
            .collect(Collectors.toMap(VolumeMount::getMountPath, VolumeMount::getName));

    assertThat(mounts).containsOnlyKeys("/tmp", ImageFile.CACHE);
    assertThat(pod.getVolumes())
        .filteredOn(volume -> mounts.containsValue(volume.getName()))
        .hasSize(2)
        .allSatisfy(volume -> assertThat(volume.getEmptyDir()).isNotNull());
  }

  @Test
  void memoryIsBoundedAndGuaranteed() {
    var resources = container.getResources();

    assertThat(resources.getLimits().get("memory"))
        .isNotNull()
        .isEqualTo(resources.getRequests().get("memory"));
    assertThat(resources.getRequests()).containsKeys("cpu", "ephemeral-storage");
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(60);
  }

  @Test
  void theServiceKnowsItsGracePeriodAndItsSettingsFitIntoIt() {
    Map<String, String> environment = new HashMap<>(configMap.getData());
    container.getEnv().forEach(v -> environment.put(v.getName(), v.getValue()));
    SmallRyeConfig config = ShippedSettings.with(new EnvConfigSource(environment, 500));

    assertThat(config.getConfigMapping(CropConfig.class).gracePeriod())
        .isEqualTo(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()));
    assertThatCode(() -> Preflight.check(config)).doesNotThrowAnyException();
  }

  @Test
  void theImageHasATag() {
    assertThat(container.getImage()).matches("crop-vqa:\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void everySettingOfTheConfigMapExists() {
    assertThat(configMap.getData().keySet())
        .contains("KAFKA_BOOTSTRAP_SERVERS", "CROP_PRUNING_METHOD", "CROP_WORKERS")
        .allSatisfy(name -> assertThat(EnvironmentNames.known()).contains(name));
  }

  @Test
  void passwordsComeFromASecretThatMayBeAbsent() {
    assertThat(container.getEnvFrom().get(1).getSecretRef().getName()).isEqualTo("crop-vqa");
    assertThat(container.getEnvFrom().get(1).getSecretRef().getOptional()).isTrue();
    assertThat(configMap.getData().keySet())
        .noneMatch(name -> name.matches(".*(TOKEN|KEY|PASSWORD|JAAS_CONFIG)"));
  }

  @Test
  void theModelVolumeIsReadOnlyAndIsWhatTheServiceLoads() {
    PodSpec patch =
        Manifests.read(MODEL_VOLUME.resolve("deployment.yaml"), Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec();
    Container patched = patch.getContainers().get(0);
    VolumeMount mount = patched.getVolumeMounts().get(0);

    assertThat(patched.getName()).isEqualTo(container.getName());
    assertThat(mount.getReadOnly()).isTrue();
    assertThat(patched.getEnv())
        .singleElement()
        .satisfies(
            variable -> {
              assertThat(variable.getName()).isEqualTo("CROP_MODEL").isIn(EnvironmentNames.known());
              assertThat(variable.getValue()).isEqualTo(mount.getMountPath());
            });
    assertThat(patch.getVolumes())
        .singleElement()
        .satisfies(volume -> assertThat(volume.getName()).isEqualTo(mount.getName()));
  }

  @Test
  void theSplitComponentListsWhatItBrings() throws IOException {
    JsonNode component = Manifests.tree(SPLIT.resolve("kustomization.yaml"));

    assertThat(component.path("kind").asText()).isEqualTo("Component");
    assertThat(texts(component.path("resources"))).containsExactly("localize.yaml");
    assertThat(texts(component.findValues("path"))).containsExactly("infer.yaml");
    assertThat(manifestsIn(SPLIT)).containsExactly("infer.yaml", "localize.yaml");
  }

  @Test
  void theBasesPodsAnswerAndThoseOfTheSplitComponentFindRegions() {
    Container infer =
        Manifests.read(SPLIT.resolve("infer.yaml"), Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);
    Container localize = localizing().getSpec().getTemplate().getSpec().getContainers().get(0);

    assertThat(infer.getName()).isEqualTo(container.getName());
    assertThat(EnvironmentNames.known()).contains("CROP_STAGES");
    assertThat(infer.getEnv()).containsExactly(new EnvVar("CROP_STAGES", "infer", null));
    assertThat(localize.getEnv()).containsExactly(new EnvVar("CROP_STAGES", "localize", null));
  }

  /** One deployment is the other's, but for its name, its stage and its memory. */
  @Test
  void podsThatFindRegionsAreLikeThoseThatAnswer() {
    Deployment localizing = localizing();
    assertThat(localizing.getMetadata().getName()).isEqualTo("crop-vqa-localize");
    assertThat(localizing.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(localizing.getSpec().getSelector().getMatchLabels())
        .doesNotContainEntry("app.kubernetes.io/name", "crop-vqa");
    PodSpec its = localizing.getSpec().getTemplate().getSpec();
    Container first = its.getContainers().get(0);
    assertThat(first.getResources().getLimits().get("memory"))
        .isEqualTo(first.getResources().getRequests().get("memory"));
    first.setEnv(container.getEnv());
    first.setResources(container.getResources());
    assertThat(its).isEqualTo(pod);
  }

  private static Deployment localizing() {
    return Manifests.read(SPLIT.resolve("localize.yaml"), Deployment.class);
  }

  private int portNumber(String name) {
    return container.getPorts().stream()
        .filter(port -> port.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getContainerPort();
  }

  private static Set<String> manifestsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("kustomization.yaml"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> texts(Iterable<JsonNode> nodes) {
    return StreamSupport.stream(nodes.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Picks a probe of a container. */
  interface ProbeOf {
    Probe apply(Container container);
  }
}
