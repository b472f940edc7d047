package io.cropvqa.observability;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Counts what happens to questions. The engine is built with this listener, so nothing here may ask
 * for the engine: {@link EngineGauges} brings the model's identity once there is one.
 */
@Singleton
public final class InferenceMetrics implements RequestListener {
  private static final Duration OLDEST = Duration.ofDays(365);
  private static final String UNKNOWN = "unknown";
  private static final String NONE = "none";
  private static final String HIT = "hit";
  private static final String MISS = "miss";
  private static final String FEATURES_HIT = "features_hit";
  private static final String FEATURES_MISS = "features_miss";
  private static final String REGIONS_HIT = "regions_hit";
  private static final String REGIONS_MISS = "regions_miss";

  private final AnswerMeters answers;
  private final MeterProvider<Counter> requests;
  private final MeterProvider<Counter> deadLetters;
  private final MeterProvider<Counter> retries;
  private final MeterProvider<Counter> imageCache;
  private final MeterProvider<DistributionSummary> batchSize;
  private final MeterProvider<Timer> recordAge;

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final LongAccumulator slowestLoadNanos = new LongAccumulator(Math::max, 0);
  private volatile Tags serviceTags = withoutPlan(UNKNOWN);

  public InferenceMetrics(MeterRegistry registry) {
    answers = new AnswerMeters(registry);
    requests = counter(registry, MeterNames.REQUESTS, "Questions by how they ended");
    deadLetters = counter(registry, MeterNames.DEAD_LETTERS, "Questions given up for good");
    retries = counter(registry, MeterNames.RETRIES, "Steps that were tried again");
    imageCache =
        counter(
            registry, MeterNames.IMAGE_CACHE, "Look-ups among decoded and among encoded images");
    Histograms histograms = new Histograms(registry);
    batchSize =
        histograms.summary(
            MeterNames.BATCH_SIZE, "Questions in one step of the decoder", Buckets.BATCH_SIZE);
    recordAge =
        histograms.timer(
            MeterNames.RECORD_AGE, "Age of a record when it was done with", Buckets.RECORD_AGE);
  }

  private static MeterProvider<Counter> counter(
      MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  private static Tags withoutPlan(String model) {
    return Tags.of(MeterNames.MODEL, model, MeterNames.PRUNING, UNKNOWN);
  }

  /**
   * Names the model on what is counted from now on. Counters whose series are few and known begin
   * at zero here, since Prometheus does not see the first increment of a series it has never met.
   */
  void identify(ModelIdentity model) {
    serviceTags = withoutPlan(model.name());
    for (FailureCode code : FailureCode.values()) {
      if (code.kind() == FailureCode.Kind.POISON) {
        deadLetters(code);
      }
    }
    retries(Stage.FETCH);
    for (String result :
        List.of(HIT, MISS, FEATURES_HIT, FEATURES_MISS, REGIONS_HIT, REGIONS_MISS)) {
      imageCacheLookups(result);
    }
    requests("rejected");
    requests("failed");
  }

  /** Tags of a meter that belongs to no one answer. */
  Tags serviceTags() {
    return serviceTags;
  }

  int waiting() {
    return waiting.get();
  }

  int running() {
    return running.get();
  }

  long slowestLoadNanos() {
    return slowestLoadNanos.get();
  }

  @Override
  public void queued() {
    waiting.incrementAndGet();
  }

  @Override
  public void started() {
    waiting.decrementAndGet();
    running.incrementAndGet();
  }

  @Override
  public void finished() {
    running.decrementAndGet();
  }

  @Override
  public void answered(Answer answer) {
    answers.record(answer);
    Tags outcome =
        Tags.of(
            MeterNames.OUTCOME,
            "answered",
            MeterNames.FINISH_REASON,
            answer.finishReason().wireName());
    requests.withTags(AnswerMeters.tagsOf(answer).and(outcome)).increment();
  }

  @Override
  public void localized(Localized localized) {
    answers.record(localized, serviceTags());
    requests("localized").increment();
  }

  @Override
  public void failed(QuestionFailure failure) {
    boolean poison = failure.code().kind() == FailureCode.Kind.POISON;
    requests(poison ? "rejected" : "failed").increment();
  }

  @Override
  public void deadLettered(QuestionFailure failure) {
    deadLetters(failure.code()).increment();
  }

  @Override
  public void retried(Stage stage) {
    retries(stage).increment();
  }

  @Override
  public void imageCache(boolean hit) {
    imageCacheLookups(hit ? HIT : MISS).increment();
  }

  @Override
  public void featureCache(boolean hit) {
    imageCacheLookups(hit ? FEATURES_HIT : FEATURES_MISS).increment();
  }

  @Override
  public void regionCache(boolean hit) {
    imageCacheLookups(hit ? REGIONS_HIT : REGIONS_MISS).increment();
  }

  @Override
  public void batch(int questions) {
    batchSize.withTags(serviceTags).record(questions);
  }

  @Override
  public void modelLoaded(Duration took) {
    slowestLoadNanos.accumulate(took.toNanos());
  }

  /**
   * A producer's clock may say anything: a record that it dates ahead of ours counts as new, one of
   * a century ago as a year old.
   */
  @Override
  public void settled(Duration age) {
    Duration atMost = age.compareTo(OLDEST) < 0 ? age : OLDEST;
    recordAge.withTags(serviceTags).record(atMost.isNegative() ? Duration.ZERO : atMost);
  }

  private Counter requests(String outcome) {
    return requests.withTags(
        serviceTags.and(MeterNames.OUTCOME, outcome, MeterNames.FINISH_REASON, NONE));
  }

  private Counter deadLetters(FailureCode code) {
    return deadLetters.withTags(serviceTags.and(MeterNames.CODE, code.wireName()));
  }

  private Counter retries(Stage stage) {
    return retries.withTags(serviceTags.and(MeterNames.STAGE, stage.wireName()));
  }

  private Counter imageCacheLookups(String result) {
    return imageCache.withTags(serviceTags.and(MeterNames.RESULT, result));
  }
}
