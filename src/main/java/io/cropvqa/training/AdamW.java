package io.cropvqa.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Autograd;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), as {@code torch.optim.AdamW}
 * computes it, with the gradient's norm clipped before. Vectors (biases, norms) don't decay.
 */
public final class AdamW {
  private static final String FIRST = "adamw.first.";
  private static final String SECOND = "adamw.second.";

  /**
   * @param beta1 share of the gradient's running mean that a step keeps, in [0, 1)
   * @param beta2 the same of its square's
   * @param epsilon added to the root of the mean square
   * @param weightDecay share of a weight that a step at learning rate 1 would take away
   * @param maxGradientNorm length that all gradients together are cut to
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {
    public static final Settings DEFAULTS = new Settings(0.9, 0.99, 1e-8, 0.01, 1);
  }

  private final Settings settings;
  private final Map<String, NDArray> parameters;
  private final Map<String, NDArray> state = new LinkedHashMap<>();

  /**
   * @param root owns the state
   * @param first what the state begins as, asked for by name and shape; {@link #ZEROS} for a new
   *     training
   */
  public AdamW(Parameters parameters, Settings settings, NDManager root, Parameters.Values first) {
    this.settings = settings;
    this.parameters = parameters.all();
    this.parameters.forEach(
        (name, parameter) -> {
          Shape shape = parameter.getShape();
          for (String moment : new String[] {FIRST + name, SECOND + name}) {
            state.put(moment, root.create(first.of(moment, shape.getShape()), shape));
          }
        });
  }

  /** The state before the first step. */
  public static final Parameters.Values ZEROS = (name, shape) -> new float[size(shape)];

  private static int size(long... shape) {
    return Math.toIntExact(new Shape(shape).size());
  }

  /** Running means of gradients and of their squares, by name. */
  public Map<String, NDArray> state() {
    return state;
  }

  /**
   * Changes every parameter by its gradient, and empties the gradients.
   *
   * @param step number of the step, from 1
   * @param scope owns what is made on the way
   * @return the gradients' norm before it was clipped
   */
  public double update(int step, double learningRate, NDManager scope) {
    return Autograd.untracked(
        () -> {
          Map<String, NDArray> gradients = gradients(scope);
          double norm = norm(gradients);
          float scale = (float) Math.min(1, settings.maxGradientNorm() / (norm + 1e-6));
          gradients.forEach(
              (name, gradient) -> update(name, gradient.mul(scale), step, learningRate, scope));
          parameters.values().forEach(Autograd::clear);
          return norm;
        });
  }

  private Map<String, NDArray> gradients(NDManager scope) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          NDArray gradient = Autograd.gradient(parameter);
          gradient.attach(scope);
          gradients.put(name, gradient);
        });
    return gradients;
  }

  private static double norm(Map<String, NDArray> gradients) {
    double squares = 0;
    for (NDArray gradient : gradients.values()) {
      squares += gradient.square().sum().getFloat();
    }
    return Math.sqrt(squares);
  }

  private void update(
      String name, NDArray gradient, int step, double learningRate, NDManager scope) {
    NDArray parameter = parameters.get(name);
    NDArray first = state.get(FIRST + name);
    NDArray second = state.get(SECOND + name);
    double beta1 = settings.beta1();
    double beta2 = settings.beta2();
    first.muli((float) beta1).addi(gradient.mul((float) (1 - beta1)));
    second.muli((float) beta2).addi(gradient.square().mul((float) (1 - beta2)));
    double bias1 = 1 - Math.pow(beta1, step);
    double bias2 = 1 - Math.pow(beta2, step);
    NDArray meanSquare = second.div((float) bias2);
    meanSquare.attach(scope);
    NDArray change = first.div(meanSquare.sqrt().add((float) settings.epsilon()));
    change.attach(scope);
    if (parameter.getShape().dimension() > 1) {
      parameter.muli((float) (1 - learningRate * settings.weightDecay()));
    }
    parameter.subi(change.mul((float) (learningRate / bias1)));
  }
}
