package io.cropvqa.cli;

import io.cropvqa.config.CropConfig;
import io.cropvqa.config.Preflight;
import io.cropvqa.engine.InferenceEngine;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Where the process begins: reads the command, prepares what it needs, starts the application. */
@QuarkusMain
public final class CropVqa implements QuarkusApplication {
  private static final int HELP_COLUMNS = 100;

  private final Instance<Object> beans;

  @Inject
  CropVqa(@Any Instance<Object> beans) {
    this.beans = beans;
  }

  public static void main(String... args) {
    ParseResult parsed;
    try {
      parsed = commandLine().parseArgs(args);
    } catch (ParameterException e) {
      System.err.printf("%s; see %s --help%n", e.getMessage(), name(e.getCommandLine()));
      System.exit(ApplicationCommand.UNUSABLE_ARGUMENTS);
      return;
    }
    if (CommandLine.printHelpIfRequested(parsed)) {
      System.exit(ApplicationCommand.DONE);
      return;
    }
    start(command(parsed), args);
  }

  private static void start(ApplicationCommand command, String... args) {
    // Images are drawn and decoded, never shown.
    System.setProperty("java.awt.headless", "true");
    try {
      command.check();
      command.settings().forEach(System::setProperty);
      SmallRyeConfig config = settings();
      Preflight.check(config);
      switch (command.broker()) {
        case ANY -> ServiceBroker.ensure(config);
        case CONFIGURED -> ServiceBroker.require(config);
        case NONE -> {}
      }
    } catch (UnusableArgumentsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      // Not exit: logging that was never configured would print what it has held back.
      Runtime.getRuntime().halt(ApplicationCommand.UNUSABLE_ARGUMENTS);
    }
    Quarkus.run(CropVqa.class, args);
  }

  /** The application's own sources, read before it starts. */
  private static SmallRyeConfig settings() {
    try {
      return ConfigUtils.configBuilder().withMapping(CropConfig.class).build();
    } catch (ConfigValidationException e) {
      throw new UnusableArgumentsException(e.getMessage());
    }
  }

  @Override
  public int run(String... args) {
    ApplicationCommand command = command(commandLine().parseArgs(args));
    try {
      if (command.needsModels()) {
        awaitModels();
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    }
    return command.run(beans);
  }

  /**
   * Returns once there is a worker to ask, or once it is known that there is none for now.
   *
   * @throws IllegalArgumentException if the models can't be used as configured; the message says
   *     what to change
   */
  private void awaitModels() {
    try {
      beans.select(InferenceEngine.class).get().loaded().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalArgumentException unusable) {
        throw unusable;
      }
    }
  }

  private static CommandLine commandLine() {
    return new CommandLine(new RootCommand(), CommandLine.defaultFactory())
        .setUsageHelpWidth(HELP_COLUMNS);
  }

  private static ApplicationCommand command(ParseResult parsed) {
    List<CommandLine> chain = parsed.asCommandLineList();
    return chain.get(chain.size() - 1).getCommand();
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName();
  }
}
