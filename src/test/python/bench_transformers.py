"""What prefill and decode cost transformers: the other side of `bench --prompt-tokens`.

With --shape a decoder with random weights in a shape of src/main/resources/shapes.json, whose layers take turns with sets of weights
as in `bench`; with --model the decoder of a checkpoint. Prompts are random tokens. Prefill: word embeddings, SDPA attention, the logits
of the last token. Decode: greedy, by plain calls of the model and by `generate`. Times are medians of rounds after one that warms up;
what is over in no time is repeated within a round.

    python bench_transformers.py --shape llama-1b --prompt-tokens 64 --threads 1
    python bench_transformers.py --model ../../main/resources/models/crop-scenes-2m --prompt-tokens 600,2400 --threads 1
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, DynamicCache, GenerationConfig
from transformers.generation.streamers import BaseStreamer

SHAPES = Path(__file__).resolve().parents[2] / "main/resources/shapes.json"
OWN_WEIGHTS_BYTES = 4 << 30  # as Decoders.OWN_WEIGHTS_BYTES
ROW_SECONDS = 0.5
MOST_REPETITIONS = 30


def text_config(shape, layers):
    text = dict(json.loads(SHAPES.read_text())[shape]["text_config"])
    kind = text.pop("model_type")
    text["rope_parameters"] = {"rope_type": "default", "rope_theta": text.pop("rope_theta")}
    text.pop("rope_scaling", None)  # M-RoPE costs what RoPE does
    if layers:
        text["num_hidden_layers"] = layers
    return AutoConfig.for_model("qwen2" if kind.endswith("vl_text") else kind, **text)


def layer_sets(config):
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    heads = 2 * config.num_attention_heads + 2 * config.num_key_value_heads
    weights = heads * head * config.hidden_size + 3 * config.hidden_size * config.intermediate_size
    return min(config.num_hidden_layers, -(-OWN_WEIGHTS_BYTES // (4 * weights)))


def random_decoder(config):
    """Made on no device, then given weights, so that those that layers share are in memory once."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa", dtype=torch.float32)
    made = {}
    sets = layer_sets(config)
    block = torch.empty(1_000_003).normal_(0, 0.02)
    for name, parameter in list(model.named_parameters(remove_duplicate=False)):
        parts = name.split(".")
        if "layers" in parts:
            at = parts.index("layers") + 1
            parts[at] = str(int(parts[at]) % sets)
        key = "embed" if config.tie_word_embeddings and parts[0] == "lm_head" else ".".join(parts)
        key = "embed" if key == "model.embed_tokens.weight" else key
        if key not in made:
            made[key] = torch.nn.Parameter(values(parameter.shape, block, "norm" in parts[-2]), requires_grad=False)
        owner = model.get_submodule(name.rpartition(".")[0])
        setattr(owner, parts[-1], made[key])
    model.model.rotary_emb = type(model.model.rotary_emb)(config)  # its frequencies were made on no device
    return model.eval(), sets


def values(shape, block, norm):
    if norm:
        return torch.ones(shape)
    flat = torch.empty(shape.numel())
    for at in range(0, flat.numel(), block.numel()):
        flat[at : at + block.numel()] = block[: flat.numel() - at]
    return flat.view(shape)


class Arrivals(BaseStreamer):
    """When generate's tokens came."""

    def __init__(self):
        self.times = []

    def put(self, value):
        self.times.append(time.perf_counter())

    def end(self):
        pass


class Row:
    """A prompt length and what was seen of it."""

    def __init__(self, model, vocabulary, tokens, new_tokens):
        self.model = model
        self.ids = torch.randint(0, vocabulary, (1, tokens), generator=torch.Generator().manual_seed(tokens))
        self.new_tokens = new_tokens
        self.repetitions = 1
        self.prefill, self.decode, self.generate = [], [], []

    def round(self, warm_up):
        begun = time.perf_counter()
        runs = [self.run() for _ in range(self.repetitions)]
        if warm_up:
            self.repetitions = int(max(1, min(MOST_REPETITIONS, ROW_SECONDS / (time.perf_counter() - begun))))
            return
        for figures, of_runs in zip((self.prefill, self.decode, self.generate), zip(*runs)):
            figures.append(statistics.median(of_runs))

    def run(self):
        embeddings = self.model.get_input_embeddings()
        cache = DynamicCache(config=self.model.config.get_text_config())
        begun = time.perf_counter()
        out = self.model(inputs_embeds=embeddings(self.ids), past_key_values=cache, use_cache=True, logits_to_keep=1)
        token = out.logits[:, -1].argmax(-1, keepdim=True)
        prefilled = time.perf_counter()
        for _ in range(self.new_tokens):
            out = self.model(input_ids=token, past_key_values=cache, use_cache=True, logits_to_keep=1)
            token = out.logits[:, -1].argmax(-1, keepdim=True)
        ended = time.perf_counter()
        return 1e3 * (prefilled - begun), self.new_tokens / (ended - prefilled), self.generated()

    def generated(self):
        arrivals = Arrivals()
        greedy = GenerationConfig(
            max_new_tokens=self.new_tokens + 1, do_sample=False, pad_token_id=0
        )
        self.model.generate(input_ids=self.ids, attention_mask=torch.ones_like(self.ids), generation_config=greedy, streamer=arrivals)
        tokens = arrivals.times[1:]  # the prompt comes first
        assert len(tokens) == self.new_tokens + 1, f"{len(tokens)} tokens instead of {self.new_tokens + 1}"
        return self.new_tokens / (tokens[-1] - tokens[0])

    def report(self):
        return {
            "method": f"text@{self.ids.shape[1]}",
            "prefillMs": spread(self.prefill),
            "decodeTokensPerSecond": spread(self.decode),
            "generateTokensPerSecond": spread(self.generate),
        }


def spread(figures):
    lower, median, upper = statistics.quantiles(figures, n=4, method="inclusive") if len(figures) > 1 else figures * 3
    return {"median": median, "lowerQuartile": lower, "upperQuartile": upper, "measurements": len(figures)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = arguments.add_mutually_exclusive_group(required=True)
    what.add_argument("--shape")
    what.add_argument("--model")
    arguments.add_argument("--layers", type=int)
    arguments.add_argument("--prompt-tokens", default="600,2400")
    arguments.add_argument("--new-tokens", type=int, default=16)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    if options.shape:
        model, sets = random_decoder(text_config(options.shape, options.layers))
    else:
        model = AutoModelForImageTextToText.from_pretrained(options.model, dtype=torch.float32, attn_implementation="sdpa").eval()
        sets = model.config.get_text_config().num_hidden_layers
    model.generation_config.eos_token_id = None  # random prompts may be answered by silence
    vocabulary = model.config.get_text_config().vocab_size
    rows = [Row(model, vocabulary, int(tokens), options.new_tokens) for tokens in options.prompt_tokens.split(",")]
    if options.model:
        avoid_pictures(model, rows)
    with torch.inference_mode():
        for round_ in range(1 + options.rounds):
            for row in rows:
                row.round(warm_up=round_ == 0)
    print(
        json.dumps(
            {
                "threads": torch.get_num_threads(),
                "torch": torch.__version__,
                "weightSets": sets,
                "rounds": options.rounds,
                "rows": [row.report() for row in rows],
            },
            indent=2,
        )
    )


def avoid_pictures(model, rows):
    """A placeholder without a picture is an error: another token costs the same."""
    image = getattr(model.config, "image_token_id", None) or getattr(model.config, "image_token_index", None)
    for row in rows:
        row.ids[row.ids == image] = image + 1


if __name__ == "__main__":
    main()
