package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * How what became of a question gets to the broker, and with it that the question is done: {@link
 * AtLeastOnce} or {@link ExactlyOnce}. Told when partitions come and go.
 */
interface Delivery extends KafkaConsumerRebalanceListener {

  /**
   * Takes charge of a question; questions of a partition come in the order of their offsets.
   *
   * @return empty if the question was read before its partition was given away, and is someone
   *     else's
   */
  Optional<Receipt> take(QuestionRecord question);

  /** A question that was taken. One of its methods is called, once. */
  interface Receipt {
    /**
     * Delivers what became of the question: its answer, or what the next stage goes on with.
     *
     * @return what the answers' channel is to publish, if it is the one that does; never fails
     */
    Uni<Message<byte[]>> answered(OutgoingRecord answer);

    /** Delivers the question to the dead letters; otherwise like {@link #answered}. */
    Uni<Message<byte[]>> deadLettered(QuestionFailure failure);

    /** Leaves the question uncommitted: the service stops, and the next one reads it again. */
    void left();

    /**
     * Completes when one of the question's key may follow: whichever method was called, it has done
     * what it does.
     */
    CompletionStage<Void> over();
  }
}
