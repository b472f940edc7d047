package io.cropvqa.messaging;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;

import io.cropvqa.messaging.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker that lets the service in by SASL over TLS alone, with SCRAM or OAuth, and to what its
 * access control lists allow. The test itself has a plain listener where it may do everything.
 */
public final class SecureBroker implements AutoCloseable {
  /** May do what kafka/README.md grants. */
  public static final String SERVICE = "crop-vqa";

  /** May do all that, but not read questions. */
  public static final String STRANGER = "stranger";

  public static final String PASSWORD = "correct-horse-battery";

  private static final String STORE_PASSWORD = "changeit";

  private final int port = SecondListener.freePort();
  private final Path certificate;
  private final EmbeddedBroker broker;

  /**
   * @param directory for keys
   */
  public SecureBroker(Path directory) throws Exception {
    Path keys = directory.resolve("broker.p12");
    certificate = directory.resolve("broker.pem");
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -validity 2 -storetype PKCS12 -keystore "
            + keys);
    keytool("-exportcert -rfc -alias broker -file " + certificate + " -keystore " + keys);
    int plainPort = SecondListener.freePort();
    broker =
        EmbeddedBroker.start(
            new EmbeddedBroker.Settings(
                Optional.empty(),
                plainPort,
                BrokerResource.TOPICS,
                BrokerResource.PARTITIONS,
                settings(plainPort, keys)));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.alterUserScramCredentials(List.of(scram(SERVICE), scram(STRANGER))).all().get();
      admin.createAcls(grants()).all().get();
    }
  }

  private Map<String, String> settings(int plainPort, Path keys) {
    Map<String, String> settings =
        new HashMap<>(SecondListener.settings(plainPort, port, port, "SASL_SSL"));
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.password", STORE_PASSWORD);
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,OAUTHBEARER");
    String listener = "listener.name." + SecondListener.NAME.toLowerCase(Locale.ROOT);
    settings.put(
        listener + ".scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(listener + ".oauthbearer.sasl.jaas.config", oauth("broker"));
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS"); // who comes by the plain listener
    return settings;
  }

  private static UserScramCredentialUpsertion scram(String user) {
    return new UserScramCredentialUpsertion(
        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD);
  }

  private static List<AclBinding> grants() {
    List<AclBinding> grants = new ArrayList<>();
    grants.add(grant(SERVICE, TOPIC, BrokerResource.TOPICS.questions(), READ));
    grants.add(grant(SERVICE, TOPIC, BrokerResource.TOPICS.deadLetters(), READ)); // to list them
    for (String user : List.of(SERVICE, STRANGER)) {
      grants.add(grant(user, GROUP, "crop-vqa", READ));
      grants.add(grant(user, TOPIC, BrokerResource.TOPICS.answers(), WRITE));
      grants.add(grant(user, TOPIC, BrokerResource.TOPICS.deadLetters(), WRITE));
    }
    return grants;
  }

  private static AclBinding grant(
      String user, ResourceType type, String name, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  /** Where the test may do everything. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The service's environment, as a Secret would set it. */
  public Map<String, String> scramEnvironment(String user, String password) {
    return environment(
        "SCRAM-SHA-512",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password));
  }

  /** The same by OAuth, with tokens that the client makes up and the broker believes. */
  public Map<String, String> oauthEnvironment(String user) {
    return environment("OAUTHBEARER", oauth(user));
  }

  private Map<String, String> environment(String mechanism, String jaas) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        "localhost:" + port,
        "KAFKA_SECURITY_PROTOCOL",
        "SASL_SSL",
        "KAFKA_SSL_TRUSTSTORE_TYPE",
        "PEM",
        "KAFKA_SSL_TRUSTSTORE_LOCATION",
        certificate.toString(),
        "KAFKA_SASL_MECHANISM",
        mechanism,
        "KAFKA_SASL_JAAS_CONFIG",
        jaas);
  }

  private static String oauth(String user) {
    return "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"%s\";"
        .formatted(user);
  }

  private static void keytool(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool " + arguments);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
