package io.cropvqa.model.processing;

import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.JinjavaNodePreProcessor;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.loader.ResourceLocator;
import com.hubspot.jinjava.loader.ResourceNotFoundException;
import com.hubspot.jinjava.tree.Node;

/** What a template that came with a checkpoint may cost, and reach. */
final class TemplateBounds {
  /** A conversation of one question takes some hundred. */
  private static final int MAX_STEPS = 2_000;

  private static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_ITEMS = 100_000;

  /** Jinjava's own would find {@code {% include %}} on the class path. */
  static final ResourceLocator NO_FILES =
      (file, encoding, interpreter) -> {
        throw new ResourceNotFoundException("a chat template may not read files, such as " + file);
      };

  private static final ThreadLocal<Integer> STEPS = ThreadLocal.withInitial(() -> 0);
  private static final JinjavaNodePreProcessor JINJAVAS_OWN = new JinjavaNodePreProcessor();

  private TemplateBounds() {}

  static JinjavaConfig.Builder on(JinjavaConfig.Builder config) {
    return config
        .withProcessors(
            JinjavaProcessors.newBuilder().withNodePreProcessor(TemplateBounds::step).build())
        .withMaxOutputSize(MAX_CHARACTERS)
        .withMaxStringLength(MAX_CHARACTERS)
        .withMaxListSize(MAX_ITEMS)
        .withMaxMapSize(MAX_ITEMS);
  }

  /** Called before a thread renders a template. */
  static void begin() {
    STEPS.set(0);
  }

  private static void step(Node node, JinjavaInterpreter interpreter) {
    JINJAVAS_OWN.accept(node, interpreter);
    int steps = STEPS.get() + 1;
    STEPS.set(steps);
    if (steps > MAX_STEPS) {
      throw new InterpretException(
          "the template takes more than %d steps".formatted(MAX_STEPS), node.getLineNumber());
    }
  }
}
