package io.cropvqa.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.Localized;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one stage tells the other arrives, and what anybody else writes there is told apart. */
class HandoverTest {
  private static final StageTimings TIMINGS =
      new StageTimings(
          Map.of(Stage.FETCH, Duration.ofMillis(3), Stage.LOCALIZE, Duration.ofHours(2)),
          Duration.ZERO,
          Duration.ofHours(3));

  private static QuestionRecord question(Headers own) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("vqa-questions", 3, 17, null, new byte[] {1});
    own.forEach(record.headers()::add);
    return QuestionRecord.of(
        Message.of(
            record.value(), Metadata.of(new IncomingKafkaRecordMetadata<>(record, "questions"))));
  }

  private static Headers handedOver(Headers own, Optional<Localized> localized) {
    return LocalizedRecord.of(question(own), localized).headers();
  }

  private static Headers headers(String... namesAndValues) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
    }
    return headers;
  }

  @ParameterizedTest
  @EnumSource(LocatedRegion.Source.class)
  void aRegionArrivesAsItWasFound(LocatedRegion.Source source) {
    LocatedRegion region =
        new LocatedRegion(new ContextualRegion(1, 0, 7, 2), source, 0.5225691019042487);

    Headers headers = handedOver(headers("own", "x"), Optional.of(new Localized(region, TIMINGS)));
    Handover arrived = Handover.takeFrom(headers);

    assertThat(arrived.localized()).contains(new Localized(region, TIMINGS));
    assertThat(arrived.position()).contains(new Position("vqa-questions", 3, 17));
    assertThat(arrived.time()).contains(Instant.ofEpochMilli(ConsumerRecord.NO_TIMESTAMP));
    assertThat(headers.toArray()).extracting("key").containsExactly("own");
  }

  @Test
  void aSendersHeadersOfTheseNamesAreNotHandedOver() {
    Headers forged =
        headers("crop-region", "0,0,0,0", "crop-question-position", "x-1-1", "crop-region", "1");

    Handover arrived = Handover.takeFrom(handedOver(forged, Optional.empty()));

    assertThat(arrived.localized()).isEmpty();
    assertThat(arrived.position()).contains(new Position("vqa-questions", 3, 17));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop-question-position | ",
        "crop-question-position | vqa-questions",
        "crop-question-position | vqa-questions-1-99999999999999999999",
        "crop-question-position | bad topic-1-1",
        "crop-question-time     | ",
        "crop-question-time     | now",
        "crop-question-time     | 99999999999999999999",
        "crop-region            | 1,2,3",
        "crop-region            | 5,5,1,1",
        "crop-region            | 0,0,8,8",
        "crop-region            | 0,0,99999999999,1",
        "crop-region            | a,b,c,d",
        "crop-region-source     | ",
        "crop-region-source     | oracle",
        "crop-region-confidence | ",
        "crop-region-confidence | NaN",
        "crop-region-confidence | 1.01",
        "crop-region-confidence | 1e999",
        "crop-localize-timings  | ",
        "crop-localize-timings  | fetch=1",
        "crop-localize-timings  | total=-1",
        "crop-localize-timings  | nap=1,total=1",
        "crop-localize-timings  | total=9999999999999999",
        "crop-localize-timings  | ,,=,"
      })
  void whatCanNotBeUnderstoodIsNamed(String name, String value) {
    LocatedRegion region = LocatedRegion.fallback(0.25);
    Headers headers = handedOver(headers(), Optional.of(new Localized(region, TIMINGS)));
    headers.remove(name);
    if (value != null) {
      headers.add(name, value.getBytes(UTF_8));
    }

    assertThatThrownBy(() -> Handover.takeFrom(headers).localized())
        .isInstanceOf(QuestionFailure.class)
        .hasMessageContaining("header " + name)
        .extracting(failure -> ((QuestionFailure) failure).code())
        .isEqualTo(FailureCode.MALFORMED_EVENT);
  }
}
