package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.messaging.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DlqListCommandTest {

  @Test
  void nothingInALineSteersTheTerminal() {
    String line = DlqListCommand.line(letter("\\u001b[2J\\u009b31mgone\\nnext\\u0000"));
    assertThat(line).contains("  ?[2J?31mgone?next?  ").doesNotContainPattern("[\\p{Cntrl}]");
  }

  @Test
  void aLongIdIsCut() {
    assertThat(DlqListCommand.line(letter("i".repeat(100_000)))).hasSizeLessThan(300);
  }

  private static DeadLetter letter(String id) {
    byte[] event = "{\"id\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8);
    return new DeadLetter(new ConsumerRecord<>("vqa-questions-dlq", 0, 0, null, event));
  }
}
