package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens become one: each group turns into one token that takes the place of its
 * <em>anchor</em>. Groups are in the order of their anchors, so the order of tokens stays.
 *
 * <p>Worked example: of tokens 0..5, {@code [[0], [2,3,5] at 3]} keeps token 0 as it is, makes one
 * of 2, 3 and 5 that stands where 3 stood, and drops 1 and 4.
 */
public final class TokenGroups {
  private record Group(int anchor, int[] members) {}

  private final List<Group> groups;

  private TokenGroups(List<Group> groups) {
    this.groups = groups.stream().sorted(Comparator.comparingInt(Group::anchor)).toList();
  }

  /** Keeps these tokens and drops the others. */
  public static TokenGroups singletons(int[] kept) {
    return new TokenGroups(
        Arrays.stream(kept).mapToObj(token -> new Group(token, new int[] {token})).toList());
  }

  /** Merges each list of tokens into one that stands where its {@code anchor} stood. */
  public static TokenGroups of(List<int[]> members, List<Integer> anchors) {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      groups.add(new Group(anchors.get(i), members.get(i)));
    }
    return new TokenGroups(groups);
  }

  /** These groups and those of another, which has other tokens. */
  public TokenGroups and(TokenGroups others) {
    List<Group> all = new ArrayList<>(groups);
    all.addAll(others.groups);
    return new TokenGroups(all);
  }

  /**
   * The same groups of tokens that have other numbers: token i becomes {@code numbers[i]}.
   *
   * @param numbers ascending
   */
  public TokenGroups renumbered(int[] numbers) {
    return new TokenGroups(
        groups.stream()
            .map(
                group ->
                    new Group(
                        numbers[group.anchor()],
                        IntStream.of(group.members()).map(token -> numbers[token]).toArray()))
            .toList());
  }

  /** The same groups of tokens that have numbers higher by so many. */
  TokenGroups shifted(int by) {
    return new TokenGroups(
        groups.stream()
            .map(
                group ->
                    new Group(
                        group.anchor() + by,
                        IntStream.of(group.members()).map(token -> token + by).toArray()))
            .toList());
  }

  public int count() {
    return groups.size();
  }

  /** For each group the token whose place it takes, ascending. */
  public int[] anchors() {
    return groups.stream().mapToInt(Group::anchor).toArray();
  }

  int[] members(int group) {
    return groups.get(group).members();
  }

  /** The members of each group. */
  List<int[]> members() {
    return groups.stream().map(Group::members).toList();
  }

  /** The groups of more than one token. */
  TokenGroups merging() {
    return new TokenGroups(groups.stream().filter(group -> group.members().length > 1).toList());
  }

  /** What each anchor has of a property of tokens. */
  public int[] pick(int[] values) {
    return groups.stream().mapToInt(group -> values[group.anchor()]).toArray();
  }

  /** What the members of each group have together of a property of tokens. */
  public int[] sum(int[] values) {
    return groups.stream()
        .mapToInt(group -> IntStream.of(group.members()).map(token -> values[token]).sum())
        .toArray();
  }

  /**
   * The mean of each group's rows; that of a group of one is its row, bit by bit.
   *
   * @param rows [tokens, ...]
   * @param scope owns the result
   * @return [groups, ...]
   */
  public NDArray mean(NDArray rows, NDManager scope) {
    return areSingletons()
        ? TorchOps.rows(scope.create(IntStream.of(anchors()).asLongStream().toArray()), rows)
        : average(rows, scope);
  }

  /** Whether each is of one token, so that nothing is merged. */
  public boolean areSingletons() {
    return groups.stream().allMatch(group -> group.members().length == 1);
  }

  private NDArray average(NDArray rows, NDManager scope) {
    Shape shape = rows.getShape();
    int tokens = (int) shape.get(0);
    float[] share = new float[count() * tokens]; // [groups, tokens]
    for (int group = 0; group < count(); group++) {
      int[] members = members(group);
      for (int member : members) {
        share[group * tokens + member] = 1f / members.length;
      }
    }
    NDArray shares = scope.create(share, new Shape(count(), tokens)); // gradients come back for it
    try (NDArray flat = rows.reshape(tokens, shape.slice(1).size())) {
      return shares.matMul(flat).reshape(new Shape(count()).addAll(shape.slice(1)));
    }
  }
}
