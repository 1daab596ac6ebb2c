package dev.convoy.train;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A sum over shards that does not care who arrives first. Floating-point addition is not associative, so the order is fixed: a
 * binary tree over the shard indices {@code 0 .. S-1}, in which a node is its left half plus its right half. This accumulator holds
 * the sums of finished nodes only and adds two of them only when they are siblings; whatever the order and grouping of
 * {@link #add} and {@link #merge}, the same additions happen. Merging is thus associative and commutative, to the bit.
 *
 * <p>Holding a contiguous run of shards it keeps at most 2 log2(S) arrays, for an aligned run one. An accumulator given to
 * {@link #merge} must not be used afterwards.
 */
public final class TreeSum {
    /** A node of level l and index i covers the shards {@code i * 2^l .. (i+1) * 2^l - 1}, as far as there are that many. */
    public record Node(int level, int index) implements Comparable<Node> {
        @Override
        public int compareTo(Node other) {
            return level != other.level ? Integer.compare(level, other.level) : Integer.compare(index, other.index);
        }

        private Node sibling() {
            return new Node(level, index ^ 1);
        }

        private Node parent() {
            return new Node(level + 1, index >> 1);
        }

        private boolean isRoot(int shards) {
            return index == 0 && 1L << level >= shards;
        }

        private boolean isBeyond(int shards) {
            return (long) index << level >= shards;
        }
    }

    private final int shards;
    private final Consumer<GradientSum> spent;
    private final Map<Node, GradientSum> sums = new TreeMap<>();

    /** @param shards S, the number of leaves */
    public TreeSum(int shards) {
        this(shards, sum -> {});
    }

    /**
     * @param shards S, the number of leaves
     * @param spent gets the sums that were added to another one, whose arrays nobody holds any more
     */
    public TreeSum(int shards, Consumer<GradientSum> spent) {
        this.shards = shards;
        this.spent = spent;
    }

    public int shards() {
        return shards;
    }

    /** The finished nodes held. */
    public Map<Node, GradientSum> nodes() {
        return sums;
    }

    /** Adds the contribution of one shard. */
    public TreeSum add(int shard, GradientSum sum) {
        return put(new Node(0, shard), sum);
    }

    /** Adds the sum of a finished node. */
    public TreeSum put(Node finished, GradientSum sum) {
        Node node = finished;
        GradientSum total = sum;
        while (!node.isRoot(shards)) {
            Node sibling = node.sibling();
            if (!sibling.isBeyond(shards)) {
                GradientSum other = sums.remove(sibling);
                if (other == null) {
                    break;
                }
                total = sibling.index() < node.index() ? plus(other, total) : plus(total, other);
            }
            node = node.parent();
        }
        if (sums.put(node, total) != null) {
            throw new IllegalStateException("tree sum: " + node + " was added twice; a step counts every shard once");
        }
        return this;
    }

    private GradientSum plus(GradientSum left, GradientSum right) {
        GradientSum sum = left.plusInPlace(right);
        if (left.gradient() != null && right.gradient() != null) { // else the sum is one of the two
            spent.accept(right);
        }
        return sum;
    }

    /** Adds everything {@code other} holds. */
    public TreeSum merge(TreeSum other) {
        other.sums.forEach(this::put);
        return this;
    }

    /**
     * The sum over all shards.
     *
     * @throws IllegalStateException if a shard is missing
     */
    public GradientSum total() {
        Collection<GradientSum> held = sums.values();
        if (held.size() != 1 || !sums.keySet().iterator().next().isRoot(shards)) {
            throw new IllegalStateException(
                    "tree sum: not all of the " + shards + " shards have been added; finished are " + sums.keySet());
        }
        return held.iterator().next();
    }
}
