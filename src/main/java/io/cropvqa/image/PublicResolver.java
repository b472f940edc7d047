package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;

import io.cropvqa.domain.FailureCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks up host names for a client and hands out public addresses alone. The client connects to
 * what it was handed, so that there is no second look-up that could give another answer (DNS
 * rebinding).
 */
final class PublicResolver implements DnsResolver {
  private final DnsResolver names;
  private final Predicate<InetAddress> allowed;

  /**
   * @param names who knows the addresses
   * @param allowed what a name may lead to
   */
  PublicResolver(DnsResolver names, Predicate<InetAddress> allowed) {
    this.names = names;
    this.allowed = allowed;
  }

  /**
   * @throws io.cropvqa.domain.QuestionFailure {@code image-forbidden} if any of the host's
   *     addresses is not public
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = names.resolve(host);
    for (InetAddress address : addresses) {
      if (!allowed.test(address)) {
        throw failure(
            FailureCode.IMAGE_FORBIDDEN,
            "host %s is on a private network, where images are not fetched from".formatted(host));
      }
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
