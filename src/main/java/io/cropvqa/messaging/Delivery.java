package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * How what became of a question gets to the broker, and with it that the question is done: {@link
 * AtLeastOnce} or {@link ExactlyOnce}. Told when partitions come and go.
 */
interface Delivery extends KafkaConsumerRebalanceListener {

  /** Takes charge of a question; questions of a partition come in the order of their offsets. */
  Receipt take(QuestionRecord question);

  /** A question that was taken. One of its methods is called, once. */
  interface Receipt {
    /**
     * Delivers the answer.
     *
     * @return what the answers' channel is to publish, if it is the one that does; completes when
     *     another question may take this one's place, and never fails
     */
    Uni<Message<byte[]>> answered(AnswerRecord answer);

    /** Delivers the question to the dead letters; otherwise like {@link #answered}. */
    Uni<Message<byte[]>> deadLettered(QuestionFailure failure);

    /** Leaves the question uncommitted: the service stops, and the next one reads it again. */
    void left();
  }
}
