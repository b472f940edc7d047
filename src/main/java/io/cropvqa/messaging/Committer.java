package io.cropvqa.messaging;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Commits what the ledger has finished, one transaction after the other, on a thread of its own.
 * What fails for now is sent again after a pause; what would always fail ends it.
 */
final class Committer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Committer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final Transactions transactions;
  private final Failures failures;
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> new Thread(task, "crop-committer"),
          new ThreadPoolExecutor.DiscardPolicy()); // what comes after the end
  private final AtomicBoolean awake = new AtomicBoolean();

  /** Held by whoever runs a transaction: this thread, or the poller that is losing partitions. */
  private final ReentrantLock transacting = new ReentrantLock();

  private Duration pause = Duration.ZERO;
  private long pauseEnd = System.nanoTime();
  private boolean stopped;

  Committer(Ledger ledger, Transactions transactions, Failures failures) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.failures = failures;
  }

  /** Told what can't be delivered. */
  interface Failures {
    /** A question's answer or dead letter can't be published. */
    void undeliverable(LedgerEntry question, Exception failure);

    /**
     * Nothing can be committed any more.
     *
     * @param reason what to change
     */
    void stopped(String reason);
  }

  /** Something may have been finished. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            awake.set(false);
            commit();
          });
    }
  }

  /**
   * Commits what is finished before it is somebody else's. If that takes too long, the broker
   * decides which came first, the commit or the loss.
   */
  void commitWithin(Duration atMost) throws InterruptedException {
    if (transacting.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        commit();
      } finally {
        transacting.unlock();
      }
    }
  }

  private void commit() {
    transacting.lock();
    try {
      if (!stopped && System.nanoTime() - pauseEnd >= 0) {
        commitFinished();
        pause = Duration.ZERO;
      }
    } catch (TransactionFailure e) {
      handle(e);
    } catch (RuntimeException e) {
      later(e);
    } finally {
      transacting.unlock();
    }
  }

  private void commitFinished() {
    if (!transactions.isOpen()) {
      transactions.open();
      learnWhatIsCommitted();
    }
    Optional<Batch> batch = ledger.finished();
    if (batch.isPresent()) {
      commit(batch.get());
      wake();
    }
  }

  /** Nothing is committed before that is known: it may be the same again. */
  private void learnWhatIsCommitted() {
    try {
      ledger.committed(transactions.committed(ledger.partitions()));
    } catch (RuntimeException e) {
      transactions.discard();
      throw e;
    }
  }

  private void commit(Batch batch) {
    try {
      transactions.commit(batch, failures::undeliverable);
      ledger.committed(batch.offsets());
    } catch (TransactionFailure e) {
      if (e.kind() == TransactionFailure.Kind.LOST_PARTITIONS) {
        ledger.refused(batch.member());
      }
      throw e;
    }
  }

  private void handle(TransactionFailure failure) {
    switch (failure.kind()) {
      case LOST_PARTITIONS ->
          LOG.infof("a commit was refused, the group has changed: %s", failure.getMessage());
      case STOPPED -> {
        LOG.errorf(failure, "nothing is delivered any more: %s", failure.getMessage());
        stopped = true;
        failures.stopped(failure.getMessage());
      }
    }
  }

  private void later(RuntimeException failure) {
    Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    pauseEnd = System.nanoTime() + pause.toNanos();
    LOG.warnf(
        "answers wait: a transaction failed, the next one in %d ms: %s", pause.toMillis(), failure);
    LOG.debug("the transaction's failure", failure);
    thread.schedule(this::wake, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    transacting.lock();
    try {
      stopped = true;
      transactions.close();
    } finally {
      transacting.unlock();
    }
  }
}
