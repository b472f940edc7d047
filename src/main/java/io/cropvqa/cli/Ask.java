package io.cropvqa.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.event.AnswerEvent;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.pipeline.AnswerPipeline;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes one question straight through the pipeline. */
@Singleton
@Unremovable
final class Ask {
  private static final String ID = "ask";

  /** Failures that another argument mends; the rest is not the asker's fault. */
  private static final Set<FailureCode> ARGUMENTS =
      EnumSet.of(
          FailureCode.INVALID_OPTION,
          FailureCode.QUESTION_TOO_LONG,
          FailureCode.IMAGE_MISSING,
          FailureCode.IMAGE_FORBIDDEN,
          FailureCode.IMAGE_TOO_LARGE,
          FailureCode.IMAGE_UNDECODABLE);

  private final Instance<AnswerPipeline> pipeline;
  private final Instance<ImageDecoder> decoder;
  private final ObjectMapper json = new ObjectMapper();

  @Inject
  Ask(Instance<AnswerPipeline> pipeline, Instance<ImageDecoder> decoder) {
    this.pipeline = pipeline;
    this.decoder = decoder;
  }

  int run(AskCommand command) {
    try {
      List<byte[]> images = new ArrayList<>();
      for (Path image : command.images()) {
        images.add(Files.readAllBytes(image));
      }
      Answer answer = pipeline.get().answer(question(command, images)).await().indefinitely();
      print(command, answer);
      if (command.overlay().isPresent()) {
        Overlay.of(decoder.get().decode(images.get(0)), answer).write(command.overlay().get());
      }
      return ApplicationCommand.DONE;
    } catch (QuestionFailure e) {
      System.err.println(e.getMessage());
      return ARGUMENTS.contains(e.code())
          ? ApplicationCommand.UNUSABLE_ARGUMENTS
          : ApplicationCommand.SOME_FAILED;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    } catch (IOException e) {
      System.err.println("can't read or write a file: " + e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    }
  }

  private static ImageQuestion question(AskCommand command, List<byte[]> images) {
    List<ImageRef> inline =
        images.stream()
            .<ImageRef>map(image -> new ImageRef.Inline(image, Optional.empty()))
            .toList();
    return new ImageQuestion(ID, inline, command.question(), command.options());
  }

  private void print(AskCommand command, Answer answer) throws JsonProcessingException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    AnswerEvent event = AnswerEvent.of(answer);
    if (command.json()) {
      ObjectNode node = json.valueToTree(event);
      node.set("tokenIds", json.valueToTree(answer.tokenIds()));
      out.println(json.writeValueAsString(node));
      return;
    }
    out.println(event.answer());
    System.err.printf(
        Locale.ROOT,
        "%s, visual tokens %d -> %d, %.1f a layer, %d ms%n",
        answer.regions().stream().map(Ask::described).collect(Collectors.joining(", ")),
        event.pruning().visualTokensBefore(),
        event.pruning().visualTokensAfter(),
        event.pruning().averageVisualTokens(),
        event.timings().totalMs());
  }

  private static String described(LocatedRegion region) {
    return "region %s (%s)".formatted(region.box().toList(), region.source().wireName());
  }
}
