package io.cropvqa.observability;

import java.util.Map;
import java.util.Set;

/** The metrics that dashboards and alerts rely on, as Prometheus spells them, with their tags. */
public final class PinnedMetrics {
  private static final Set<String> GEN_AI =
      Set.of("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model");

  /** Metric, and the tags it has beside {@code model} and {@code pruning}. */
  public static final Map<String, Set<String>> TAGS =
      Map.ofEntries(
          Map.entry("gen_ai_server_request_duration_seconds", GEN_AI),
          Map.entry("gen_ai_server_time_to_first_token_seconds", GEN_AI),
          Map.entry("gen_ai_server_time_per_output_token_seconds", GEN_AI),
          Map.entry(
              "gen_ai_client_token_usage",
              Set.of(
                  "gen_ai_operation_name",
                  "gen_ai_provider_name",
                  "gen_ai_request_model",
                  "gen_ai_token_type")),
          Map.entry("crop_requests_running", Set.of()),
          Map.entry("crop_requests_waiting", Set.of()),
          Map.entry("crop_request_queue_seconds", Set.of()),
          Map.entry("crop_request_prefill_seconds", Set.of()),
          Map.entry("crop_request_decode_seconds", Set.of()),
          Map.entry("crop_stage_duration_seconds", Set.of("stage")),
          Map.entry("crop_visual_tokens", Set.of("point")),
          Map.entry("crop_visual_token_retention_ratio", Set.of()),
          Map.entry("crop_region_area_ratio", Set.of()),
          Map.entry("crop_region_fallback_total", Set.of("reason")),
          Map.entry("crop_requests_total", Set.of("outcome", "finish_reason")),
          Map.entry("crop_dead_letters_total", Set.of("code")),
          Map.entry("crop_retries_total", Set.of("stage")),
          Map.entry("crop_batch_size", Set.of()),
          Map.entry("crop_worker_state", Set.of("device", "state")),
          Map.entry("crop_worker_busy_seconds_total", Set.of("device")),
          Map.entry("crop_device_memory_used_bytes", Set.of("device")),
          Map.entry("crop_kv_cache_usage_ratio", Set.of()),
          Map.entry("crop_image_cache_total", Set.of("result")),
          Map.entry("crop_model_load_seconds", Set.of()),
          Map.entry("crop_record_age_seconds", Set.of()),
          Map.entry("crop_committed_lag", Set.of("topic", "partition")));

  private PinnedMetrics() {}

  /** Names of all of them. */
  public static Set<String> names() {
    return TAGS.keySet();
  }
}
