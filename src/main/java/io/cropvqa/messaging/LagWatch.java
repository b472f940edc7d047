package io.cropvqa.messaging;

import io.cropvqa.domain.CommittedLag;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Asks the broker every few seconds how far the consumer group's committed offsets lie behind the
 * ends of what it reads. The client's own lag metric can't tell: it counts from what was fetched,
 * and is 0 while a backlog waits in memory.
 *
 * <p>It has a thread of its own, and a failure costs nothing but the figure; that the broker
 * refuses to answer at all is passed on to {@link BrokerAccess}.
 */
@ApplicationScoped
public class LagWatch {
  private static final Logger LOG = Logger.getLogger(LagWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaClientService clients;
  private final Config config;
  private final Event<CommittedLag> lag;
  private final BrokerAccess access;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "crop-lag"));
  private final Map<String, GroupLag> byChannel = new HashMap<>();
  private String trouble = "";

  @Inject
  LagWatch(
      KafkaClientService clients,
      Config config,
      Event<CommittedLag> lag,
      @Readiness BrokerAccess access) {
    this.clients = clients;
    this.config = config;
    this.lag = lag;
    this.access = access;
  }

  void start(@Observes StartupEvent event) {
    thread.scheduleWithFixedDelay(this::look, 0, PAUSE.toSeconds(), TimeUnit.SECONDS);
  }

  private void look() {
    try {
      List<CommittedLag.Partition> partitions = new ArrayList<>();
      for (String channel : clients.getConsumerChannels()) {
        partitions.addAll(byChannel.computeIfAbsent(channel, this::open).read());
      }
      lag.fire(new CommittedLag(partitions));
      access.granted();
      trouble = "";
    } catch (InterruptedException e) { // the service stops
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      lag.fire(CommittedLag.UNKNOWN);
      tell(e instanceof ExecutionException ? e.getCause() : e);
    }
  }

  /** In the log once, and again when it is something else. */
  private void tell(Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      access.refused(reason);
    }
    if (!reason.equals(trouble)) {
      LOG.warnf("crop_committed_lag is unknown for now, the broker says: %s", reason);
    }
    trouble = reason;
  }

  /** Connects as the channel's consumer does. */
  private GroupLag open(String channel) {
    Map<String, Object> settings = new HashMap<>(clients.getConsumer(channel).configuration());
    String group = settings.get("group.id").toString();
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "crop-lag-" + channel);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    String topic = config.getValue("mp.messaging.incoming." + channel + ".topic", String.class);
    return new GroupLag(Admin.create(settings), group, topic);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    byChannel.values().forEach(GroupLag::close);
  }
}
