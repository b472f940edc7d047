package io.cropvqa.cli;

import jakarta.enterprise.inject.Instance;
import java.util.Map;

/** A command as it was typed, and what it wants of the application around it. */
interface ApplicationCommand {
  int DONE = 0;
  int SOME_FAILED = 1;
  int UNUSABLE_ARGUMENTS = 2;

  /** Brokers that a command works with. */
  enum Broker {
    /** None. */
    NONE,
    /** The one that is configured: it is about what others put there, or wait for. */
    CONFIGURED,
    /** The one that is configured, or an embedded one. */
    ANY
  }

  /**
   * Refuses what can be seen to fail before anything is started.
   *
   * @throws UnusableArgumentsException naming the argument and the fix
   */
  default void check() {}

  /** Settings that must stand before the application starts. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** The broker that it works with. */
  default Broker broker() {
    return Broker.ANY;
  }

  /** Whether questions are answered, so that workers have to load the model first. */
  default boolean needsModels() {
    return true;
  }

  /**
   * Does its work in the started application, its models loaded if it needs them.
   *
   * @param beans where its parts are found
   * @return the exit code
   */
  int run(Instance<Object> beans);
}
