package dev.convoy.kernel.vector;

import java.util.Arrays;

/** One thread's buffers and operands, grown when needed and used again, so that a kernel call allocates nothing in steady state. */
final class Scratch {
    /**
     * Floats between a large array's first element and the next cache line, so that from there on vectors do not straddle lines, where that
     * can be had: a large array of the default collector, G1, begins 16 bytes behind a multiple of 64. With another one they lie as it
     * happens.
     */
    static final int ALIGNED = 12;
    /** Floats that make an array large: more than half of G1's regions, which have 2 MB at most in heaps below 8 GB. */
    static final int LARGE = 256 * 1024;

    private static final float[] NOTHING = {};
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    final StridedLeft stridedLeft = new StridedLeft();
    final StridedRight stridedRight = new StridedRight();
    final PatchMatrix patches = new PatchMatrix();
    final PackedRight right = PackedRight.aligned();
    final ChannelLines image = new ChannelLines();
    final PaddedImage padded = new PaddedImage();
    final WinogradConvolution winograd = new WinogradConvolution();
    final Lattice rows = new Lattice();
    final int[] rowAt = new int[Gemm.MANY_ROWS + 16];
    final ChannelMoments moments = new ChannelMoments(this);
    final Tile tile = new Tile();
    final FewFilters fewFilters = new FewFilters();
    final FewChannels fewChannels = new FewChannels();
    final HalvedInput halvedInput = new HalvedInput();
    final WeightRuns weightRuns = new WeightRuns();
    final NineTapLines nineTapLines = new NineTapLines();
    final NineTapCells nineTapCells = new NineTapCells();
    final NineTapSums nineTapSums = new NineTapSums();

    private float[] leftPanels = new float[0];
    private float[] sums = new float[0];
    private float[] zeros = new float[0];
    private float[] first = new float[0];
    private float[] second = new float[0];
    private float[] third = new float[0];
    private float[] fourth = new float[0];
    private float[] fifth = new float[0];
    private Phase[] phases = new Phase[0];
    private long bytes;
    private DepthwisePhase[] depthwise = new DepthwisePhase[0];

    private Scratch() {}

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /**
     * The same array if it is long enough, else a longer one; the contents are not kept. Every buffer of a size that depends on a call comes
     * from here, or {@link #bytes} would not know of it.
     */
    static float[] grown(float[] array, int size) {
        if (array.length >= size) {
            return array;
        }
        ofThread().bytes += (long) Float.BYTES * (size - array.length);
        return new float[size];
    }

    static int[] grown(int[] array, int size) {
        if (array.length >= size) {
            return array;
        }
        ofThread().bytes += (long) Integer.BYTES * (size - array.length);
        return new int[size];
    }

    /** The memory of all buffers that have grown. */
    long bytes() {
        return bytes;
    }

    float[] leftPanels(int size) {
        return leftPanels = grown(leftPanels, size + Packing.SLACK);
    }

    /** Sums of arbitrary contents. */
    float[] sums(int size) {
        return sums = grown(sums, size);
    }

    /** At least {@code size} zeros, and as many more as a tile may read; read only. */
    float[] zeros(int size) {
        return zeros = grown(zeros, size + 2 * MicroKernel.WIDTH);
    }

    /** Five buffers of arbitrary contents for per-channel values. */
    float[] first(int size) {
        return first = grown(first, size);
    }

    float[] second(int size) {
        return second = grown(second, size);
    }

    float[] third(int size) {
        return third = grown(third, size);
    }

    float[] fourth(int size) {
        return fourth = grown(fourth, size);
    }

    float[] fifth(int size) {
        return fifth = grown(fifth, size);
    }

    /** Lets go of the images that patches were taken from, or one that has grown since would be kept twice. */
    void forgetImages() {
        patches.of(NOTHING, 0);
        padded.forget();
        for (Phase phase : phases) {
            phase.patches.of(NOTHING, 0);
        }
    }

    Phase phase(int index) {
        if (index >= phases.length) {
            int before = phases.length;
            phases = Arrays.copyOf(phases, index + 1);
            for (int i = before; i <= index; i++) {
                phases[i] = new Phase();
            }
        }
        return phases[index];
    }

    DepthwisePhase depthwise(int index) {
        if (index >= depthwise.length) {
            int before = depthwise.length;
            depthwise = Arrays.copyOf(depthwise, index + 1);
            for (int i = before; i <= index; i++) {
                depthwise[i] = new DepthwisePhase();
            }
        }
        return depthwise[index];
    }
}
