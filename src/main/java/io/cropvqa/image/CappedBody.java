package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.tooLarge;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects a response's body up to a limit and hangs up beyond it, whatever length the host had
 * announced. Of an answer other than 200 the body is not read at all.
 */
final class CappedBody implements HttpResponse.BodySubscriber<byte[]> {
  private static final int OK = 200;

  private final String name;
  private final boolean wanted;
  private final long announced;
  private final int maxBytes;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private Flow.Subscription subscription;

  CappedBody(String name, HttpResponse.ResponseInfo head, int maxBytes) {
    this.name = name;
    this.wanted = head.statusCode() == OK;
    this.announced = head.headers().firstValueAsLong("Content-Length").orElse(0);
    this.maxBytes = maxBytes;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (!wanted) {
      subscription.cancel();
      body.complete(new byte[0]);
    } else if (announced > maxBytes) {
      subscription.cancel();
      body.completeExceptionally(tooLarge(name, announced, maxBytes));
    } else {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (buffer.remaining() > maxBytes - received.size()) {
        subscription.cancel();
        body.completeExceptionally(tooLarge(name, maxBytes));
        return;
      }
      byte[] chunk = new byte[buffer.remaining()];
      buffer.get(chunk);
      received.writeBytes(chunk);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(received.toByteArray());
  }
}
