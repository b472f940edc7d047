package io.cropvqa.engine;

import io.cropvqa.domain.ImageQuestion;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Who comes next of those that wait. Sources take turns, one question each; of one source the
 * highest {@code options.priority} comes first, and of equals whoever came first.
 *
 * <p>So a source waits for one question of each other source at most, however many they have and
 * however urgent they say these are: priority is among one's own. For one thread at a time.
 */
final class Turns<T> {
  private record Place<T>(T item, int priority, long arrival) {}

  private final Map<String, PriorityQueue<Place<T>>> sources = new LinkedHashMap<>(); // by turn
  private long arrivals;
  private long returns;
  private int size;

  void add(ImageQuestion question, T item) {
    add(question, item, arrivals++);
  }

  /** Comes before all others of its source and priority. */
  void addFirst(ImageQuestion question, T item) {
    add(question, item, --returns);
  }

  private void add(ImageQuestion question, T item, long arrival) {
    sources
        .computeIfAbsent(
            question.source(),
            source ->
                new PriorityQueue<>(
                    Comparator.<Place<T>>comparingInt(Place::priority)
                        .reversed()
                        .thenComparingLong(Place::arrival)))
        .add(new Place<>(item, question.options().priority(), arrival));
    size++;
  }

  /** Who comes next; stays where it is. */
  Optional<T> peek() {
    return sources.values().stream().findFirst().map(places -> places.element().item());
  }

  /** Takes who comes next. */
  Optional<T> poll() {
    Optional<String> source = sources.keySet().stream().findFirst();
    return source.map(
        name -> {
          PriorityQueue<Place<T>> places = sources.remove(name);
          T next = places.remove().item();
          if (!places.isEmpty()) {
            sources.put(name, places); // behind all others
          }
          size--;
          return next;
        });
  }

  /**
   * @return whether it was still there
   */
  boolean remove(T item) {
    boolean found =
        sources.values().stream()
            .map(places -> places.removeIf(place -> place.item() == item))
            .reduce(false, Boolean::logicalOr);
    sources.values().removeIf(PriorityQueue::isEmpty);
    size -= found ? 1 : 0;
    return found;
  }

  /** All of them, in no order. */
  List<T> all() {
    return sources.values().stream().flatMap(PriorityQueue::stream).map(Place::item).toList();
  }

  int size() {
    return size;
  }

  /** How many of one source wait. */
  int size(String source) {
    PriorityQueue<Place<T>> places = sources.get(source);
    return places == null ? 0 : places.size();
  }

  /** How many sources there are, one of them that may have nobody here yet. */
  int sourcesWith(String source) {
    return sources.size() + (sources.containsKey(source) ? 0 : 1);
  }

  boolean isEmpty() {
    return size == 0;
  }
}
