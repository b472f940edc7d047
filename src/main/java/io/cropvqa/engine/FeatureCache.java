package io.cropvqa.engine;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.pruning.VisualTokens;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Visual tokens of the pictures last asked about, so that many questions on one picture encode it
 * once. They do not depend on question, method or budget, and nobody writes to them. What the
 * encoder attended to takes many times their bytes in some families and is seldom asked after, so
 * it is not remembered: who wants to see it has the picture encoded again.
 *
 * <p>Each picture's tokens have a scope of their own on the device, closed when they are evicted.
 * Safe for use by many threads; a picture is encoded once, however many ask for it at once.
 */
public final class FeatureCache implements AutoCloseable {
  /**
   * @param hasView whether the model lets its encoder be seen
   */
  private record Features(NDManager scope, VisualTokens tokens, boolean hasView, Duration took) {

    VisualTokens in(NDManager other, EncoderView view) {
      return tokens.in(other).from(Optional.of(view).filter(any -> hasView));
    }
  }

  private final VisionLanguageModel model;
  private final long maxBytes;
  private final RequestListener listener;
  private final Map<String, Features> known = new LinkedHashMap<>(16, 0.75f, true); // by last use
  private final Set<String> inTheMaking = new HashSet<>();
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
   * The visual tokens of a picture, remembered or made. Who asks while another thread makes them
   * waits for those.
   *
   * @param scope of the question: owns what is returned
   * @param clock told what it had taken to make tokens that were remembered
   */
  VisualTokens of(RgbImage image, NDManager scope, StageClock clock) {
    if (maxBytes == 0) {
      return model.encode(image, scope);
    }
    Optional<VisualTokens> remembered = remembered(image, scope, clock);
    listener.featureCache(remembered.isPresent());
    return remembered.orElseGet(() -> made(image, scope));
  }

  /** Where there is nothing to remember, whoever asked has to make it. */
  private synchronized Optional<VisualTokens> remembered(
      RgbImage image, NDManager scope, StageClock clock) {
    String digest = image.digest();
    while (!known.containsKey(digest) && inTheMaking.contains(digest)) {
      awaitOthers();
    }
    Features features = known.get(digest);
    if (features == null) {
      inTheMaking.add(digest);
      return Optional.empty();
    }
    clock.spare(Stage.ENCODE, features.took());
    return Optional.of(features.in(scope, new EncodedAgain(model, image, scope)));
  }

  private void awaitOthers() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a picture's tokens", e);
    }
  }

  private VisualTokens made(RgbImage image, NDManager scope) {
    try {
      long begun = System.nanoTime();
      VisualTokens made = model.encode(image, scope);
      remember(image.digest(), made, Duration.ofNanos(System.nanoTime() - begun));
      return made;
    } finally {
      giveWay(image.digest());
    }
  }

  private synchronized void giveWay(String digest) {
    inTheMaking.remove(digest);
    notifyAll();
  }

  private synchronized void remember(String digest, VisualTokens made, Duration took) {
    NDManager scope = model.newScope();
    known.put(digest, new Features(scope, made.in(scope), made.encoder().isPresent(), took));
    bytes += made.bytes();
    trim();
  }

  /**
   * Forgets the pictures not asked about for longest, as many as exceed the bound. Questions that
   * use their tokens keep them alive.
   */
  private void trim() {
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
  public synchronized void close() {
    known.values().forEach(features -> features.scope().close());
    known.clear();
    bytes = 0;
  }
}
