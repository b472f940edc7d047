package io.cropvqa.evaluation;

import io.cropvqa.pruning.PruningMethods;
import java.util.Optional;

/**
 * A way to prune: a method, with a region of its own choice or that of a control.
 *
 * @param method a pruning method
 * @param control what stands in for the localizer, if anything does
 */
record Way(String method, Optional<Control> control) {
  private static final String REGION_GUIDED = "crop";

  Way(String method) {
    this(method, Optional.empty());
  }

  /** The control of {@code crop}, the method whose region is in question. */
  static Way of(Control control) {
    return new Way(REGION_GUIDED, Optional.of(control));
  }

  /**
   * Reads {@code crop}, {@code plc-pool/wrong-region}, or {@code oracle} for {@code crop/oracle}.
   *
   * @throws IllegalArgumentException for an unknown method or control, or for a control of a method
   *     that looks at no region
   */
  static Way named(String name) {
    if (name.equals(Control.ORACLE.wireName())) {
      return of(Control.ORACLE);
    }
    int slash = name.indexOf('/');
    String method = slash < 0 ? name : name.substring(0, slash);
    if (!PruningMethods.names().contains(method)) {
      throw new IllegalArgumentException(
          "\"%s\" is unknown: use some of %s".formatted(method, PruningMethods.names()));
    }
    if (slash < 0) {
      return new Way(method);
    }
    Control control = Control.named(name.substring(slash + 1));
    if (!PruningMethods.usesRegion(method)) {
      throw new IllegalArgumentException(
          "\"%s\" makes no sense: %s looks at no region".formatted(name, method));
    }
    return new Way(method, Optional.of(control));
  }

  /** Such as {@code crop/oracle}. */
  String name() {
    return control.map(region -> method + "/" + region.wireName()).orElse(method);
  }

  boolean isCrop() {
    return equals(new Way(REGION_GUIDED));
  }

  /** Whether the engine's localizer is asked for its region. */
  boolean localizes() {
    return control.isEmpty() && PruningMethods.usesRegion(method);
  }

  /** Whether it can only be asked where every true region is known. */
  boolean needsRegions() {
    return control.filter(Control::needsRegion).isPresent();
  }
}
