package io.cropvqa.model.processing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.golden.GoldenTensors;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SplittingProcessorTest {

  @TestFactory
  Stream<DynamicTest> givesTheFloatsOfTransformers() {
    return GoldenCheckpoint.all("smolvlm").stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> assertSame(golden)));
  }

  private static void assertSame(GoldenCheckpoint golden) {
    SplittingProcessor processor = SplittingProcessor.load(golden.directory());
    int each = 3 * processor.sizes().tile() * processor.sizes().tile();
    for (GoldenCheckpoint.Case question : golden.cases()) {
      SplitImage image = processor.process(Golden.picture(question.picture()));
      GoldenTensors.Tensor expected = golden.pixelValues(question); // [1, pictures, 3, H, W]
      assertThat(image.pictures()).hasSize(expected.shape().get(1));
      float[] floats = expected.floats();
      for (int i = 0; i < image.pictures().size(); i++) {
        assertThat(image.pictures().get(i))
            .isEqualTo(Arrays.copyOfRange(floats, i * each, (i + 1) * each));
      }
    }
  }
}
