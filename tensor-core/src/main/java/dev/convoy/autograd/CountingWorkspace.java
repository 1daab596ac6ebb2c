package dev.convoy.autograd;

import java.util.ArrayList;
import java.util.List;

/** Counts the buffers of a pass that computes nothing: they are all one array, as long as the longest. */
public final class CountingWorkspace extends Workspace {
    private final List<Integer> sizes = new ArrayList<>();
    private float[] all = new float[0];
    private int next;

    @Override
    public float[] take(int size) {
        if (next == sizes.size()) {
            sizes.add(size);
        } else {
            sizes.set(next, Math.max(size, sizes.get(next)));
        }
        next++;
        if (all.length < size) {
            all = new float[size];
        }
        return all;
    }

    @Override
    public long bytes() {
        return sizes.stream().mapToLong(size -> (long) Float.BYTES * size).sum();
    }

    @Override
    public void reset() {
        next = 0;
    }
}
