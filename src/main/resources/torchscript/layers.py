# Whole layers in TorchScript: one call from Java instead of some fifty, and what a layer computes on
# the way is freed at once. Read by tensor/FusedLayers as methods of a class; the dialect is that of
# saved modules, so operators are spelled as functions and weights come in lists.

  # Weights of 16 bits are multiplied in 16 bits, and all that lies between products is float32. MKL is
  # slow on few rows: as columns of the other operand they take half of the time. oneDNN is faster from
  # some more on, where weights are large.
  def product(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    rows = torch.size(x, 0)
    large = torch.__and__(torch.ge(torch.numel(weight), 1000000), torch.__not__(ops.prim.is_cuda(x)))
    if torch.ne(ops.prim.dtype(weight), 6):
      half = torch.to(x, ops.prim.dtype(weight), False, False)
      y = torch.to(torch.linear(half, weight, bias), 6, False, False)
    elif torch.__and__(torch.__and__(torch.gt(rows, 1), torch.le(rows, 16)), torch.__is__(bias, None)):
      y = torch.contiguous(torch.t(torch.mm(weight, torch.t(x))))
    elif torch.__and__(large, torch.gt(rows, 16)):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    else:
      y = torch.linear(x, weight, bias)
    return y

  # Where there are packed weights of 8 bits, those.
  def linear(self: __torch__.Ops, x: Tensor, i: int, weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase]) -> Tensor:
    if torch.gt(torch.len(packed), 0):
      y = ops.quantized.linear_dynamic(x, packed[i], True)
    else:
      bias: Optional[Tensor] = None
      if torch.gt(torch.len(biases), 0):
        if torch.gt(torch.numel(biases[i]), 0):
          bias = biases[i]
      y = (self).product(x, weights[i], bias, )
    return y

  def large_linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    its: Optional[Tensor] = None
    if torch.gt(torch.numel(bias), 0):
      its = bias
    return (self).product(x, weight, its, )

  # [out, in] in 8 bits with one scale a row, and its bias, as linear takes it.
  def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
    scales = torch.clamp_min(torch.div(torch.amax(torch.abs(weight), [1], False), 127.), 9.9999999999999995e-21)
    zeros = torch.to(torch.zeros_like(scales), 4, False, False)
    bytes = torch.quantize_per_channel(weight, torch.to(scales, 7, False, False), zeros, 0, 12)
    its: Optional[Tensor] = None
    if torch.gt(torch.numel(bias), 0):
      its = bias
    return ops.quantized.linear_prepack(bytes, its)

  def nothing_packed(self: __torch__.Ops) -> List[__torch__.torch.classes.quantized.LinearPackedParamsBase]:
    return annotate(List[__torch__.torch.classes.quantized.LinearPackedParamsBase], [])

  def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    wide = torch.to(x, 6, False, False)
    scale = torch.rsqrt(torch.add(torch.mean(torch.pow(wide, 2), [-1], True), epsilon))
    return torch.mul(torch.to(torch.mul(wide, scale), ops.prim.dtype(x), False, False), weight)

  def activation(self: __torch__.Ops, x: Tensor, name: str) -> Tensor:
    if torch.eq(name, "silu"):
      y = torch.silu_(x)
    elif torch.eq(name, "quick_gelu"):
      y = torch.div_(torch.silu_(torch.mul_(x, 1.702)), 1.702)
    elif torch.eq(name, "gelu"):
      y = torch.gelu(x, approximate="none")
    else:
      y = torch.gelu(x, approximate="tanh")
    return y

  # [T, H, d] by [T, 1, d]
  def rotate(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second, = torch.chunk(x, 2, -1)
    turned = torch.cat([torch.neg(second), first], -1)
    return torch.add_(torch.mul(x, cos), torch.mul_(turned, sin))

  # [Tq, H, d], [Tk, Hkv, d] and an empty or a [Tq, Tk] bias to [Tq, H * d], in the keys' type
  def attention(self: __torch__.Ops, rows: Tensor, k: Tensor, v: Tensor, bias: Tensor, causal: bool) -> Tensor:
    q = torch.to(rows, ops.prim.dtype(k), False, False)
    mask: Optional[Tensor] = None
    if torch.gt(torch.numel(bias), 0):
      mask = torch.to(bias, ops.prim.dtype(k), False, False)
    keys = torch.unsqueeze(torch.transpose(k, 0, 1), 0)
    values = torch.unsqueeze(torch.transpose(v, 0, 1), 0)
    if torch.eq(torch.size(q, 0), 1):
      grouped = torch.view(q, [1, torch.size(k, 1), -1, torch.size(q, 2)])
      one = torch.scaled_dot_product_attention(grouped, keys, values, mask, 0., False, scale=None, enable_gqa=False)
      mixed = torch.reshape(one, [1, -1])
    else:
      queries = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
      grouped = torch.ne(torch.size(q, 1), torch.size(k, 1))
      many = torch.scaled_dot_product_attention(queries, keys, values, mask, 0., causal, scale=None, enable_gqa=grouped)
      mixed = torch.flatten(torch.transpose(torch.squeeze(many, 0), 0, 1), 1, 2)
    return mixed

  # Each sequence's new keys and values go behind those it holds, and its rows attend to all of them.
  def ragged_attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, keys: List[Tensor], values: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor]) -> Tensor:
    mixed = annotate(List[Tensor], [])
    start = 0
    for i in range(torch.len(rows)):
      end = torch.add(start, rows[i])
      all = torch.add(held[i], rows[i])
      mine = torch.slice(keys[i], 0, 0, all, 1)
      its = torch.slice(values[i], 0, 0, all, 1)
      _0 = torch.copy_(torch.slice(mine, 0, held[i], all, 1), torch.slice(k, 0, start, end, 1), False)
      _1 = torch.copy_(torch.slice(its, 0, held[i], all, 1), torch.slice(v, 0, start, end, 1), False)
      causal = torch.eq(torch.numel(masks[i]), 0)
      _2 = torch.append(mixed, (self).attention(torch.slice(q, 0, start, end, 1), mine, its, masks[i], causal, ))
      start = end
    return torch.cat(mixed, 0)

  # The linear layers are q, k, v, o, gate, up and down.
  def decoder_layer(self: __torch__.Ops, hidden: Tensor, cos: Tensor, sin: Tensor, keys: List[Tensor], values: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor], norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> Tensor:
    heads = [torch.size(hidden, 0), -1, torch.size(cos, 2)]
    x = (self).rms_norm(hidden, norms[0], epsilon, )
    q = (self).rotate(torch.view((self).linear(x, 0, weights, biases, packed, ), heads), cos, sin, )
    k = (self).rotate(torch.view((self).linear(x, 1, weights, biases, packed, ), heads), cos, sin, )
    v = torch.view((self).linear(x, 2, weights, biases, packed, ), heads)
    mixed = (self).ragged_attention(q, k, v, keys, values, held, rows, masks, )
    attended = torch.add_((self).linear(mixed, 3, weights, biases, packed, ), hidden)
    y = (self).rms_norm(attended, norms[1], epsilon, )
    gate = (self).activation((self).linear(y, 4, weights, biases, packed, ), act, )
    inner = torch.mul_(gate, (self).linear(y, 5, weights, biases, packed, ))
    return torch.add_((self).linear(inner, 6, weights, biases, packed, ), attended)

  # Pre-norm, every row seeing every row: CLIP's and SigLIP's. Each layer has 4 norms and the linear
  # layers q, k, v, out, fc1 and fc2. Gives what the last layer made and what it read.
  def encoder(self: __torch__.Ops, embedded: Tensor, head_count: int, norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> List[Tensor]:
    width = [torch.size(embedded, 1)]
    heads = [1, torch.size(embedded, 0), head_count, -1]
    read = embedded
    hidden = embedded
    for layer in range(torch.floordiv(torch.len(norms), 4)):
      read = hidden
      n = torch.mul(layer, 4)
      i = torch.mul(layer, 6)
      x = torch.layer_norm(read, width, norms[n], norms[torch.add(n, 1)], epsilon)
      q = torch.view((self).linear(x, i, weights, biases, packed, ), heads)
      k = torch.view((self).linear(x, torch.add(i, 1), weights, biases, packed, ), heads)
      v = torch.view((self).linear(x, torch.add(i, 2), weights, biases, packed, ), heads)
      seen = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., False, scale=None, enable_gqa=False)
      mixed = torch.reshape(torch.transpose(seen, 1, 2), [torch.size(read, 0), -1])
      attended = torch.add_((self).linear(mixed, torch.add(i, 3), weights, biases, packed, ), read)
      y = torch.layer_norm(attended, width, norms[torch.add(n, 2)], norms[torch.add(n, 3)], epsilon)
      inner = (self).activation((self).linear(y, torch.add(i, 4), weights, biases, packed, ), act, )
      hidden = torch.add_((self).linear(inner, torch.add(i, 5), weights, biases, packed, ), attended)
    return [hidden, read]

  # The localizer's. The linear layers are q, k, v and out of rows to rows, of rows to patches, up and down.
  def localizer_layer(self: __torch__.Ops, rows: Tensor, patches: Tensor, similarity: Tensor, likeness: Tensor, hidden: List[Tensor], norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> Tensor:
    width = [torch.size(rows, 2)]
    heads = torch.size(likeness, 0)
    bias: Optional[Tensor] = None
    if torch.gt(torch.len(hidden), 0):
      bias = hidden[0]
    x = torch.layer_norm(rows, width, norms[0], norms[1], epsilon)
    told = torch.add_((self).heads_attention(x, x, bias, heads, 0, weights, biases, ), rows)
    y = torch.layer_norm(told, width, norms[2], norms[3], epsilon)
    asked = torch.view(y, [torch.size(patches, 0), -1, torch.size(rows, 2)])
    seen = (self).heads_attention(asked, patches, torch.mul(similarity, likeness), heads, 4, weights, biases, )
    shown = torch.add_(torch.view(seen, torch.size(rows)), told)
    z = torch.layer_norm(shown, width, norms[4], norms[5], epsilon)
    inner = (self).activation(torch.linear(z, weights[8], biases[8]), act, )
    return torch.add_(torch.linear(inner, weights[9], biases[9]), shown)

  # [G, Tq, W], [G, Tk, W] and a bias that fits [G, H, Tq, Tk] to [G, Tq, W], by linear layers from one on
  def heads_attention(self: __torch__.Ops, x: Tensor, memory: Tensor, bias: Optional[Tensor], heads: int, first: int, weights: List[Tensor], biases: List[Tensor]) -> Tensor:
    q = torch.view(torch.linear(x, weights[first], biases[first]), [torch.size(x, 0), torch.size(x, 1), heads, -1])
    size = [torch.size(memory, 0), torch.size(memory, 1), heads, -1]
    k = torch.view(torch.linear(memory, weights[torch.add(first, 1)], biases[torch.add(first, 1)]), size)
    v = torch.view(torch.linear(memory, weights[torch.add(first, 2)], biases[torch.add(first, 2)]), size)
    seen = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), bias, 0., False, scale=None, enable_gqa=False)
    mixed = torch.reshape(torch.transpose(seen, 1, 2), torch.size(x))
    return torch.linear(mixed, weights[torch.add(first, 3)], biases[torch.add(first, 3)])
