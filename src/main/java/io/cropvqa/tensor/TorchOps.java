package io.cropvqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;

/**
 * PyTorch operations that {@code NDArray} has no method for. Each result belongs to the manager of
 * the first argument.
 */
public final class TorchOps {
  private static final String SCRIPT =
      """
        def attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, causal: bool, gqa: bool) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, None, 0.0, causal, scale=None, enable_gqa=gqa)
        def biased_attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, gqa: bool) -> Tensor:
          return torch.scaled_dot_product_attention(q, k, v, bias, 0.0, False, scale=None, enable_gqa=gqa)
        def tanh_gelu(self: __torch__.Ops, x: Tensor) -> Tensor:
          return torch.gelu(x, approximate="tanh")
        def patches(self: __torch__.Ops, pixels: Tensor, size: int) -> Tensor:
          cut = torch.unfold(torch.unfold(pixels, 2, size, size), 3, size, size)
          rows = torch.mul(torch.size(cut, 2), torch.size(cut, 3))
          return torch.reshape(torch.permute(cut, [0, 2, 3, 1, 4, 5]), [rows, -1])
        def empty(self: __torch__.Ops, like: Tensor, size: List[int], dtype: int) -> Tensor:
          return torch.new_empty(like, size, dtype=dtype, layout=None, device=None, pin_memory=None)
        def convert(self: __torch__.Ops, x: Tensor, dtype: int) -> Tensor:
          return torch.to(x, dtype, False, True)
        def pick(self: __torch__.Ops, all: List[Tensor], index: Tensor, capacity: int) -> List[Tensor]:
          picked = annotate(List[Tensor], [])
          for i in range(torch.len(all)):
            size = [torch.size(all[i], 0), torch.size(all[i], 1), capacity, torch.size(all[i], 3)]
            into = torch.new_empty(all[i], size, dtype=None, layout=None, device=None, pin_memory=None)
            _0 = torch.copy_(torch.slice(into, 2, 0, torch.size(index, 0), 1), torch.index_select(all[i], 2, index), False)
            _1 = torch.append(picked, into)
          return picked
        def fill(self: __torch__.Ops, into: Tensor, rows: Tensor) -> Tensor:
          return torch.copy_(torch.slice(into, 2, 0, torch.size(rows, 2), 1), rows, False)
        def store(self: __torch__.Ops, into: Tensor, start: int, bytes: Tensor, dtype: int) -> Tensor:
          stored = torch.view_copy(bytes, dtype=dtype)
          end = torch.add(start, torch.numel(stored))
          if torch.is_contiguous(into):
            written = torch.copy_(torch.slice(torch.view(into, [-1]), 0, start, end, 1), stored, False)
          else:
            width = torch.size(into, 1)
            rows = torch.slice(into, 0, torch.floordiv(start, width), torch.floordiv(end, width), 1)
            turned = torch.contiguous(torch.t(torch.view(stored, [-1, width])))
            written = torch.copy_(torch.t(rows), turned, False)
          return written
      """;

  /** Weights for which another way to multiply them is worth choosing. */
  private static final long LARGE = 1_000_000;

  private TorchOps() {}

  /** Compiled at first use; holds no weights, so one module serves every device and thread. */
  private static final class Module {
    static final PtSymbolBlock OPS = TorchScript.compile(Torch.open(Device.cpu()), SCRIPT);
  }

  /**
   * {@code x weight^T + bias}.
   *
   * @param x [..., in]
   * @param weight [out, in], row-major as checkpoints store it or {@link ColumnMajor}, of any
   *     number type
   * @param bias [out] of that type, or null
   * @return [..., out] float32
   */
  public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    boolean large = weight.size() >= LARGE && x.getShape().dimension() == 2 && x.size(0) > 1;
    boolean half = weight.getDataType() != DataType.FLOAT32;
    return (large || half) && !Autograd.isTracking()
        ? FusedLayers.linear(x, weight, bias)
        : JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
  }

  /**
   * Fused softmax(q k^T / sqrt(d)) v: never holds the [heads, Tq, Tk] map, except where gradients
   * have to go through.
   *
   * @param q [1, heads, Tq, d]
   * @param k [1, kvHeads, Tk, d]; heads is a multiple of kvHeads
   * @param v [1, kvHeads, Tk, d]
   * @param causal whether row i sees only the rows up to i; then Tq = Tk
   * @return [1, heads, Tq, d]
   */
  public static NDArray attention(NDArray q, NDArray k, NDArray v, boolean causal) {
    if (Autograd.isTracking()) {
      return plainAttention(q, k, v, causal ? causalMask(q) : null);
    }
    return run("attention", q, tensor(k), tensor(v), IValue.from(causal), isGrouped(q, k));
  }

  /**
   * Fused softmax(q k^T / sqrt(d) + bias) v.
   *
   * @param q [1, heads, Tq, d]
   * @param k [1, kvHeads, Tk, d]; heads is a multiple of kvHeads
   * @param v [1, kvHeads, Tk, d]
   * @param bias [Tq, Tk], the same for all heads; minus infinity hides a key
   * @return [1, heads, Tq, d]
   */
  public static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray bias) {
    if (Autograd.isTracking()) {
      return plainAttention(q, k, v, bias);
    }
    return run("biased_attention", q, tensor(k), tensor(v), tensor(bias), isGrouped(q, k));
  }

  /** The same in operations that gradients go through. */
  private static NDArray plainAttention(NDArray q, NDArray k, NDArray v, NDArray bias) {
    long heads = q.getShape().get(1);
    long rows = q.getShape().get(2);
    long size = q.getShape().get(3);
    long groups = k.getShape().get(1);
    long keys = k.getShape().get(2);
    NDArray grouped = Autograd.scale(q, 1 / Math.sqrt(size)).reshape(groups, -1, size);
    NDArray scores = grouped.matMul(k.reshape(groups, keys, size).transpose(0, 2, 1));
    NDArray byHead = scores.reshape(heads, rows, keys);
    NDArray weights = (bias == null ? byHead : byHead.add(bias)).softmax(-1);
    NDArray mixed = weights.reshape(groups, -1, keys).matMul(v.reshape(groups, keys, size));
    return mixed.reshape(1, heads, rows, size);
  }

  /** Minus infinity above the diagonal: [T, T]. */
  private static NDArray causalMask(NDArray q) {
    int rows = (int) q.getShape().get(2);
    float[] mask = new float[rows * rows];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(mask, row * rows + row + 1, (row + 1) * rows, Float.NEGATIVE_INFINITY);
    }
    return q.getManager().create(mask, new Shape(rows, rows));
  }

  private static IValue isGrouped(NDArray q, NDArray k) {
    return IValue.from(q.getShape().get(1) != k.getShape().get(1));
  }

  private static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  private static NDArray run(String method, NDArray first, IValue... others) {
    IValue[] arguments = new IValue[1 + others.length];
    arguments[0] = tensor(first);
    System.arraycopy(others, 0, arguments, 1, others.length);
    try (IValue result = IValueUtils.runMethod(Module.OPS, method, arguments)) {
      return result.toTensor((PtNDManager) first.getManager());
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  /**
   * Rows of a table, copied.
   *
   * @param index [n] int64; its manager owns the result
   * @param table [rows, ...]
   * @return [n, ...]
   */
  public static NDArray rows(NDArray index, NDArray table) {
    Shape shape = table.getShape();
    long width = shape.slice(1).size();
    try (NDArray flat = table.reshape(shape.get(0), width)) {
      NDArray picked = JniUtils.embedding((PtNDArray) index, (PtNDArray) flat, false);
      return shape.dimension() == 2
          ? picked
          : picked.reshape(new Shape(index.size()).addAll(shape.slice(1)));
    }
  }

  /** A new array whose numbers are yet to be written, on the owner's device. */
  public static NDArray empty(NDManager owner, Shape shape, NumberType type) {
    if (!type.isHalf()) {
      return owner.create(shape, DataType.FLOAT32);
    }
    try (NDArray like = owner.create(new Shape(0), DataType.FLOAT32)) {
      return run("empty", like, IValue.listFrom(shape.getShape()), scalarType(type));
    }
  }

  /** A copy in numbers of another type. */
  public static NDArray converted(NDArray x, NumberType type) {
    return run("convert", x, scalarType(type));
  }

  private static IValue scalarType(NumberType type) {
    return IValue.from((long) type.scalarType());
  }

  /**
   * Some rows of each head, copied into arrays with room for more.
   *
   * @param all [2, heads, any, d] each, at least one; the first one's manager owns the results
   * @param index [n] int64
   * @return as many, [2, heads, capacity, d], of which the first n rows are written
   */
  public static NDList pick(NDList all, NDArray index, long capacity) {
    PtNDManager owner = (PtNDManager) all.head().getManager();
    try (IValue arrays = FusedLayers.tensors(all);
        IValue rows = tensor(index);
        IValue room = IValue.from(capacity);
        IValue picked = IValueUtils.runMethod(Module.OPS, "pick", arrays, rows, room)) {
      return new NDList(picked.toTensorArray(owner));
    }
  }

  /**
   * Writes rows into the first ones of an array, converted to its type.
   *
   * @param into [2, heads, capacity, d]
   * @param rows [2, heads, rows, d]
   */
  public static void fill(NDArray into, NDArray rows) {
    run("fill", into, tensor(rows)).close();
  }

  /** What is from one index of an axis up to, not including, another, as a view. */
  public static NDArray slice(NDArray x, int axis, long from, long to) {
    return JniUtils.slice((PtNDArray) x, axis, from, to, 1);
  }

  /** Rows of several arrays, one after another. */
  public static NDArray joined(NDList parts) {
    return parts.size() == 1
        ? parts.get(0)
        : parts.get(0).getNDArrayInternal().concat(parts.subNDList(1), 0);
  }

  /** The same numbers under another owner, which keeps them alive when the first is closed. */
  public static NDArray view(NDArray x, NDManager owner) {
    NDArray view = x.reshape(x.getShape());
    view.attach(owner);
    return view;
  }

  /** A copy that gradients go through; {@code duplicate} lets none. */
  public static NDArray copy(NDArray x) {
    return x.toType(x.getDataType(), true);
  }

  /** Layer normalization over the last axis. */
  public static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double epsilon) {
    return JniUtils.layerNorm(
        (PtNDArray) x, weight.getShape(), (PtNDArray) weight, (PtNDArray) bias, epsilon);
  }

  /**
   * Cuts a picture into square patches, row by row; what is left beyond whole patches is dropped.
   *
   * @param pixels [1, channels, H, W]
   * @return [H / size * W / size, channels * size * size]
   */
  public static NDArray patches(NDArray pixels, int size) {
    return run("patches", pixels, IValue.from((long) size));
  }

  /** Exact (erf) GELU. */
  public static NDArray gelu(NDArray x) {
    return JniUtils.gelu((PtNDArray) x);
  }

  /** GELU by tanh; no gradients go through. */
  public static NDArray tanhGelu(NDArray x) {
    return run("tanh_gelu", x);
  }

  /** Types of stored numbers that {@code NDArray} doesn't take, or would take a copy for. */
  public enum Stored {
    FLOAT16(5),
    FLOAT32(6),
    FLOAT64(7),
    BFLOAT16(15);

    private final int scalarType; // of c10/core/ScalarType.h

    Stored(int scalarType) {
      this.scalarType = scalarType;
    }
  }

  /**
   * Writes numbers into an array, converted to its type.
   *
   * @param into contiguous, of any shape and on any device, or column-major
   * @param start index of the first number in it, by rows; numbers for columns come in whole rows
   * @param bytes [n] uint8 on the CPU, the numbers as they are stored
   */
  public static void store(NDArray into, long start, NDArray bytes, Stored type) {
    run("store", into, IValue.from(start), tensor(bytes), IValue.from((long) type.scalarType))
        .close();
  }
}
