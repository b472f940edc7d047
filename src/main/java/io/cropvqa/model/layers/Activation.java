package io.cropvqa.model.layers;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.TorchOps;
import java.util.Locale;
import java.util.Set;

/** Activation functions, by the names that {@code hidden_act} gives them. */
public enum Activation {
  GELU {
    @Override
    public NDArray apply(NDArray x) {
      return TorchOps.gelu(x);
    }
  },
  GELU_PYTORCH_TANH {
    @Override
    public NDArray apply(NDArray x) {
      return TorchOps.tanhGelu(x);
    }
  },
  QUICK_GELU {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(ai.djl.nn.Activation.sigmoid(Autograd.scale(x, 1.702)));
    }
  },
  SILU {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(ai.djl.nn.Activation.sigmoid(x));
    }
  };

  /** Values of {@code hidden_act} that are implemented. */
  public static final Set<String> NAMES = Set.of("gelu", "gelu_pytorch_tanh", "quick_gelu", "silu");

  public abstract NDArray apply(NDArray x);

  /** Its value of {@code hidden_act}. */
  public String hiddenAct() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Activation named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
