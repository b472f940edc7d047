package io.cropvqa.messaging;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Remembers all that is logged, stack traces included, of the levels that are on. */
final class LogRecorder extends Handler {
  private final Formatter formatter = new PatternFormatter("%p %c %s%e%n");
  private final StringBuffer text = new StringBuffer();

  void start() {
    Logger.getLogger("").addHandler(this);
  }

  void stop() {
    Logger.getLogger("").removeHandler(this);
  }

  String text() {
    return text.toString();
  }

  @Override
  public void publish(LogRecord record) {
    text.append(formatter.format(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
