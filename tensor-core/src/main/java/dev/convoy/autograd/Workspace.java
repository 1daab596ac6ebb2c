package dev.convoy.autograd;

import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of one pass, kept for the next: the n-th request gets the n-th buffer, grown where it is too small. Training steps ask
 * in the same order every time, so after the first they allocate nothing. Not for use by two threads.
 */
public sealed class Workspace permits CountingWorkspace {
    private final List<float[]> buffers = new ArrayList<>();
    private int next;

    /** A buffer of at least {@code size} floats with arbitrary contents, valid until {@link #reset}. */
    public float[] take(int size) {
        if (next == buffers.size()) {
            buffers.add(new float[size]);
        } else if (buffers.get(next).length < size) {
            buffers.set(next, new float[size]);
        }
        return buffers.get(next++);
    }

    /** The memory of all buffers so far. */
    public long bytes() {
        return buffers.stream()
                .mapToLong(buffer -> (long) Float.BYTES * buffer.length)
                .sum();
    }

    /** Begins a new step: every buffer handed out before may be handed out again. */
    public void reset() {
        next = 0;
    }
}
