package io.cropvqa.tensor;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Compiles TorchScript text to a module, so that an ATen operation without a JNI binding can be
 * called.
 *
 * <p>A TorchScript archive is a zip of source text and two pickles; the pickles here are those of a
 * module without parameters, byte for byte what {@code torch.jit.save} writes for one.
 */
final class TorchScript {
  private static final byte[] MODULE =
      latin1("\u0080\u0002c__torch__\nOps\n)\u0081}X\u0008\0\0\0training\u0089sb.");
  private static final byte[] NO_CONSTANTS = latin1("\u0080\u0002).");

  private TorchScript() {}

  /**
   * @param methods TorchScript method definitions, indented by two spaces, of a class {@code Ops}
   */
  static PtSymbolBlock compile(NDManager owner, String methods) {
    String source =
        "class Ops(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + methods;
    try (ByteArrayInputStream archive = new ByteArrayInputStream(archive(source))) {
      return JniUtils.loadModule((PtNDManager) owner, archive, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "ops/data.pkl", MODULE);
      store(zip, "ops/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "ops/constants.pkl", NO_CONSTANTS);
      store(zip, "ops/version", latin1("10\n"));
      store(zip, "ops/byteorder", latin1("little"));
    }
    return bytes.toByteArray();
  }

  /** PyTorch maps the entries, so they must not be compressed. */
  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
