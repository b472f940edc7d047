package io.cropvqa.engine;

import static io.cropvqa.engine.ScriptedAnswering.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that find regions hand them on as soon as they have them, and answer nothing. */
@Timeout(20)
class LocatingPoolTest {
  private static final LocatedRegion REGION = LocatedRegion.fallback(0.25);

  private final CountingListener listener = new CountingListener();
  private final LocatingPool pool =
      new LocatingPool(
          ScriptedAnswering.MODEL,
          List.of("cpu"),
          device -> new Locating(),
          new EngineLimits(100, 4, 100, 2),
          listener);

  @AfterEach
  void everyQuestionIsAccountedFor() {
    pool.close();
    assertThat(listener.waiting()).isZero();
    assertThat(listener.running()).isZero();
  }

  /** Knows one region. */
  private static final class Locating implements Answering<Localized> {
    @Override
    public Draft<Localized> prepare(InferenceRequest request) {
      if (request.question().question().equals("refuse")) {
        throw new QuestionFailure(FailureCode.IMAGE_TOO_LARGE, null, "too large");
      }
      return new Found(new Localized(REGION, request.clock().stop()));
    }

    @Override
    public void step(List<Draft<Localized>> drafts) {
      throw new AssertionError("what is complete needs no step");
    }

    @Override
    public void probe() {}

    @Override
    public long memoryUsedBytes() {
      return 0;
    }

    @Override
    public long kvCacheBytes() {
      return 0;
    }

    @Override
    public long kvCacheCapacityBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private record Found(Localized found) implements Draft<Localized> {
    @Override
    public int rows() {
      return 0;
    }

    @Override
    public long kvCacheBytes() {
      return 0;
    }

    @Override
    public Optional<Localized> answer() {
      return Optional.of(found);
    }

    @Override
    public void close() {}
  }

  @Test
  void regionsComeWithoutAStep() throws Exception {
    List<CompletionStage<Localized>> asked =
        IntStream.range(0, 50).mapToObj(i -> pool.locate(request("q" + i))).toList();

    for (CompletionStage<Localized> region : asked) {
      assertThat(region.toCompletableFuture().get(10, TimeUnit.SECONDS).region()).isEqualTo(REGION);
    }
  }

  @Test
  void aQuestionThatCanNotBeLocatedSaysWhy() {
    assertThat(codeOf(pool.locate(request("refuse")))).isEqualTo(FailureCode.IMAGE_TOO_LARGE);
  }

  @Test
  void oneKindOfEngineDoesNotDoTheOthersWork() {
    assertThat(codeOf(pool.submit(request("what?")))).isEqualTo(FailureCode.UNAVAILABLE);
    assertThat(codeOf(FakeEngine.answering().locate(request("what?"))))
        .isEqualTo(FailureCode.UNAVAILABLE);
  }

  private static FailureCode codeOf(CompletionStage<?> stage) {
    Throwable failure = catchThrowable(() -> stage.toCompletableFuture().get(10, TimeUnit.SECONDS));
    assertThat(failure.getCause()).isInstanceOf(QuestionFailure.class);
    return ((QuestionFailure) failure.getCause()).code();
  }
}
