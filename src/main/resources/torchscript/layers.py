# Whole layers in TorchScript: one call from Java instead of some fifty, and what a layer computes on
# the way is freed at once. Read by tensor/FusedLayers as methods of a class; the dialect is that of
# saved modules, so operators are spelled as functions and weights come in lists.

  def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, biases: List[Tensor], i: int) -> Tensor:
    bias: Optional[Tensor] = None
    if torch.gt(torch.len(biases), 0):
      if torch.gt(torch.numel(biases[i]), 0):
        bias = biases[i]
    return torch.linear(x, weight, bias)

  def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    wide = torch.to(x, 6, False, False)
    scale = torch.rsqrt(torch.add(torch.mean(torch.pow(wide, 2), [-1], True), epsilon))
    return torch.mul(torch.to(torch.mul(wide, scale), ops.prim.dtype(x), False, False), weight)

  def activation(self: __torch__.Ops, x: Tensor, name: str) -> Tensor:
    if torch.eq(name, "silu"):
      y = torch.silu_(x)
    elif torch.eq(name, "quick_gelu"):
      y = torch.mul_(x, torch.sigmoid_(torch.mul(x, 1.702)))
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

  # [Tq, H, d], [Tk, Hkv, d] and an empty or a [Tq, Tk] bias to [Tq, H * d]
  def attention(self: __torch__.Ops, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, causal: bool) -> Tensor:
    mask: Optional[Tensor] = None
    if torch.gt(torch.numel(bias), 0):
      mask = bias
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

  def decoder_layer(self: __torch__.Ops, hidden: Tensor, cos: Tensor, sin: Tensor, keys: List[Tensor], values: List[Tensor], held: List[int], rows: List[int], masks: List[Tensor], weights: List[Tensor], biases: List[Tensor], epsilon: float, act: str) -> Tensor:
    heads = [torch.size(hidden, 0), -1, torch.size(cos, 2)]
    x = (self).rms_norm(hidden, weights[0], epsilon, )
    q = (self).rotate(torch.view((self).linear(x, weights[1], biases, 0, ), heads), cos, sin, )
    k = (self).rotate(torch.view((self).linear(x, weights[2], biases, 1, ), heads), cos, sin, )
    v = torch.view((self).linear(x, weights[3], biases, 2, ), heads)
    mixed = (self).ragged_attention(q, k, v, keys, values, held, rows, masks, )
    attended = torch.add_((self).linear(mixed, weights[4], biases, 3, ), hidden)
    y = (self).rms_norm(attended, weights[5], epsilon, )
    gate = (self).activation((self).linear(y, weights[6], biases, 4, ), act, )
    inner = torch.mul_(gate, (self).linear(y, weights[7], biases, 5, ))
    return torch.add_((self).linear(inner, weights[8], biases, 6, ), attended)

  # Pre-norm, with biases, every row seeing every row: CLIP's and SigLIP's.
  def encoder_layer(self: __torch__.Ops, hidden: Tensor, head_count: int, weights: List[Tensor], biases: List[Tensor], epsilon: float, act: str) -> Tensor:
    width = [torch.size(hidden, 1)]
    heads = [torch.size(hidden, 0), head_count, -1]
    x = torch.layer_norm(hidden, width, weights[0], biases[0], epsilon)
    q = torch.view(torch.linear(x, weights[1], biases[1]), heads)
    k = torch.view(torch.linear(x, weights[2], biases[2]), heads)
    v = torch.view(torch.linear(x, weights[3], biases[3]), heads)
    none = torch.slice(biases[0], 0, 0, 0, 1)
    mixed = (self).attention(q, k, v, none, False, )
    attended = torch.add_(torch.linear(mixed, weights[4], biases[4]), hidden)
    y = torch.layer_norm(attended, width, weights[5], biases[5], epsilon)
    inner = (self).activation(torch.linear(y, weights[6], biases[6]), act, )
    return torch.add_(torch.linear(inner, weights[7], biases[7]), attended)
