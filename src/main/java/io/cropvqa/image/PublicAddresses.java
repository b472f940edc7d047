package io.cropvqa.image;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Tells the public network from the service's own surroundings, so that a host name that points
 * inwards does not turn the service into a way to the neighbours (server-side request forgery).
 */
final class PublicAddresses {

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    return !(address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || isUniqueLocal(address));
  }

  /**
   * fc00::/7 (RFC 4193), the private addresses of IPv6, which Java does not count as site local.
   */
  private static boolean isUniqueLocal(InetAddress address) {
    return address instanceof Inet6Address && (address.getAddress()[0] & 0xFE) == 0xFC;
  }
}
