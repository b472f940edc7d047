package io.cropvqa.observability;

/**
 * The name and the tag keys of every meter, as Micrometer spells them. Prometheus reads {@code
 * crop.request.queue} as {@code crop_request_queue_seconds}: dots become underscores, timers end in
 * {@code _seconds}, counters in {@code _total}, and a gauge in its unit.
 *
 * <p>{@code gen_ai.*} are the <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/">
 * OpenTelemetry conventions for generative AI</a>.
 */
public final class MeterNames {
  /** Timer: arrival to the whole answer. */
  public static final String REQUEST_DURATION = "gen_ai.server.request.duration";

  /** Timer: arrival to the first token. */
  public static final String TIME_TO_FIRST_TOKEN = "gen_ai.server.time_to_first_token";

  /** Timer: mean time of a token after the first. */
  public static final String TIME_PER_OUTPUT_TOKEN = "gen_ai.server.time_per_output_token";

  /** Summary: tokens of a question by {@link #TOKEN_TYPE}. */
  public static final String TOKEN_USAGE = "gen_ai.client.token.usage";

  /** Gauge: questions that a worker has begun. */
  public static final String REQUESTS_RUNNING = "crop.requests.running";

  /** Gauge: questions that wait for a worker. */
  public static final String REQUESTS_WAITING = "crop.requests.waiting";

  /** Counter: questions by {@link #OUTCOME} and {@link #FINISH_REASON}. */
  public static final String REQUESTS = "crop.requests";

  /** Timer: waiting for a worker. */
  public static final String REQUEST_QUEUE = "crop.request.queue";

  /** Timer: prefill. */
  public static final String REQUEST_PREFILL = "crop.request.prefill";

  /** Timer: first token to last. */
  public static final String REQUEST_DECODE = "crop.request.decode";

  /** Timer: each {@link #STAGE}. */
  public static final String STAGE_DURATION = "crop.stage.duration";

  /** Summary: visual tokens of a question at a {@link #POINT} of its way. */
  public static final String VISUAL_TOKENS = "crop.visual.tokens";

  /** Summary: visual tokens averaged over the decoder's layers / initial ones, in (0, 1]. */
  public static final String RETENTION_RATIO = "crop.visual.token.retention.ratio";

  /** Summary: share of the image that the contextual region covers, in (0, 1]. */
  public static final String REGION_AREA_RATIO = "crop.region.area.ratio";

  /** Counter: questions whose region the localizer did not find, by {@link #REASON}. */
  public static final String REGION_FALLBACK = "crop.region.fallback";

  /** Counter: dead letters by failure {@link #CODE}. */
  public static final String DEAD_LETTERS = "crop.dead.letters";

  /** Counter: repeated tries by {@link #STAGE}. */
  public static final String RETRIES = "crop.retries";

  /** Summary: questions that shared one step of the decoder. */
  public static final String BATCH_SIZE = "crop.batch.size";

  /** Gauge: workers of a {@link #DEVICE} that are in a {@link #STATE}. */
  public static final String WORKER_STATE = "crop.worker.state";

  /** Counter: seconds in which the workers of a {@link #DEVICE} had questions, added up. */
  public static final String WORKER_BUSY = "crop.worker.busy.seconds";

  /** Gauge: bytes that the workers of a {@link #DEVICE} hold on it. */
  public static final String DEVICE_MEMORY_USED = "crop.device.memory.used";

  /** Gauge: bytes of keys and values held / allowed, over all workers, in [0, 1]. */
  public static final String KV_CACHE_USAGE = "crop.kv.cache.usage.ratio";

  /**
   * Counter: look-ups by {@link #RESULT}, {@code hit} and {@code miss} among the decoded images,
   * {@code features_hit} and {@code features_miss} among those whose visual tokens are remembered,
   * {@code regions_hit} and {@code regions_miss} among the regions.
   */
  public static final String IMAGE_CACHE = "crop.image.cache";

  /** Gauge: what the slowest worker took to have its model ready. */
  public static final String MODEL_LOAD = "crop.model.load";

  /** Timer: a record's age when it was done with. */
  public static final String RECORD_AGE = "crop.record.age";

  /**
   * Gauge: questions in a partition of a {@link #TOPIC} that the consumer group has not settled,
   * fetched or not; absent while the broker can't be asked.
   */
  public static final String COMMITTED_LAG = "crop.committed.lag";

  public static final String MODEL = "model";
  public static final String PRUNING = "pruning";
  public static final String STAGE = "stage";
  public static final String POINT = "point";
  public static final String REASON = "reason";
  public static final String OUTCOME = "outcome";
  public static final String FINISH_REASON = "finish_reason";
  public static final String CODE = "code";
  public static final String DEVICE = "device";
  public static final String STATE = "state";
  public static final String RESULT = "result";
  public static final String TOPIC = "topic";
  public static final String PARTITION = "partition";
  public static final String TOKEN_TYPE = "gen_ai.token.type";
  public static final String OPERATION = "gen_ai.operation.name";
  public static final String PROVIDER = "gen_ai.provider.name";
  public static final String REQUEST_MODEL = "gen_ai.request.model";

  private MeterNames() {}
}
