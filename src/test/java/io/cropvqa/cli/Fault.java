package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.messaging.TcpProxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What can go wrong while questions are being answered. */
enum Fault {
  /** SIGKILL, and a new service. */
  KILL {
    @Override
    void strike(Chaos chaos) throws Exception {
      chaos.pause();
      chaos.service().destroyForcibly().waitFor();
      chaos.startService();
    }
  },

  /** SIGTERM, an exit in time, and a new service. */
  TERMINATE {
    @Override
    void strike(Chaos chaos) throws Exception {
      chaos.pause();
      chaos.stopService();
      chaos.startService();
    }
  },

  BROKER_RESTART {
    @Override
    void strike(Chaos chaos) throws Exception {
      chaos.pause();
      chaos.broker().restart();
    }
  },

  /** For longer than a session, or shorter; connections survive it, or don't. */
  NETWORK_CUT {
    @Override
    void strike(Chaos chaos) throws Exception {
      chaos.pause();
      TcpProxy link = chaos.broker().link();
      link.cut();
      if (chaos.random().nextBoolean()) {
        link.drop();
      }
      TimeUnit.MILLISECONDS.sleep(1_000 + chaos.random().nextInt(14_000));
      link.restore();
    }
  },

  /** A tenth of the bytes a second that went through just before. */
  SLOW_LINK {
    @Override
    void strike(Chaos chaos) throws Exception {
      TcpProxy link = chaos.broker().link();
      long carried = link.carriedBytes();
      long begun = System.nanoTime();
      chaos.pause();
      double seconds = (System.nanoTime() - begun) / 1e9;
      long rate = (long) ((link.carriedBytes() - carried) / seconds);
      link.slow(Math.max(rate / 10, LEAST_BYTES_PER_SECOND), Duration.ofMillis(10));
      TimeUnit.MILLISECONDS.sleep(10_000 + chaos.random().nextInt(10_000));
      link.restore();
    }
  },

  /** A second instance joins and leaves. */
  REBALANCE {
    @Override
    void strike(Chaos chaos) throws Exception {
      chaos.pause();
      Process second = chaos.newService("chaos-2");
      try {
        chaos.awaitInstances(2);
        chaos.pause();
      } finally {
        second.destroy();
      }
      assertThat(second.waitFor(Chaos.GRACE.toSeconds(), TimeUnit.SECONDS))
          .as("the second instance leaves in time")
          .isTrue();
    }
  };

  private static final long LEAST_BYTES_PER_SECOND = 1_000;

  /** Does it while the service is at work; whatever was broken is mended when it returns. */
  abstract void strike(Chaos chaos) throws Exception;
}
