package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Moving floats into panels: {@code count} steps of {@code lanes} neighbours each. */
final class Packing {
    /** How far behind its last lane a packer may write, and behind the last pixel of {@link ChannelLines} read. */
    static final int SLACK = 16;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private Packing() {}

    /** {@code dividend / divisor}, rounded up. */
    static int ceilDiv(int dividend, int divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /**
     * {@code to[toAt + l * toStep + i] = from[fromAt + l * fromStep + i]}: the lanes are neighbours in the source. What follows the lanes
     * up to the next step may be overwritten.
     */
    static void copy(int lanes, int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        int lane = 0;
        if (lanes == 2 * WIDTH) {
            copyPairs(count, from, fromAt, fromStep, to, toAt, toStep);
            return;
        }
        for (; lane + WIDTH <= lanes; lane += WIDTH) {
            copyVectors(count, from, fromAt + lane, fromStep, to, toAt + lane, toStep);
        }
        if (lane == lanes) {
            return;
        }
        int whole = 0;
        if (lane + WIDTH <= toStep) {
            int room = from.length - fromAt - lane - WIDTH;
            whole = room < 0 ? 0 : fromStep == 0 ? count : Math.min(count, room / fromStep + 1);
            copyVectors(whole, from, fromAt + lane, fromStep, to, toAt + lane, toStep);
        }
        for (int l = whole; l < count; l++) {
            for (int i = lane; i < lanes; i++) {
                to[toAt + i + l * toStep] = from[fromAt + i + l * fromStep];
            }
        }
    }

    /**
     * {@code to[toAt + l * lanes + i] = from[l * fromStep + i]} for at most two vectors of lanes and rows without a gap between them: what
     * one row writes too far the next overwrites, and the last rows write no more than their lanes.
     */
    static void copyRows(int lanes, int count, float[] from, int fromStep, float[] to, int toAt) {
        if (lanes == fromStep) {
            System.arraycopy(from, 0, to, toAt, count * lanes);
            return;
        }
        int exact = Math.min(count, ceilDiv((lanes <= WIDTH ? WIDTH : 2 * WIDTH) - lanes, lanes));
        int whole = count - exact;
        if (lanes <= WIDTH) {
            copyVectors(whole, from, 0, fromStep, to, toAt, lanes);
        } else {
            for (int l = 0; l < whole; l++) {
                FloatVector.fromArray(SPECIES, from, l * fromStep).intoArray(to, toAt + l * lanes);
                FloatVector.fromArray(SPECIES, from, l * fromStep + WIDTH).intoArray(to, toAt + l * lanes + WIDTH);
            }
        }
        for (int l = whole; l < count; l++) {
            System.arraycopy(from, l * fromStep, to, toAt + l * lanes, lanes);
        }
    }

    private static void copyPairs(int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        for (int l = 0; l < count; l++) {
            int source = fromAt + l * fromStep;
            int target = toAt + l * toStep;
            FloatVector.fromArray(SPECIES, from, source).intoArray(to, target);
            FloatVector.fromArray(SPECIES, from, source + WIDTH).intoArray(to, target + WIDTH);
        }
    }

    private static void copyVectors(
            int count, float[] from, int fromAt, int fromStep, float[] to, int toAt, int toStep) {
        for (int l = 0; l < count; l++) {
            FloatVector.fromArray(SPECIES, from, fromAt + l * fromStep).intoArray(to, toAt + l * toStep);
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
}
