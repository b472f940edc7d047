package io.cropvqa.config;

import io.cropvqa.pruning.PositionIds;
import io.cropvqa.pruning.PruningSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Every setting of the service; {@code crop.workers} is {@code CROP_WORKERS} in the environment.
 * Long, and in one file on purpose: it is the list that an operator reads, and holds nothing else.
 */
@ConfigMapping(prefix = "crop")
public interface CropConfig {

  /** Directory of the model in Hugging Face layout; without one the bundled model answers. */
  Optional<Path> model();

  /** Where bundled files are unpacked to and the engine keeps its native libraries. */
  @WithDefault("${user.home}/.cache/crop-vqa")
  Path cacheDirectory();

  /**
   * Device of the workers: {@code cpu}, {@code gpu} (one worker a GPU) or one GPU such as {@code
   * gpu:1}.
   */
  @WithDefault("cpu")
  String device();

  /**
   * Threads that one operation on the CPU may use; 0 shares half of the processors among the
   * workers.
   */
  @WithDefault("0")
  int intraOpThreads();

  /**
   * How the weights of linear layers are held: {@code float32}, {@code float16}, {@code bfloat16},
   * or {@code int8} (the decoder's, on the CPU); without it float32 on the CPU, and on a GPU what
   * the checkpoint was saved in.
   */
  Optional<String> dtype();

  /** Workers that answer questions; each owns a device and its weights. */
  @WithDefault("1")
  int workers();

  /**
   * Stages that this service does: {@code all}, or one of two that share the work over the topic
   * {@code crop.topics.localized}: {@code localize} finds regions, {@code infer} answers.
   */
  @WithDefault("all")
  String stages();

  /**
   * Questions that may wait for a worker; others are refused and tried again later. Under {@code
   * maxInFlight} those from the broker may be refused too.
   */
  @WithDefault("32")
  int queueCapacity();

  /**
   * Questions from the broker that are worked on at once; also the most one poll brings in. Under
   * twice what the workers answer at once, workers idle; far above it, questions wait here instead
   * of in the topic, where another instance could take them. About twice as many wait for a place,
   * and at most as many outcomes for the broker. Each may hold an encoded image, so it bounds
   * memory too.
   */
  @WithDefault("32")
  int maxInFlight();

  /**
   * How answers get to the broker: {@code at-least-once}, or {@code exactly-once} for readers of
   * committed records.
   */
  @WithDefault("at-least-once")
  String delivery();

  /**
   * Whether questions of one key are answered one after the other, in the order in which they came:
   * {@code key}, or {@code none}.
   */
  @WithDefault("none")
  String order();

  /**
   * Names this instance in exactly-once delivery: unlike any other's, and the same after a restart.
   * The consumer group and the host name without.
   */
  Optional<String> transactionalId();

  /**
   * Time after which the broker gives up a transaction, such as one of an instance that died; as
   * long, readers of committed records may wait for what comes after it.
   */
  @WithDefault("10s")
  Duration transactionTimeout();

  /** Time that questions in flight have to be settled when the service stops. */
  @WithDefault("20s")
  Duration drainTimeout();

  /**
   * Time from SIGTERM to SIGKILL where the service runs: Kubernetes' terminationGracePeriodSeconds,
   * whose own default it shares. Nothing waits for it; what has to fit into it is checked at the
   * start.
   */
  @WithDefault("30s")
  Duration gracePeriod();

  /** Most bytes of keys and values that one worker's running questions may hold together. */
  @WithDefault("1073741824")
  long kvCacheMaxBytes();

  /**
   * Threads of a worker that encode, localize and compress the questions to come while others are
   * in the decoder; 0 is one for a GPU, and shares the processors among the workers on the CPU,
   * where the last of several leaves its core to the decoder while that runs.
   */
  @WithDefault("0")
  int prepareThreads();

  Batch batch();

  /** Longest question in characters. */
  @WithDefault("4096")
  int maxQuestionCharacters();

  /** Most images that one question may be about. */
  @WithDefault("4")
  int maxImages();

  Topics topics();

  Pruning pruning();

  Localizer localizer();

  Generation generation();

  Image image();

  Api api();

  EmbeddedBroker embeddedBroker();

  /** Where events are read and written. */
  interface Topics {
    /** Question events. */
    @WithDefault("vqa-questions")
    String questions();

    /** Questions on their way from {@code localize} to {@code infer}, see {@link #stages()}. */
    @WithDefault("vqa-localized")
    String localized();

    /** Answer events; needs as many partitions as the questions. */
    @WithDefault("vqa-answers")
    String answers();

    /** Questions that can't be answered, as they came, with headers that say why. */
    @WithDefault("vqa-questions-dlq")
    String deadLetters();
  }

  /** What goes through a worker's decoder together. */
  interface Batch {
    /** Most questions. */
    @WithDefault("16")
    int size();

    /**
     * Most tokens of prompts that enter with one step, so that answers on their way don't wait long
     * for those that join them; a longer prompt enters alone.
     */
    @WithDefault("4096")
    int tokens();
  }

  /** How visual tokens are pruned unless a question says otherwise. */
  interface Pruning {
    /** Name of the pruning method. */
    @WithDefault("crop")
    String method();

    /** Budget in visual tokens, averaged over the decoder's layers; wins over the ratio. */
    OptionalInt visualTokens();

    /** Budget as a share of the image's visual tokens. */
    @WithDefault("0.25")
    double retentionRatio();

    /** Seed of the methods that draw at random. */
    @WithDefault("0")
    long seed();

    /** Decoder layers that run on all visual tokens before {@code ilp} cuts (K). */
    @WithDefault("2")
    int ilpLayer();

    /** Least share of the budget that must survive layer K; below it, K shrinks. */
    @WithDefault("0.25")
    double ilpMinSurvivors();

    /** Share of the budget for a region that doesn't fit into it, in Pre-LLM Compression. */
    @WithDefault("0.85")
    double plcRegionShare();

    /**
     * Share of the region's tokens that {@code plc} keeps uncompressed, in [0, 1); the one that it
     * was trained with by default.
     */
    OptionalDouble plcAnchors();

    /**
     * First stage of {@code crop}: {@code plc-diverse}, {@code plc-pool}, {@code plc}, or {@code
     * auto}, which is {@code plc} where the model has weights for it, else {@code plc-diverse}.
     */
    @WithDefault("plc-diverse")
    PruningSettings.Compressor cropCompressor();

    /** Visual tokens that {@code crop} lets into the language model, in budgets. */
    @WithDefault("1.25")
    double cropCompression();

    /** Decoder layers that run on these before {@code crop} cuts (K). */
    @WithDefault("4")
    int cropLayer();

    /** Whether keys and values of the first K layers are cut to the kept tokens too. */
    @WithDefault("true")
    boolean ilpCompactEarlyKv();

    /**
     * Position ids of kept tokens: {@code keep} theirs, {@code compact} (numbered without gaps), or
     * {@code keep-calibrated} (kept, and attended to for those that are gone or merged into them).
     */
    @WithDefault("keep-calibrated")
    PositionIds positions();

    /** Decoder layers that run on all visual tokens before {@code fastv} cuts (K). */
    @WithDefault("2")
    int fastvLayer();

    /** Share of the tokens that each stage of {@code pyramiddrop} keeps, before scaling. */
    @WithDefault("0.5")
    double pyramiddropRatio();

    /** Share of the dropped tokens that {@code sparsevlm} merges into a few instead. */
    @WithDefault("0.3")
    double sparsevlmRecycledShare();

    /** Share of the budget that {@code visionzip} spends on merged tokens. */
    @WithDefault("0.15625")
    double visionzipContextualShare();
  }

  /** How the contextual region is found. */
  interface Localizer {
    /**
     * {@code auto}, {@code attention} (the one trained for the model), {@code similarity}, {@code
     * relative-attention} (needs no training), {@code generative} or {@code none}.
     */
    @WithDefault("auto")
    String kind();

    /** Directory of a generative localizer; its {@code localizer.json} says how it is asked. */
    Optional<Path> model();

    /** Confidence in [0, 1] under which the whole image is used instead. */
    @WithDefault("0.05")
    double minConfidence();

    /**
     * Probability, above 0.5, with which each edge of the attention localizer's regions takes in
     * the true edge; its own without.
     */
    OptionalDouble attentionCoverage();

    /** A patch belongs to the region down to this share of the best patch's similarity. */
    @WithDefault("0.55")
    double similarityReach();

    /** Cosine below which nothing in the picture is what the question names. */
    @WithDefault("0.2")
    double similarityLeast();

    /** Cosines are divided by it before the softmax that the confidence comes from. */
    @WithDefault("0.025")
    double similarityTemperature();

    /** Decoder layer whose attention counts, from 0; without one, 14/32 of the way through. */
    OptionalInt relativeAttentionLayer();

    /** What is asked of every picture, to see what is attended to whatever is asked. */
    @WithDefault("Write a general description of the image.")
    String relativeAttentionPrompt();

    /** A patch belongs to the region down to this share of the best patch's relative attention. */
    @WithDefault("0.25")
    double relativeAttentionReach();

    /** Most bytes of regions that are remembered by image, question and localizer. */
    @WithDefault("4194304")
    long cacheBytes();
  }

  /** How answers are generated. */
  interface Generation {
    /** Most new tokens unless a question says otherwise. */
    @WithDefault("64")
    int maxNewTokens();

    /** 0 takes the likeliest token each time; above it, tokens are sampled. */
    @WithDefault("0")
    double temperature();

    /** Sampling draws from the likeliest tokens that together reach this probability. */
    @WithDefault("1")
    double topP();

    /** Seed of the sampler. */
    @WithDefault("0")
    long seed();
  }

  /** What images are let in. */
  interface Image {
    /** Directory that {@code file:} URIs must lie in; without one they are refused. */
    Optional<Path> fileRoot();

    /** Hosts that {@code https:} URIs may name; none by default. */
    Optional<List<String>> allowedHosts();

    /** Largest encoded image in bytes. */
    @WithDefault("8388608")
    int maxBytes();

    /** Largest picture in pixels, read from its header before anything is decoded. */
    @WithDefault("40000000")
    long maxPixels();

    /** Time to fetch one image. */
    @WithDefault("10s")
    Duration fetchTimeout();

    /** Objects in S3 that {@code s3:} URIs may name. */
    S3 s3();

    /** Time to decode one image. */
    @WithDefault("10s")
    Duration decodeTimeout();

    /** Times a failed fetch is tried again. */
    @WithDefault("3")
    int fetchRetries();

    /**
     * Bytes that pictures of questions on their way take together, while they are decoded and
     * after. A question that finds no room waits; one alone gets in whatever it needs.
     */
    @WithDefault("268435456")
    long inFlightBytes();

    /**
     * Bytes of decoded pictures remembered, so that many questions on one picture decode it once.
     */
    @WithDefault("268435456")
    long cacheBytes();

    /**
     * Bytes of visual tokens that each worker remembers on its device, so that many questions on
     * one picture encode it once.
     */
    @WithDefault("67108864")
    long featureCacheBytes();

    /** Threads that fetch and decode images. */
    @WithDefault("2")
    int threads();
  }

  /** Where images in S3 are; credentials come from the AWS SDK's default chain. */
  interface S3 {
    /** Buckets that {@code s3:} URIs may name; none by default. */
    Optional<List<String>> allowedBuckets();

    /** Where a store that speaks S3 is; Amazon's own without one. */
    Optional<URI> endpoint();

    /** Region of the buckets; as the AWS SDK finds it (such as {@code AWS_REGION}) without one. */
    Optional<String> region();

    /** Whether the bucket is named in the URL's path, as stores beside Amazon's often want it. */
    @WithDefault("false")
    boolean pathStyle();
  }

  /** Questions over HTTP. */
  interface Api {
    /** Whether they are answered at all. */
    @WithDefault("true")
    boolean enabled();

    /**
     * What a request must bring as {@code Authorization: Bearer}, of at least 16 characters;
     * without one anybody may ask who reaches the port.
     */
    Optional<String> token();
  }

  /** The broker that runs inside {@code serve} and {@code demo} when no Kafka is configured. */
  interface EmbeddedBroker {
    /** Where it keeps its log; without one a temporary directory that goes with it. */
    Optional<Path> directory();

    /** Where it listens on the loopback address; 0 takes a free port. */
    @WithDefault("0")
    int port();

    /** Partitions of each topic it creates. */
    @WithDefault("4")
    int partitions();
  }
}
