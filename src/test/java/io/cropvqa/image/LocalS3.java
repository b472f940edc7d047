package io.cropvqa.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * S3Proxy, a server that speaks S3 and checks signatures, in a process of its own; it forgets all
 * when it stops.
 */
final class LocalS3 implements AutoCloseable {
  static final String IDENTITY = "local-identity";
  static final String SECRET = "local-secret";

  private static final Path PROGRAM = Path.of("target/s3/s3proxy.jar");

  private final Process process;
  private final URI endpoint;

  private LocalS3(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  static LocalS3 start(Path folder) throws IOException {
    assertThat(PROGRAM).as("put there by maven-dependency-plugin").exists();
    int port = freePort();
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    Path settings =
        Files.write(
            folder.resolve("s3proxy.properties"),
            List.of(
                "s3proxy.endpoint=" + endpoint,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + IDENTITY,
                "s3proxy.credential=" + SECRET,
                "jclouds.provider=transient"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                PROGRAM.toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3proxy.log").toFile())
            .start();
    LocalS3 server = new LocalS3(process, endpoint);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> isListening(port) || !process.isAlive());
    assertThat(process.isAlive()).as("S3Proxy runs").isTrue();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  URI endpoint() {
    return endpoint;
  }

  /** A client of the test's own, to put objects there. */
  S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
        .httpClientBuilder(Apache5HttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(IDENTITY, SECRET)))
        .build();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
