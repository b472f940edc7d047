# Whole layers in TorchScript: one call from Java instead of some fifty, and what a layer computes on
# the way is freed at once. Read by tensor/FusedLayers as methods of a class; the dialect is that of
# saved modules, so operators are spelled as functions and weights come in lists.

  # Weights of 16 bits are multiplied in 16 bits, and all that lies between products is float32. Where
  # weights are large MKL is slow on few rows. Column-major ones take 0.5 to 0.8 of its time in oneDNN
  # from three rows on; of others up to four rows take 0.6 to 0.9 of it as columns of the other operand,
  # more of them 0.6 to 0.9 in oneDNN.
  def product(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    rows = torch.size(x, 0)
    large = torch.__and__(torch.ge(torch.numel(weight), 1000000), torch.__not__(ops.prim.is_cuda(x)))
    if torch.ne(ops.prim.dtype(weight), 6):
      half = torch.to(x, ops.prim.dtype(weight), False, False)
      y = torch.to(torch.linear(half, weight, bias), 6, False, False)
    elif torch.__or__(torch.__not__(large), torch.eq(rows, 1)):
      y = torch.linear(x, weight, bias)
    elif torch.eq(torch.stride(weight, 0), 1):
      y = (self).column_major_product(x, weight, bias, )
    elif torch.__and__(torch.le(rows, 4), torch.__is__(bias, None)):
      y = torch.contiguous(torch.t(torch.mm(weight, torch.t(x))))
    else:
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    return y

  # oneDNN takes no gaps between columns, so it multiplies by what stands there too.
  def column_major_product(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    if torch.eq(torch.size(x, 0), 2):
      y = torch.linear(x, weight, bias)
    else:
      width = torch.stride(weight, 1)
      whole = torch.as_strided(weight, [width, torch.size(weight, 1)], [1, width])
      wide = ops.mkldnn._linear_pointwise(x, whole, None, "none", annotate(List[Optional[number]], []), "")
      y = torch.slice(wide, 1, 0, torch.size(weight, 0), 1)
      if torch.__isnot__(bias, None):
        y = torch.add_(y, ops.prim.unchecked_unwrap_optional(bias))
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
    return (self).rms_normed(x, weight, (self).scalar(x, epsilon, ), )

  # With epsilon as [1, 1] mean and sum are one operation: where rows are few, calls are what costs.
  def rms_normed(self: __torch__.Ops, x: Tensor, weight: Tensor, epsilon: Tensor) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    mean_square = torch.addcmul(epsilon, length, length, value=torch.div(1, torch.size(x, 1)))
    return torch.mul_(torch.mul(x, torch.rsqrt_(mean_square)), weight)

  def scalar(self: __torch__.Ops, like: Tensor, value: float) -> Tensor:
    return torch.new_full(like, [1, 1], value, dtype=None, layout=None, device=None, pin_memory=None)

  # x / (1 + e^-x). PyTorch's own computes the exponential more slowly than MKL, which it uses for exp: for 5,000
  # numbers this takes 0.9 of its time, for 20,000 and more a half.
  def silu(self: __torch__.Ops, x: Tensor) -> Tensor:
    if torch.__or__(torch.lt(torch.numel(x), 4096), ops.prim.is_cuda(x)):
      y = torch.silu_(x)
    else:
      y = torch.div_(x, torch.add_(torch.exp_(torch.neg(x)), 1))
    return y

  def activation(self: __torch__.Ops, x: Tensor, name: str) -> Tensor:
    if torch.eq(name, "silu"):
      y = (self).silu(x, )
    elif torch.eq(name, "quick_gelu"):
      y = torch.div_((self).silu(torch.mul_(x, 1.702), ), 1.702)
    elif torch.eq(name, "gelu"):
      y = torch.gelu(x, approximate="none")
    else:
      y = torch.gelu(x, approximate="tanh")
    return y

  # [T, H, d] by [T, 1, d], the sines of its first half negative
  def rotate_(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    swapped = torch.roll(x, [torch.floordiv(torch.size(x, 2), 2)], [2])
    return torch.addcmul_(torch.mul_(x, cos), swapped, sin)

  # [1, Hkv, T, d] to [1, Hkv * times, T, d]. Where heads share keys, PyTorch 2.7.1 computes the whole attention map: at
  # Qwen2-VL-2B's shape a prefill of 2,944 tokens takes 0.7 of that time, and 0.8 GiB less, if each has its own.
  def repeated(self: __torch__.Ops, heads: Tensor, times: int) -> Tensor:
    if torch.eq(times, 1):
      y = heads
    else:
      y = torch.repeat_interleave(heads, times, 1)
    return y

  # [Tq, H, d], [1, Hkv, Tk, d] and an empty or a [Tq, Tk] bias to [Tq, H * d], in the keys' type
  def attention(self: __torch__.Ops, q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, causal: bool) -> Tensor:
    mask: Optional[Tensor] = None
    if torch.gt(torch.numel(bias), 0):
      mask = torch.to(bias, ops.prim.dtype(keys), False, False)
    if torch.eq(torch.size(q, 0), 1):
      grouped = torch.view(q, [1, torch.size(keys, 1), -1, torch.size(q, 2)])
      one = torch.scaled_dot_product_attention(grouped, keys, values, mask, 0., False, scale=None, enable_gqa=False)
      mixed = torch.view(one, [1, -1])
    else:
      queries = torch.unsqueeze(torch.transpose(q, 0, 1), 0)
      sharing = torch.floordiv(torch.size(q, 1), torch.size(keys, 1))
      own_keys = (self).repeated(keys, sharing, )
      own_values = (self).repeated(values, sharing, )
      many = torch.scaled_dot_product_attention(queries, own_keys, own_values, mask, 0., causal, scale=None, enable_gqa=False)
      mixed = torch.flatten(torch.transpose(torch.squeeze(many, 0), 0, 1), 1, 2)
    return mixed

  # Each sequence's new keys and values, [2, Hkv, T, d], go behind those it holds, [2, Hkv, capacity, d],
  # and its rows attend to all of them.
  def ragged_attention(self: __torch__.Ops, q: Tensor, keys_and_values: Tensor, cached: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor]) -> Tensor:
    queries = torch.split_with_sizes(torch.to(q, ops.prim.dtype(cached[0]), False, False), rows, 0)
    new = torch.split_with_sizes(keys_and_values, rows, 2)
    mixed = annotate(List[Tensor], [])
    for i in range(torch.len(rows)):
      all = torch.add(held[i], rows[i])
      its = torch.slice(cached[i], 2, 0, all, 1)
      _0 = torch.copy_(torch.slice(its, 2, held[i], all, 1), new[i], False)
      keys, values, = torch.split(its, 1, 0)
      causal = torch.eq(torch.numel(masks[i]), 0)
      _1 = torch.append(mixed, (self).attention(queries[i], keys, values, masks[i], causal, ))
    if torch.eq(torch.len(mixed), 1):
      together = mixed[0]
    else:
      together = torch.cat(mixed, 0)
    return together

  # The linear layers are q, k, v, o, gate, up and down.
  def decoder_layer(self: __torch__.Ops, hidden: Tensor, cos: Tensor, sin: Tensor, cached: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor], norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: Tensor, act: str) -> Tensor:
    heads = [torch.size(hidden, 0), -1, torch.size(cos, 2)]
    x = (self).rms_normed(hidden, norms[0], epsilon, )
    q = torch.view((self).linear(x, 0, weights, biases, packed, ), heads)
    k = torch.view((self).linear(x, 1, weights, biases, packed, ), heads)
    v = torch.view((self).linear(x, 2, weights, biases, packed, ), heads)
    together = torch.cat([q, k, v], 1)
    queries = torch.size(q, 1)
    _0 = (self).rotate_(torch.slice(together, 1, 0, torch.add(queries, torch.size(k, 1)), 1), cos, sin, )
    keys_and_values = torch.unflatten(torch.slice(together, 1, queries, torch.size(together, 1), 1), 1, [2, -1])
    mixed = (self).ragged_attention(torch.slice(together, 1, 0, queries, 1), torch.permute(keys_and_values, [1, 2, 0, 3]), cached, held, rows, masks, )
    attended = torch.add_((self).linear(mixed, 3, weights, biases, packed, ), hidden)
    y = (self).rms_normed(attended, norms[1], epsilon, )
    gate = (self).activation((self).linear(y, 4, weights, biases, packed, ), act, )
    inner = torch.mul_(gate, (self).linear(y, 5, weights, biases, packed, ))
    return torch.add_((self).linear(inner, 6, weights, biases, packed, ), attended)

  # How strongly some rows of a sequence would attend to its rows, averaged over heads: of the states
  # [T, D] before a layer, the rows' numbers [Tq], and a bias [Tq, T], to [Tq, T].
  def attention_of(self: __torch__.Ops, hidden: Tensor, cos: Tensor, sin: Tensor, rows: Tensor, bias: Tensor, layer: int, norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> Tensor:
    heads = [-1, torch.size(cos, 2)]
    q_proj = torch.mul(layer, 7)
    k_proj = torch.add(q_proj, 1)
    x = (self).rms_norm(hidden, norms[torch.mul(layer, 2)], epsilon, )
    asking = torch.index_select(x, 0, rows)
    its = torch.unflatten((self).linear(asking, q_proj, weights, biases, packed, ), 1, heads)
    q = (self).rotate_(its, torch.index_select(cos, 0, rows), torch.index_select(sin, 0, rows), )
    k = (self).rotate_(torch.unflatten((self).linear(x, k_proj, weights, biases, packed, ), 1, heads), cos, sin, )
    grouped = torch.reshape(torch.transpose(q, 0, 1), [torch.size(k, 1), -1, torch.size(k, 2)])
    scores = torch.div(torch.matmul(grouped, torch.permute(k, [1, 2, 0])), torch.sqrt(torch.size(k, 2)))
    biased = torch.add(torch.view(scores, [-1, torch.size(rows, 0), torch.size(x, 0)]), bias)
    return torch.mean(torch.softmax(biased, -1), [0])

  # Layers one after another, from the first of a stack on as many as there are cosines. What a layer
  # takes of each sequence, and its weights, lie behind those of the layer before.
  def decoder_layers(self: __torch__.Ops, hidden: Tensor, cos: List[Tensor], sin: List[Tensor], cached: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor], first: int, norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> Tensor:
    x = hidden
    under = (self).scalar(hidden, epsilon, )
    for i in range(torch.len(cos)):
      a = torch.mul(i, torch.len(rows))
      b = torch.add(a, torch.len(rows))
      n = torch.mul(torch.add(first, i), 2)
      w = torch.mul(torch.add(first, i), 7)
      z = torch.add(w, 7)
      x = (self).decoder_layer(x, cos[i], sin[i], torch.slice(cached, a, b, 1), torch.slice(held, a, b, 1), rows, torch.slice(masks, a, b, 1), torch.slice(norms, n, torch.add(n, 2), 1), torch.slice(weights, w, z, 1), torch.slice(biases, w, z, 1), torch.slice(packed, w, z, 1), under, act, )
    return x

  # The linear layers fc1 and fc2. quick_gelu(x) is x / (1 + e^(-1.702 x)), and products of small matrices
  # apply a factor as they go.
  def encoder_mlp(self: __torch__.Ops, x: Tensor, i: int, weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], act: str) -> Tensor:
    fc2 = torch.add(i, 1)
    small = False
    if torch.__and__(torch.eq(act, "quick_gelu"), torch.eq(torch.len(packed), 0)):
      small = torch.__and__(torch.le(torch.numel(weights[i]), 131072), torch.eq(ops.prim.dtype(weights[i]), 6))
    if small:
      scaled = torch.addmm(biases[i], x, torch.t(weights[i]), beta=-1.702, alpha=-1.702)
      inner = torch.div_(scaled, torch.add_(torch.exp(scaled), 1))
      y = torch.addmm(biases[fc2], inner, torch.t(weights[fc2]), beta=1, alpha=-0.5875440658049353)
    else:
      inner = (self).activation((self).linear(x, i, weights, biases, packed, ), act, )
      y = (self).linear(inner, fc2, weights, biases, packed, )
    return y

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
      hidden = torch.add_((self).encoder_mlp(y, torch.add(i, 4), weights, biases, packed, act, ), attended)
    return [hidden, read]

  # The localizer: of words [B, T, D] about patches [P, N, D] and where both stand, [1, T, W] and [P, N, W],
  # to logits [B, 4, 8]. The norms are of patches, memory, words and answers, then each layer's three; the
  # linear layers are of patches and words, then each layer's ten.
  def localizer(self: __torch__.Ops, words: Tensor, patches: Tensor, positions: Tensor, order: Tensor, hidden: List[Tensor], edges: Tensor, likeness: List[Tensor], head: Tensor, head_bias: Tensor, norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], packed: List[__torch__.torch.classes.quantized.LinearPackedParamsBase], epsilon: float, act: str) -> Tensor:
    seen = [torch.size(patches, 2)]
    width = [torch.size(edges, 1)]
    shown = torch.linear(torch.layer_norm(patches, seen, norms[0], norms[1], epsilon), weights[0], biases[0])
    memory = torch.layer_norm(torch.add(shown, positions), width, norms[2], norms[3], epsilon)
    asked = torch.linear(torch.layer_norm(words, seen, norms[4], norms[5], epsilon), weights[1], biases[1])
    first = torch.expand(edges, [torch.size(words, 0), -1, -1])
    rows = torch.reshape(torch.cat([torch.zeros_like(first), asked], 1), [torch.size(patches, 0), -1, torch.size(edges, 1)])
    similarity = torch.unsqueeze(torch.matmul((self).unit(rows, epsilon, ), torch.transpose((self).unit(shown, epsilon, ), 1, 2)), 1)
    x = torch.cat([first, torch.add(asked, order)], 1)
    for i in range(torch.len(likeness)):
      n = torch.add(8, torch.mul(i, 6))
      w = torch.add(2, torch.mul(i, 10))
      x = (self).localizer_layer(x, memory, similarity, likeness[i], hidden, torch.slice(norms, n, torch.add(n, 6), 1), torch.slice(weights, w, torch.add(w, 10), 1), torch.slice(biases, w, torch.add(w, 10), 1), epsilon, act, )
    answers = torch.layer_norm(torch.slice(x, 1, 0, torch.size(edges, 0), 1), width, norms[6], norms[7], epsilon)
    return torch.transpose(torch.add_(torch.matmul(torch.transpose(answers, 0, 1), head), head_bias), 0, 1)

  # Each row brought to length 1.
  def unit(self: __torch__.Ops, x: Tensor, epsilon: float) -> Tensor:
    return torch.div(x, torch.sqrt(torch.add(torch.sum(torch.square(x), [-1], True), epsilon)))

  # One of its layers. The linear layers are q, k, v and out of rows to rows, of rows to patches, up and down.
  def localizer_layer(self: __torch__.Ops, rows: Tensor, patches: Tensor, similarity: Tensor, likeness: Tensor, hidden: List[Tensor], norms: List[Tensor], weights: List[Tensor], biases: List[Tensor], epsilon: float, act: str) -> Tensor:
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
