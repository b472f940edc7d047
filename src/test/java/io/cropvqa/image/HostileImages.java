package io.cropvqa.image;

import static io.cropvqa.image.SampleImages.ascii;
import static io.cropvqa.image.SampleImages.concat;
import static io.cropvqa.image.SampleImages.pattern;
import static io.cropvqa.image.SampleImages.pngChunk;
import static io.cropvqa.image.SampleImages.riff;
import static io.cropvqa.image.SampleImages.riffChunk;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.hostile.HostileCase;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;

/** Pictures that lie, break off, or unpack to more than anybody should hold. */
public final class HostileImages {
  private static final String DAMAGED = "image-undecodable";
  private static final String TOO_LARGE = "image-too-large";
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private final ImageDecoder decoder = new ImageDecoder(1_000_000, 0, RequestListener.NONE);
  private final List<HostileCase> cases = new ArrayList<>();

  private HostileImages() {}

  /** All of them, through one decoder with a limit of a million pixels. */
  public static List<HostileCase> all() {
    HostileImages images = new HostileImages();
    images.otherFiles();
    images.brokenOff();
    images.pngHeaders();
    images.pngChunks();
    images.jpegs();
    images.gifs();
    images.webps();
    return images.cases;
  }

  private void add(String name, String expected, byte[] image) {
    cases.add(new HostileCase("image: " + name, expected, () -> decoder.decode(image)));
  }

  private void otherFiles() {
    add("nothing", DAMAGED, new byte[0]);
    add("one byte", DAMAGED, new byte[1]);
    add("a megabyte of zeros", DAMAGED, new byte[1 << 20]);
    for (String head :
        List.of(
            "BM\u0000\u0000",
            "II*\u0000",
            "MM\u0000*",
            "%PDF-1.7",
            "<svg onload='x'/>",
            "<!DOCTYPE html>",
            "PK\u0003\u0004",
            "\u0000\u0000\u0001\u0000",
            "\u001f\u008b\u0008",
            "\u0000\u0000\u0000\u001cftypavif",
            "\u0000\u0000\u0000\u001cftypheic",
            "8BPS",
            "#!/bin/sh",
            "\u007fELF",
            "GIF88a",
            "RIFF\u0004\u0000\u0000\u0000WAVE",
            "P6 1 1 255 ",
            "\u00ff\u00d8")) {
      add("a file that begins " + head, DAMAGED, concat(ascii(head), new byte[64]));
    }
  }

  private void brokenOff() {
    BufferedImage picture = pattern(60, 40, BufferedImage.TYPE_INT_RGB);
    BufferedImage indexed = pattern(60, 40, BufferedImage.TYPE_BYTE_INDEXED);
    byte[] webp = riff(riffChunk("VP8L", LosslessWebp.vp8l(60, 40, (x, y) -> x ^ y)));
    for (int percent = 5; percent < 100; percent += 15) {
      brokenOff("PNG", SampleImages.png(picture), percent);
      brokenOff("JPEG", SampleImages.jpeg(picture, false), percent);
      brokenOff("progressive JPEG", SampleImages.jpeg(picture, true), percent);
      brokenOff("GIF", SampleImages.gif(indexed), percent);
      brokenOff("WebP", webp, percent);
    }
  }

  private void brokenOff(String format, byte[] whole, int percent) {
    add(
        "the first %d %% of a %s".formatted(percent, format),
        DAMAGED,
        Arrays.copyOf(whole, whole.length * percent / 100));
  }

  private void pngHeaders() {
    png("PNG of no width", DAMAGED, ihdr(0, 8, 8, 2, 0));
    png("PNG of no height", DAMAGED, ihdr(8, 0, 8, 2, 0));
    png("PNG of negative width", DAMAGED, ihdr(-1, 8, 8, 2, 0));
    png("PNG of 40,000 x 40,000", TOO_LARGE, ihdr(40_000, 40_000, 8, 2, 0));
    png("PNG of 1,001 x 1,000", TOO_LARGE, ihdr(1_001, 1_000, 8, 2, 0));
    png("PNG of one endless row", TOO_LARGE, ihdr(Integer.MAX_VALUE, 1, 8, 2, 0));
    png("PNG of one endless column", TOO_LARGE, ihdr(1, Integer.MAX_VALUE, 8, 2, 0));
    png(
        "PNG of as much as can be said",
        TOO_LARGE,
        ihdr(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, 6, 1));
    png("PNG of 3 bits", DAMAGED, ihdr(8, 8, 3, 2, 0));
    png("PNG of 255 bits", DAMAGED, ihdr(8, 8, 255, 2, 0));
    png("PNG of colour type 7", DAMAGED, ihdr(8, 8, 8, 7, 0));
    png("PNG of interlace 9", DAMAGED, ihdr(8, 8, 8, 2, 9));
    png("PNG with a palette that is missing", DAMAGED, ihdr(8, 8, 8, 3, 0));
  }

  private void png(String name, String expected, byte[] ihdr) {
    add(name, expected, png(ihdr, pngChunk("IDAT", zlib(new byte[8 * 25]))));
  }

  private void pngChunks() {
    byte[] good = ihdr(8, 8, 8, 2, 0);
    byte[] idat = pngChunk("IDAT", zlib(new byte[8 * 25]));
    byte[] bomb = zlib(new byte[64 << 20]);
    add(
        "PNG whose pixels unpack to 64 MiB",
        HostileCase.ACCEPTED,
        png(good, pngChunk("IDAT", bomb)));
    add(
        "PNG with a text that unpacks to 64 MiB",
        HostileCase.ACCEPTED,
        png(good, pngChunk("zTXt", concat(ascii("a\0\0"), bomb)), idat));
    add(
        "PNG with a profile that unpacks to 64 MiB",
        HostileCase.ACCEPTED,
        png(good, pngChunk("iCCP", concat(ascii("a\0\0"), bomb)), idat));
    add("PNG without pixels", DAMAGED, png(good));
    add("PNG of no zlib stream", DAMAGED, png(good, pngChunk("IDAT", new byte[100])));
    add("PNG of too few rows", DAMAGED, png(good, pngChunk("IDAT", zlib(new byte[100]))));
    add("PNG of filter 9", DAMAGED, png(good, pngChunk("IDAT", zlib(filled(8 * 25, 9)))));
    add("PNG without an end", DAMAGED, concat(PNG, pngChunk("IHDR", good), idat));
    add("PNG with a chunk of -1 bytes", DAMAGED, png(good, lying(-1), idat));
    add("PNG with a chunk of 2 GiB", DAMAGED, png(good, lying(Integer.MAX_VALUE), idat));
    add("PNG of a wrong checksum", DAMAGED, png(good, changed(idat, idat.length - 1)));
    add("PNG that begins with pixels", DAMAGED, concat(PNG, idat, pngChunk("IHDR", good)));
    add(
        "PNG of 100,000 empty chunks",
        HostileCase.ACCEPTED,
        png(good, repeated(pngChunk("teSt", new byte[0]), 100_000), idat));
    add("PNG and nothing more", DAMAGED, PNG);
    add(
        "PNG whose EXIF leads outside",
        HostileCase.ACCEPTED,
        png(good, pngChunk("eXIf", concat(ascii("MM\0*"), filled(4, 0x7F))), idat));
  }

  private void jpegs() {
    byte[] good = SampleImages.jpeg(pattern(32, 32, BufferedImage.TYPE_INT_RGB), false);
    int sof = indexOf(good, 0xC0);
    add("JPEG of 65,535 x 65,535", TOO_LARGE, with(good, sof + 5, 0xFF, 0xFF, 0xFF, 0xFF));
    add("JPEG of no height", DAMAGED, with(good, sof + 5, 0, 0));
    add("JPEG of no width", DAMAGED, with(good, sof + 7, 0, 0));
    add("JPEG of 12 bits", DAMAGED, with(good, sof + 4, 12));
    add("JPEG of 200 components", DAMAGED, with(good, sof + 9, 200));
    add("JPEG of no components", DAMAGED, with(good, sof + 9, 0));
    add("JPEG with sampling of 0", DAMAGED, with(good, sof + 11, 0));
    add("JPEG with a table that is missing", DAMAGED, with(good, sof + 12, 3));
    add(
        "JPEG that calls itself arithmetically coded",
        HostileCase.ACCEPTED,
        with(good, sof + 1, 0xC9));
    add("JPEG that is hierarchical", DAMAGED, with(good, sof + 1, 0xC5));
    add("JPEG without a scan", DAMAGED, Arrays.copyOf(good, indexOf(good, 0xDA)));
    add("JPEG that only begins and ends", DAMAGED, new byte[] {-1, (byte) 0xD8, -1, (byte) 0xD9});
    add(
        "JPEG of a million fill bytes",
        DAMAGED,
        concat(ascii("\u00ff\u00d8"), filled(1 << 20, 0xFF)));
    add("JPEG with a segment of no length", HostileCase.ACCEPTED, with(good, 4, 0, 0));
    add("JPEG of 100,000 comments", HostileCase.ACCEPTED, comments(good, 100_000));
    add(
        "JPEG whose EXIF leads outside",
        HostileCase.ACCEPTED,
        SampleImages.withJpegSegment(good, 0xE1, concat(ascii("Exif\0\0II*\0"), filled(4, 0x7F))));
    add(
        "JPEG with a colour profile of noise",
        HostileCase.ACCEPTED,
        SampleImages.withJpegSegment(
            good, 0xE2, concat(ascii("ICC_PROFILE\0\1\1"), filled(500, 0xAA))));
  }

  private void gifs() {
    byte[] good = SampleImages.gif(pattern(16, 16, BufferedImage.TYPE_BYTE_INDEXED));
    int frame = 13 + 3 * (2 << (good[10] & 7));
    while (good[frame] != ',') {
      frame += 2 + (good[frame + 2] & 0xFF) + 2;
    }
    add("GIF of 65,535 x 65,535", TOO_LARGE, with(good, 6, 0xFF, 0xFF, 0xFF, 0xFF));
    add(
        "GIF with a frame of 65,535 x 65,535",
        TOO_LARGE,
        with(good, frame + 5, 0xFF, 0xFF, 0xFF, 0xFF));
    add(
        "GIF with a frame outside its screen",
        HostileCase.ACCEPTED,
        with(good, frame + 1, 0xFF, 0x7F, 0xFF, 0x7F));
    add("GIF with a frame larger than its screen", HostileCase.ACCEPTED, with(good, 6, 8, 0, 8, 0));
    add("GIF of codes of 200 bits", DAMAGED, with(good, frame + 10, 200));
    add("GIF of codes of 0 bits", DAMAGED, with(good, frame + 10, 0));
    add("GIF without a frame", DAMAGED, concat(Arrays.copyOf(good, frame), new byte[] {';'}));
    add("GIF of its signature", DAMAGED, ascii("GIF89a"));
    add(
        "GIF with extensions without end",
        DAMAGED,
        concat(
            Arrays.copyOf(good, frame), repeated(new byte[] {'!', (byte) 0xFE, 1, 0, 0}, 100_000)));
    add(
        "GIF of 10,000 frames",
        HostileCase.ACCEPTED,
        concat(
            Arrays.copyOf(good, frame),
            repeated(Arrays.copyOfRange(good, frame, good.length - 1), 10_000),
            new byte[] {';'}));
  }

  private void webps() {
    byte[] vp8l = riffChunk("VP8L", LosslessWebp.vp8l(16, 16, (x, y) -> x));
    byte[] canvas = riffChunk("VP8X", LosslessWebp.vp8x(16, 16));
    byte[] bomb = riffChunk("VP8L", LosslessWebp.bomb(16_383, 16_383));
    add("WebP of 16,383 x 16,383", TOO_LARGE, riff(bomb));
    add("WebP of 16,383 x 16,383 behind a small canvas", DAMAGED, riff(canvas, bomb));
    add(
        "WebP with a canvas of 2^24 x 2^24",
        TOO_LARGE,
        riff(riffChunk("VP8X", LosslessWebp.vp8x(1 << 24, 1 << 24)), vp8l));
    add("lossy WebP of 1,000 x 1,000", TOO_LARGE, SampleImages.lossyWebp(1000, 1000));
    byte[] place = ByteBuffer.allocate(16).put(6, (byte) 15).put(9, (byte) 15).array();
    byte[] frame = riffChunk("ANMF", concat(place, vp8l));
    byte[] animated = riffChunk("VP8X", with(LosslessWebp.vp8x(16, 16), 0, 2));
    byte[] anim = riffChunk("ANIM", new byte[6]);
    add("WebP that moves", HostileCase.ACCEPTED, riff(animated, anim, repeated(frame, 1000)));
    add("WebP that moves without a frame", DAMAGED, riff(animated, anim));
    add(
        "WebP with a frame of 16,383 x 16,383 that moves",
        DAMAGED,
        riff(animated, anim, riffChunk("ANMF", concat(place, bomb))));
    add("WebP without a chunk", DAMAGED, riff());
    add("WebP with a canvas and no frame", DAMAGED, riff(canvas));
    add("WebP of an unknown chunk", DAMAGED, riff(riffChunk("ABCD", new byte[10])));
    add("WebP that says it is longer", DAMAGED, with(riff(vp8l), 4, 0xFF, 0xFF, 0xFF, 0x7F));
    add("WebP that says it has 4 GiB", DAMAGED, with(riff(vp8l), 4, 0xFF, 0xFF, 0xFF, 0xFF));
    add("WebP with a chunk of -1 bytes", DAMAGED, with(riff(vp8l), 16, 0xFF, 0xFF, 0xFF, 0xFF));
    add("WebP of a wrong version", DAMAGED, with(riff(vp8l), 24, 0xE0));
    add(
        "WebP of noise",
        DAMAGED,
        riff(riffChunk("VP8L", concat(new byte[] {0x2F, 15, -64, 3, 0}, filled(50, 0xA5)))));
    add("WebP of a lossy chunk of no bytes", DAMAGED, riff(riffChunk("VP8 ", new byte[0])));
    add("WebP of a lossy chunk of zeros", DAMAGED, riff(riffChunk("VP8 ", new byte[40])));
    add(
        "WebP whose EXIF leads outside",
        HostileCase.ACCEPTED,
        riff(canvas, vp8l, riffChunk("EXIF", concat(ascii("II*\0"), filled(4, 0x7F)))));
    add(
        "WebP of 16 pixels from 30 bytes",
        DAMAGED,
        Base64.getDecoder().decode("UklGRhYAAABXRUJQVlA4TAkAAAAvDwADAP////8="));
  }

  private static byte[] png(byte[] ihdr, byte[]... chunks) {
    return concat(PNG, pngChunk("IHDR", ihdr), concat(chunks), pngChunk("IEND", new byte[0]));
  }

  private static byte[] ihdr(int width, int height, int bits, int colours, int interlace) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) bits).put((byte) colours).put((byte) 0).put((byte) 0).put((byte) interlace);
    return header.array();
  }

  private static byte[] lying(int length) {
    return ByteBuffer.allocate(12).putInt(length).put(ascii("teSt")).array();
  }

  private static byte[] zlib(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    while (!deflater.finished()) {
      packed.write(piece, 0, deflater.deflate(piece));
    }
    deflater.end();
    return packed.toByteArray();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] repeated(byte[] bytes, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(bytes.length * times);
    for (int i = 0; i < times; i++) {
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] comments(byte[] jpeg, int count) {
    byte[] comment = {-1, (byte) 0xFE, 0, 2};
    return concat(
        Arrays.copyOf(jpeg, 2), repeated(comment, count), Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  private static byte[] changed(byte[] bytes, int at) {
    return with(bytes, at, bytes[at] ^ 1);
  }

  private static byte[] with(byte[] bytes, int at, int... values) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      copy[at + i] = (byte) values[i];
    }
    return copy;
  }

  /** Where a JPEG's marker is. */
  private static int indexOf(byte[] jpeg, int marker) {
    for (int i = 0; ; i++) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) marker) {
        return i;
      }
    }
  }
}
