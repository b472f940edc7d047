package io.cropvqa.messaging;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Asks dead-lettered questions again: their bytes, their key and their own headers, so that the
 * answer carries the id that it would have had.
 */
public final class Replay {
  private final DeadLetters deadLetters;
  private final QuestionPublisher questions;

  Replay(DeadLetters deadLetters, QuestionPublisher questions) {
    this.deadLetters = deadLetters;
    this.questions = questions;
  }

  /** Names a question among everyone's. */
  private record Name(String source, String id) {
    static Name of(DeadLetter letter) {
      return new Name(letter.source(), letter.questionId());
    }
  }

  /** Where a dead letter lies. */
  private record Place(int partition, long offset) {
    static Place of(DeadLetter letter) {
      return new Place(letter.record().partition(), letter.record().offset());
    }
  }

  /** Told how many of all questions are confirmed. */
  public interface Progress {
    void show(int confirmed, int all);
  }

  /**
   * @param wanted which dead letters to take; of several about one question the last one counts,
   *     and it is asked once
   * @return how many questions there were
   * @throws java.util.concurrent.CompletionException if the broker doesn't take one
   */
  public int run(Predicate<DeadLetter> wanted, Progress progress) {
    Map<Name, Place> chosen = new HashMap<>();
    deadLetters.forEach(
        letter -> {
          if (wanted.test(letter)) {
            chosen.put(Name.of(letter), Place.of(letter));
          } else {
            chosen.remove(Name.of(letter));
          }
        });
    Set<Place> places = Set.copyOf(chosen.values());
    Confirmations confirmations =
        new Confirmations(confirmed -> progress.show(confirmed, places.size()));
    deadLetters.forEach(
        letter -> {
          if (places.contains(Place.of(letter))) {
            confirmations.expect(questions.publishAgain(letter));
          }
        });
    return confirmations.await();
  }
}
