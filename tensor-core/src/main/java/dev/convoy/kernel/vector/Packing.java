package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Moving floats into panels: {@code count} steps of {@code lanes} neighbours each. */
final class Packing {
    /** How far behind its last lane a packer may write. */
    static final int SLACK = 8;

    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

    private Packing() {}

    /** {@code dividend / divisor}, rounded up. */
    static int ceilDiv(int dividend, int divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /** {@code to[toAt + l * toStep + i] = from[fromAt + l * fromStep + i]}: the lanes are neighbours in the source. */
    static void copy(int lanes, int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        int lane = 0;
        for (; lane + MicroKernel.WIDTH <= lanes; lane += MicroKernel.WIDTH) {
            for (int l = 0; l < count; l++) {
                FloatVector.fromArray(MicroKernel.SPECIES, from, fromAt + lane + l * fromStep)
                        .intoArray(to, toAt + lane + l * toStep);
            }
        }
        if (MicroKernel.WIDTH > 8 && lane + 8 <= lanes) {
            for (int l = 0; l < count; l++) {
                FloatVector.fromArray(EIGHT, from, fromAt + lane + l * fromStep)
                        .intoArray(to, toAt + lane + l * toStep);
            }
            lane += 8;
        }
        if (MicroKernel.WIDTH > 4 && lane + 4 <= lanes) {
            for (int l = 0; l < count; l++) {
                FloatVector.fromArray(FOUR, from, fromAt + lane + l * fromStep).intoArray(to, toAt + lane + l * toStep);
            }
            lane += 4;
        }
        for (; lane < lanes; lane++) {
            for (int l = 0; l < count; l++) {
                to[toAt + lane + l * toStep] = from[fromAt + lane + l * fromStep];
            }
        }
    }

    /** {@code to[toAt + l * toStep + i] = from[fromAt + l + i * laneStep]}: the steps are neighbours in the source. */
    static void transpose(
            int lanes, int count, float[] from, int fromAt, int laneStep, float[] to, int toAt, int toStep) {
        int lane = 0;
        for (; lane + 8 <= lanes; lane += 8) {
            transposeEight(count, from, fromAt + lane * laneStep, laneStep, to, toAt + lane, toStep);
        }
        for (; lane + 4 <= lanes; lane += 4) {
            transposeFour(count, from, fromAt + lane * laneStep, laneStep, to, toAt + lane, toStep);
        }
        for (; lane < lanes; lane++) {
            for (int l = 0; l < count; l++) {
                to[toAt + lane + l * toStep] = from[fromAt + lane * laneStep + l];
            }
        }
    }

    // Scalar moves: two stores a cycle beat what C2 makes of vector shuffles here, and the index of each load is a
    // plain loop index.
    private static void transposeEight(
            int count, float[] from, int fromAt, int laneStep, float[] to, int toAt, int toStep) {
        int from1 = fromAt + laneStep;
        int from2 = from1 + laneStep;
        int from3 = from2 + laneStep;
        int from4 = from3 + laneStep;
        int from5 = from4 + laneStep;
        int from6 = from5 + laneStep;
        int from7 = from6 + laneStep;
        for (int l = 0; l < count; l++) {
            int at = toAt + l * toStep;
            to[at] = from[fromAt + l];
            to[at + 1] = from[from1 + l];
            to[at + 2] = from[from2 + l];
            to[at + 3] = from[from3 + l];
            to[at + 4] = from[from4 + l];
            to[at + 5] = from[from5 + l];
            to[at + 6] = from[from6 + l];
            to[at + 7] = from[from7 + l];
        }
    }

    private static void transposeFour(
            int count, float[] from, int fromAt, int laneStep, float[] to, int toAt, int toStep) {
        int from1 = fromAt + laneStep;
        int from2 = from1 + laneStep;
        int from3 = from2 + laneStep;
        for (int l = 0; l < count; l++) {
            int at = toAt + l * toStep;
            to[at] = from[fromAt + l];
            to[at + 1] = from[from1 + l];
            to[at + 2] = from[from2 + l];
            to[at + 3] = from[from3 + l];
        }
    }

    /** {@code to[toAt + l * toStep + i] = from[fromAt + l * fromStep + i * laneStep]}: any strides. */
    static void gather(
            int lanes,
            int count,
            float[] from,
            int fromAt,
            int fromStep,
            int laneStep,
            float[] to,
            int toAt,
            int toStep) {
        for (int lane = 0; lane < lanes; lane++) {
            for (int l = 0; l < count; l++) {
                to[toAt + lane + l * toStep] = from[fromAt + l * fromStep + lane * laneStep];
            }
        }
    }

    /** {@code to[toAt + l * toStep + i] = 0}. */
    static void zero(int lanes, int count, float[] to, int toAt, int toStep) {
        for (int l = 0; l < count; l++) {
            Arrays.fill(to, toAt + l * toStep, toAt + l * toStep + lanes, 0f);
        }
    }

    /** Each step copies {@code lanes} (4 or 8) neighbours from its own place: {@code to[toAt + l * lanes + i] = from[fromAt + offsets[l] + i]}. */
    static void copyRun(
            int lanes, float[] from, int fromAt, int[] offsets, int first, int count, float[] to, int toAt) {
        if (lanes == 8) {
            for (int l = 0; l < count; l++) {
                FloatVector.fromArray(EIGHT, from, fromAt + offsets[first + l]).intoArray(to, toAt + l * 8);
            }
        } else {
            for (int l = 0; l < count; l++) {
                FloatVector.fromArray(FOUR, from, fromAt + offsets[first + l]).intoArray(to, toAt + l * 4);
            }
        }
    }

    /**
     * As {@link #copyRun} where the lanes lie in two runs: {@code split} lanes at {@code fromAt}, the others at {@code nextAt}. Both runs
     * are copied at full width: what the first writes too far the second overwrites, and what the second writes too far the next step
     * does. The source must be readable {@link #SLACK} floats past each run.
     */
    static void copyTwoRuns(
            int lanes,
            int split,
            float[] from,
            int fromAt,
            int nextAt,
            int[] offsets,
            int first,
            int count,
            float[] to,
            int toAt) {
        if (lanes == 8) {
            for (int l = 0; l < count; l++) {
                int offset = offsets[first + l];
                FloatVector.fromArray(EIGHT, from, fromAt + offset).intoArray(to, toAt + l * 8);
                FloatVector.fromArray(EIGHT, from, nextAt + offset).intoArray(to, toAt + l * 8 + split);
            }
        } else {
            for (int l = 0; l < count; l++) {
                int offset = offsets[first + l];
                FloatVector.fromArray(FOUR, from, fromAt + offset).intoArray(to, toAt + l * 4);
                FloatVector.fromArray(FOUR, from, nextAt + offset).intoArray(to, toAt + l * 4 + split);
            }
        }
    }
}
