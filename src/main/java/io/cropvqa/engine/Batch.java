package io.cropvqa.engine;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Continuous batching: the drafts that go through a worker's decoder together. They join and leave
 * between two steps, whichever are done or given up, so a short answer never waits for a long one;
 * prompts of those that join share the step with tokens of those already there.
 *
 * <p>Those that are ready join in the order of their {@link Turns} as soon as there is a seat and
 * room for the keys and values they may come to hold, so none ever has to be thrown out. A suspect
 * runs alone.
 *
 * <p>Any thread adds; one thread runs the steps.
 */
final class Batch<R> {

  /** A job and its draft, which is closed when it leaves. */
  record Member<R>(Job<R> job, Draft<R> draft) {}

  private static final Logger LOG = System.getLogger(Batch.class.getName());
  private static final int LOOK_MS = 5;

  private final Answering<R> answering;
  private final EngineLimits limits;
  private final RequestListener listener;
  private final IntSupplier behind;
  private final Runnable onLeave;
  private final List<Member<R>> running = new ArrayList<>(); // the stepping thread's
  private final Turns<Member<R>> ready = new Turns<>(); // guarded by this
  private boolean open = true; // guarded by this
  private boolean resting = true; // guarded by this: the stepping thread has nobody to take on

  /**
   * @param behind how many there are that may be added soon
   * @param onLeave run for each that is let go for good
   */
  Batch(
      Answering<R> answering,
      EngineLimits limits,
      RequestListener listener,
      IntSupplier behind,
      Runnable onLeave) {
    this.answering = answering;
    this.limits = limits;
    this.listener = listener;
    this.behind = behind;
    this.onLeave = onLeave;
  }

  /** Hands over a draft; waits while as many are ready as may run together. */
  synchronized void add(Member<R> member) throws InterruptedException {
    while (open && ready.size() >= limits.batchSize()) {
      wait();
    }
    ready.add(member.job().request().question(), member);
    notifyAll();
  }

  /**
   * Waits until nobody runs, at most for a time.
   *
   * @return whether nobody does
   */
  synchronized boolean awaitRest(long timeoutMs) throws InterruptedException {
    if (open && !resting) {
      wait(timeoutMs); // may end early: callers ask again anyway
    }
    return resting;
  }

  /** Nothing more is added. */
  synchronized void close() {
    open = false;
    notifyAll();
  }

  /** Whether nothing is left to do and nothing more will come. */
  synchronized boolean isOver() {
    return !open && ready.isEmpty() && running.isEmpty();
  }

  /**
   * Lets in who may join and drops who is late or given up.
   *
   * @param timeoutMs how long to wait for somebody if nobody is there
   * @return whether somebody runs
   */
  boolean gather(long timeoutMs) throws InterruptedException {
    ready().forEach(member -> member.job().failIfLate());
    dismissAbandoned();
    for (Member<R> joined : joining(timeoutMs)) {
      joined.job().request().clock().finish(Stage.QUEUE);
      joined.job().failIfLate();
    }
    dismissAbandoned();
    return !running.isEmpty();
  }

  private synchronized List<Member<R>> ready() {
    return ready.all();
  }

  private void dismissAbandoned() {
    List<Member<R>> all = new ArrayList<>(running);
    all.addAll(ready());
    all.stream().filter(member -> member.job().isAbandoned()).forEach(this::leave);
  }

  private synchronized List<Member<R>> joining(long timeoutMs) throws InterruptedException {
    rest(running.isEmpty());
    long patience = System.nanoTime() + timeoutMs * 1_000_000;
    while (open && running.isEmpty() && isWorthWaiting() && System.nanoTime() < patience) {
      wait(Math.min(timeoutMs, LOOK_MS));
    }
    List<Member<R>> joining = new ArrayList<>();
    while (ready.peek().filter(next -> mayJoin(next, rows(joining))).isPresent()) {
      Member<R> next = ready.poll().orElseThrow();
      running.add(next);
      joining.add(next);
    }
    if (!joining.isEmpty()) {
      notifyAll(); // there is room for others to be ready
    }
    rest(running.isEmpty());
    return joining;
  }

  private void rest(boolean now) {
    if (now && !resting) {
      notifyAll();
    }
    resting = now;
  }

  private static int rows(List<? extends Member<?>> joining) {
    return joining.stream().mapToInt(member -> member.draft().rows()).sum();
  }

  /**
   * A step with more questions takes little longer, so a first one is not begun before half of
   * those that are here are ready for it.
   */
  private boolean isWorthWaiting() {
    return ready.isEmpty() || ready.size() < Math.min(behind.getAsInt(), limits.batchSize());
  }

  private boolean mayJoin(Member<R> next, int prompts) {
    if (running.isEmpty()) {
      return true;
    }
    boolean alone = next.job().isSuspect() || running.get(0).job().isSuspect();
    long bytes = running.stream().mapToLong(member -> member.draft().kvCacheBytes()).sum();
    return !alone
        && running.size() < limits.batchSize()
        && (prompts == 0 || prompts + next.draft().rows() <= limits.batchTokens())
        && bytes + next.draft().kvCacheBytes() <= answering.kvCacheCapacityBytes();
  }

  /** Takes all that run one step on, and lets those go that are complete. */
  void step() {
    listener.batch(running.size());
    answering.step(running.stream().map(Member::draft).toList());
    for (Member<R> member : List.copyOf(running)) {
      member
          .draft()
          .answer()
          .ifPresent(
              answer -> {
                leave(member);
                member.job().answer().complete(answer);
              });
    }
  }

  private void leave(Member<R> member) {
    if (!running.remove(member)) {
      giveUpPlace(member);
    }
    member.draft().close();
    onLeave.run();
  }

  private synchronized void giveUpPlace(Member<R> member) {
    ready.remove(member);
    notifyAll(); // there is room for others to be ready
  }

  /** Gives up a step that failed: what ran goes back to whoever can begin it anew. */
  List<Job<R>> scatter() {
    List<Job<R>> jobs = running.stream().map(Member::job).toList();
    running.forEach(Batch::closeWhateverHappened);
    running.clear();
    return jobs;
  }

  /** On a device that failed, freeing may fail too. */
  private static void closeWhateverHappened(Member<?> member) {
    try {
      member.draft().close();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "could not free a question's memory", e);
    }
  }

  /** Gives up those that never ran, too. */
  synchronized List<Job<R>> drain() {
    close();
    List<Job<R>> jobs = new ArrayList<>(scatter());
    for (Optional<Member<R>> next = ready.poll(); next.isPresent(); next = ready.poll()) {
      closeWhateverHappened(next.get());
      jobs.add(next.get().job());
    }
    return jobs;
  }
}
