package io.cropvqa.messaging;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What the stage that finds regions tells the one that answers, in headers of the topic between
 * them. They are taken off where that topic is read, so that neither answers nor dead letters have
 * them, and they may say anything: whoever writes into the topic writes them.
 */
final class Handover {
  /** The region as four block numbers, {@code xmin,ymin,xmax,ymax}. */
  static final String REGION = "crop-region";

  /** Who said so, as in an answer. */
  static final String SOURCE = "crop-region-source";

  /** The localizer's belief in it, in [0, 1]. */
  static final String CONFIDENCE = "crop-region-confidence";

  /** Where the question lies among the questions: {@code topic-partition-offset}. */
  static final String POSITION = "crop-question-position";

  /** When its record was written there, in milliseconds since 1970. */
  static final String TIME = "crop-question-time";

  /** Microseconds that each stage took so far, and {@code total}: {@code fetch=812,total=5130}. */
  static final String TIMINGS = "crop-localize-timings";

  static final List<String> ALL = List.of(REGION, SOURCE, CONFIDENCE, POSITION, TIME, TIMINGS);

  /** Of a question that comes from its asker. */
  static final Handover NONE = new Handover(Map.of());

  private static final String TOTAL = "total";
  private static final Pattern TIMING = Pattern.compile("([a-z]{1,20})=(\\d{1,15})");

  private final Map<String, String> headers;

  private Handover(Map<String, String> headers) {
    this.headers = headers;
  }

  /** Adds what there is to hand over; a sender's headers of these names go. */
  static void put(Headers headers, QuestionRecord question, Optional<Localized> localized) {
    ALL.forEach(headers::remove);
    add(headers, POSITION, question.position().toString());
    add(headers, TIME, Long.toString(question.timestamp().toEpochMilli()));
    if (localized.isPresent()) {
      LocatedRegion region = localized.get().region();
      add(headers, REGION, region.box().toList().toString().replaceAll("[\\[\\] ]", ""));
      add(headers, SOURCE, region.source().wireName());
      add(headers, CONFIDENCE, Double.toString(region.confidence()));
      add(headers, TIMINGS, text(localized.get().timings()));
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(StageTimings timings) {
    StringBuilder text = new StringBuilder();
    timings
        .stages()
        .forEach((stage, took) -> text.append("%s=%d,".formatted(stage.wireName(), micros(took))));
    return text.append(TOTAL).append('=').append(micros(timings.total())).toString();
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }

  /** Takes it off a record. */
  static Handover takeFrom(Headers headers) {
    Map<String, String> taken = new HashMap<>();
    for (String name : ALL) {
      Header header = headers.lastHeader(name);
      if (header != null && header.value() != null) {
        taken.put(name, new String(header.value(), StandardCharsets.UTF_8));
      }
      headers.remove(name);
    }
    return new Handover(taken);
  }

  /** Where the question lies among the questions, as far as that can be understood. */
  Optional<Position> position() {
    return Optional.ofNullable(headers.get(POSITION)).flatMap(Position::parse);
  }

  /** When it was written there, as far as that can be understood. */
  Optional<Instant> time() {
    return Optional.ofNullable(headers.get(TIME))
        .filter(millis -> millis.matches("-?\\d{1,15}"))
        .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)));
  }

  /**
   * What was found out about the question; empty if nobody looked.
   *
   * @throws QuestionFailure {@code malformed-event}, naming the header that can't be understood
   */
  Optional<Localized> localized() {
    read(POSITION, text -> position().orElseThrow());
    read(TIME, text -> time().orElseThrow());
    if (!headers.containsKey(REGION)) {
      return Optional.empty();
    }
    ContextualRegion box = read(REGION, Handover::box);
    LocatedRegion.Source source = read(SOURCE, Handover::source);
    double confidence = read(CONFIDENCE, Handover::confidence);
    return Optional.of(
        new Localized(
            new LocatedRegion(box, source, confidence), read(TIMINGS, Handover::timings)));
  }

  private <T> T read(String name, Function<String, T> parser) {
    if (!headers.containsKey(name)) {
      throw malformed(name, "is missing", null);
    }
    try {
      return parser.apply(headers.get(name));
    } catch (RuntimeException e) { // whatever a parser has against text that may be anything
      throw malformed(name, "can't be understood", e);
    }
  }

  static QuestionFailure malformed(String name, String complaint, Throwable cause) {
    return new QuestionFailure(
        FailureCode.MALFORMED_EVENT,
        null,
        "header %s %s: let nobody but a service with crop.stages = localize write into crop.topics.localized"
            .formatted(name, complaint),
        cause);
  }

  private static ContextualRegion box(String text) {
    return ContextualRegion.of(
        Arrays.stream(text.split(",", -1)).map(number -> Integer.valueOf(number.strip())).toList());
  }

  private static LocatedRegion.Source source(String text) {
    return Arrays.stream(LocatedRegion.Source.values())
        .filter(source -> source.wireName().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static double confidence(String text) {
    double confidence = Double.parseDouble(text);
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("out of [0, 1]");
    }
    return confidence;
  }

  private static StageTimings timings(String text) {
    Map<String, Duration> times = new HashMap<>();
    for (String entry : text.split(",")) {
      Matcher parts = TIMING.matcher(entry);
      if (!parts.matches()) {
        throw new IllegalArgumentException("no name=microseconds");
      }
      times.put(parts.group(1), Duration.of(Long.parseLong(parts.group(2)), ChronoUnit.MICROS));
    }
    Duration total = Objects.requireNonNull(times.remove(TOTAL), TOTAL);
    Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
    times.forEach((name, took) -> stages.put(Stage.valueOf(name.toUpperCase(Locale.ROOT)), took));
    return new StageTimings(stages, Duration.ZERO, total);
  }
}
