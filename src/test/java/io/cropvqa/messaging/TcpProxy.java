package io.cropvqa.messaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A link to a port of this machine that can be cut, slowed down and broken. While it is cut, bytes
 * stay where they are and connections stay open, as when a cable is out: neither side is told.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 8192;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder carried = new LongAdder();
  private final Object link = new Object();
  private boolean cut;
  private volatile double nanosPerByte;
  private volatile long latencyNanos;

  /** A link that begins at a free port, see {@link #port()}, and ends at the target. */
  public TcpProxy(int target) {
    this.target = target;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free for the proxy", e);
    }
    daemon("proxy-accept", this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Bytes that went through so far, both ways. */
  public long carriedBytes() {
    return carried.sum();
  }

  /** Holds everything back until {@link #restore()}. */
  public void cut() {
    synchronized (link) {
      cut = true;
    }
  }

  /** Mends a cut, and lifts {@link #slow}. */
  public void restore() {
    nanosPerByte = 0;
    latencyNanos = 0;
    synchronized (link) {
      cut = false;
      link.notifyAll();
    }
  }

  /** Bounds each connection's rate, each way, and delays each read. */
  public void slow(long bytesPerSecond, Duration latency) {
    nanosPerByte = 1e9 / bytesPerSecond;
    latencyNanos = latency.toNanos();
  }

  /** Breaks every connection; new ones are let through. */
  public void drop() {
    open.forEach(TcpProxy::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        connect(server.accept());
      } catch (IOException e) {
        // Closed, or the client was gone already: there is nobody to tell.
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try {
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(broker);
      daemon("proxy-in", () -> pump(client, broker));
      daemon("proxy-out", () -> pump(broker, client));
    } catch (IOException e) { // the broker is down, and so is its client's connection
      close(client);
      open.remove(client);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        awaitLink();
        LockSupport.parkNanos((long) (latencyNanos + read * nanosPerByte));
        out.write(chunk, 0, read);
        carried.add(read);
      }
    } catch (IOException | InterruptedException e) {
      // Either side has closed: so do both.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private void awaitLink() throws InterruptedException {
    synchronized (link) {
      while (cut) {
        link.wait();
      }
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restore();
    drop();
  }
}
