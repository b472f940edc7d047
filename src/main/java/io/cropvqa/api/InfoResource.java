package io.cropvqa.api;

import io.cropvqa.config.CropConfig;
import io.cropvqa.engine.InferenceEngine;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells what runs here. */
@Path("/v1/info")
public class InfoResource {
  private final InferenceEngine engine;
  private final CropConfig config;
  private final String version;

  public InfoResource(
      InferenceEngine engine,
      CropConfig config,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.engine = engine;
    this.config = config;
    this.version = version;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public ServiceInfo info() {
    return ServiceInfo.of(version, engine, config.pruning());
  }
}
