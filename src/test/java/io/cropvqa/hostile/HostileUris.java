package io.cropvqa.hostile;

import io.cropvqa.domain.ImageRef;
import io.cropvqa.image.FetchPolicy;
import io.cropvqa.image.ImageFetcher;
import io.cropvqa.image.S3Policy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** References that lead where no image should be fetched from. */
final class HostileUris {
  private static final String FORBIDDEN = "image-forbidden";

  /** All of them on the list of allowed hosts, as by a name server that can't be trusted. */
  private static final List<String> INWARDS =
      List.of(
          "127.0.0.1",
          "127.1.2.3",
          "0.0.0.0",
          "10.0.0.1",
          "172.16.0.1",
          "172.31.255.255",
          "192.168.0.1",
          "169.254.169.254",
          "100.64.0.1",
          "100.127.255.255",
          "192.0.0.170",
          "198.18.0.1",
          "224.0.0.1",
          "239.255.255.250",
          "240.0.0.1",
          "255.255.255.255",
          "[::1]",
          "[::]",
          "[fe80::1]",
          "[fc00::1]",
          "[fd00:ec2::254]",
          "[ff02::1]",
          "[::ffff:127.0.0.1]",
          "[::ffff:a9fe:a9fe]",
          "[64:ff9b::127.0.0.1]",
          "[64:ff9b::a9fe:a9fe]",
          "[2002:7f00:1::]",
          "[2002:c0a8:1::1]",
          "[2001:0:1::1]",
          "localhost");

  private HostileUris() {}

  static List<HostileCase> all(Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("images"));
    Files.write(root.resolve("a.png"), new byte[100]);
    Files.write(root.resolve("large.png"), new byte[2000]);
    Files.write(folder.resolve("secret.png"), new byte[100]);
    if (!Files.exists(root.resolve("out.png"))) {
      Files.createSymbolicLink(root.resolve("out.png"), folder.resolve("secret.png"));
      Files.createSymbolicLink(root.resolve("up"), folder);
      Files.createSymbolicLink(root.resolve("zero.png"), Path.of("/dev/zero"));
      Files.createSymbolicLink(root.resolve("loop.png"), Path.of("loop.png"));
    }
    ImageFetcher fetcher = new ImageFetcher(policy(root));
    List<HostileCase> cases = new ArrayList<>();
    INWARDS.forEach(host -> cases.add(of(fetcher, FORBIDDEN, "https://" + host + "/a.png")));
    for (String uri : elsewhere()) {
      cases.add(of(fetcher, FORBIDDEN, uri));
    }
    for (String path :
        List.of(
            "../secret.png",
            "up/secret.png",
            "out.png",
            "zero.png",
            "%2e%2e/secret.png",
            "",
            "a.png?x=1",
            "a.png#x",
            "a.png%00.jpg",
            "..%2fsecret.png")) {
      cases.add(of(fetcher, FORBIDDEN, root.toUri() + path));
    }
    cases.add(of(fetcher, "image-missing", root.toUri() + "nothing.png"));
    cases.add(of(fetcher, "image-unreachable", root.toUri() + "a.png/b"));
    cases.add(of(fetcher, "image-unreachable", root.toUri() + "loop.png"));
    cases.add(of(fetcher, "image-too-large", root.toUri() + "large.png"));
    return cases;
  }

  private static List<String> elsewhere() {
    List<String> uris =
        new ArrayList<>(
            List.of(
                "https://elsewhere.example/a.png",
                "https://images.example:444/a.png",
                "https://images.example.evil.example/a.png",
                "https://evil-images.example/a.png",
                "https://images.example@evil.example/a.png",
                "https://user@images.example/a.png",
                "https://user:secret@images.example/a.png",
                "https:///a.png",
                "https:a.png",
                "https://images_example/a.png",
                "https://.images.example/a.png",
                "https://xn--images-.example/a.png",
                "http://images.example/a.png",
                "ftp://images.example/a.png",
                "gopher://images.example/a.png",
                "jar:https://images.example/a.jar!/a.png",
                "data:image/png;base64,AQID",
                "javascript:alert(1)",
                "ldap://images.example/a",
                "jdbc:kafka://x",
                "file:a.png",
                "file://images.example/a.png",
                "file:////etc/passwd",
                "file:///etc/passwd",
                "file:///proc/self/environ",
                "file:///dev/zero",
                "S3://other-bucket/a.png",
                "s3://other-bucket/a.png",
                "s3://photos",
                "s3://photos/",
                "s3:photos/a.png",
                "s3://photos/../other-bucket/a.png",
                "s3://photos/a/./b.png",
                "s3://photos/%2e%2e/other-bucket/a.png",
                "s3://photos/a.png?versionId=1",
                "s3://user:secret@photos/a.png",
                "s3://arn:aws:s3:::photos/a.png",
                "s3:///a.png",
                "https://images.example%2eevil.example/a.png"));
    uris.add("https://" + "h".repeat(100_000) + ".example/a.png");
    uris.add("https://elsewhere.example/" + "p".repeat(1_000_000));
    return uris;
  }

  private static FetchPolicy policy(Path root) {
    Set<String> hosts = new HashSet<>(INWARDS);
    hosts.add("images.example");
    return new FetchPolicy(
        Optional.of(root),
        hosts,
        1000,
        Duration.ofSeconds(5),
        new S3Policy(
            Optional.of(URI.create("http://127.0.0.1:1")),
            Optional.of("eu-central-1"),
            true,
            Set.of("photos")));
  }

  private static HostileCase of(ImageFetcher fetcher, String expected, String uri) {
    String name = uri.length() > 80 ? uri.substring(0, 80) + "…" : uri;
    return new HostileCase(
        "uri: " + name.replaceFirst("file:/.*/images", "file:/…/images"),
        expected,
        () -> fetcher.fetch(new ImageRef.Remote(URI.create(uri), Optional.empty())));
  }
}
