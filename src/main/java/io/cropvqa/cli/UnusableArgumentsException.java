package io.cropvqa.cli;

/** The command can't be run as it was given; the message is the one line that the user sees. */
final class UnusableArgumentsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableArgumentsException(String message) {
    super(message);
  }
}
