package io.cropvqa.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

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

  public int count() {
    return groups.size();
  }

  int[] anchors() {
    return groups.stream().mapToInt(Group::anchor).toArray();
  }

  int[] members(int group) {
    return groups.get(group).members();
  }

  boolean areSingletons() {
    return groups.stream().allMatch(group -> group.members().length == 1);
  }
}
