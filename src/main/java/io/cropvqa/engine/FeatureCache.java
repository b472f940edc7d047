package io.cropvqa.engine;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualTokens;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Visual tokens of the pictures last asked about, so that many questions on one picture encode it
 * once. They do not depend on question, method or budget, and nobody writes to them.
 *
 * <p>Each picture's tokens have a scope of their own on the device, closed when they are evicted.
 * Like the model, it is used by one thread at a time.
 */
public final class FeatureCache implements AutoCloseable {
  private record Features(NDManager scope, VisualTokens tokens, Duration took) {}

  private final VisionLanguageModel model;
  private final long maxBytes;
  private final RequestListener listener;
  private final Map<String, Features> known = new LinkedHashMap<>(16, 0.75f, true); // by last use
  private volatile long bytes;

  /**
   * @param model encodes; stays its owner's
   * @param maxBytes most bytes to hold on the device; 0 remembers nothing
   * @param listener told whether a picture was remembered
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  public FeatureCache(VisionLanguageModel model, long maxBytes, RequestListener listener) {
    requireNotNegative(maxBytes);
    this.model = model;
    this.maxBytes = maxBytes;
    this.listener = listener;
  }

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  public static void requireNotNegative(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException(
          "crop.image.feature-cache-bytes must not be negative, got " + maxBytes);
    }
  }

  /** A cache that remembers nothing. */
  public static FeatureCache none(VisionLanguageModel model) {
    return new FeatureCache(model, 0, RequestListener.NONE);
  }

  /**
   * The visual tokens of a picture, remembered or made.
   *
   * @param scope of the question: owns what is returned, which must not be used after {@link #trim}
   * @param clock told what it had taken to make tokens that were remembered
   */
  VisualTokens of(RgbImage image, NDManager scope, StageClock clock) {
    if (maxBytes == 0) {
      return model.encode(image, scope);
    }
    Features remembered = known.get(image.digest());
    listener.featureCache(remembered != null);
    if (remembered != null) {
      clock.spare(Stage.ENCODE, remembered.took());
      return remembered.tokens().in(scope);
    }
    return remember(image).tokens().in(scope);
  }

  private Features remember(RgbImage image) {
    long begun = System.nanoTime();
    Features made = encode(image, begun);
    known.put(image.digest(), made);
    bytes += made.tokens().bytes();
    return made;
  }

  private Features encode(RgbImage image, long begun) {
    NDManager scope = model.newScope();
    try {
      VisualTokens tokens = model.encode(image, scope);
      return new Features(scope, tokens, Duration.ofNanos(System.nanoTime() - begun));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Frees the pictures not asked about for longest, as many as exceed the bound. To be called when
   * no question uses them.
   */
  void trim() {
    Iterator<Features> eldest = known.values().iterator();
    while (bytes > maxBytes) {
      Features evicted = eldest.next();
      eldest.remove();
      bytes -= evicted.tokens().bytes();
      evicted.scope().close();
    }
  }

  /** Bytes held on the device. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    known.values().forEach(features -> features.scope().close());
    known.clear();
    bytes = 0;
  }
}
