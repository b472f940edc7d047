package io.cropvqa.image;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells the public network from the service's own surroundings, so that a host name that points
 * inwards does not turn the service into a way to the neighbours (server-side request forgery).
 *
 * <p>Source: IANA's registries of special-purpose addresses (RFC 6890 and what updates it).
 */
final class PublicAddresses {
  private static final int V4_BYTES = 4;

  private static final List<Block> SPECIAL_V4 =
      blocks(
          "0.0.0.0/8", // this host
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carriers' own (CGNAT)
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, where clouds keep their metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // relays of 6to4
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/3"); // multicast, reserved, broadcast

  /** All that is public in IPv6; loopback, link-local, unique local and multicast lie outside. */
  private static final Block GLOBAL_V6 = Block.of("2000::/3");

  private static final List<Block> SPECIAL_V6 =
      blocks(
          "2001::/23", // protocols, Teredo among them
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  private static final Block NAT64 = Block.of("64:ff9b::/96");
  private static final Block SIX_TO_FOUR = Block.of("2002::/16");

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  private static boolean contains(byte[] address) {
    if (address.length == V4_BYTES) {
      return SPECIAL_V4.stream().noneMatch(block -> block.contains(address));
    }
    // Whoever translates sends a packet on to the IPv4 address inside.
    if (NAT64.contains(address)) {
      return contains(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.contains(address)) {
      return contains(Arrays.copyOfRange(address, 2, 6));
    }
    return GLOBAL_V6.contains(address)
        && SPECIAL_V6.stream().noneMatch(block -> block.contains(address));
  }

  private static List<Block> blocks(String... blocks) {
    return Stream.of(blocks).map(Block::of).toList();
  }

  /**
   * Addresses that begin with the same bits.
   *
   * @param network an address of the block
   * @param bits how many
   */
  private record Block(byte[] network, int bits) {

    static Block of(String text) {
      String[] parts = text.split("/");
      try {
        // A literal: no name is looked up.
        return new Block(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }

    boolean contains(byte[] address) {
      int rest = network.length * Byte.SIZE - bits;
      return address.length == network.length
          && new BigInteger(1, address)
              .shiftRight(rest)
              .equals(new BigInteger(1, network).shiftRight(rest));
    }
  }
}
