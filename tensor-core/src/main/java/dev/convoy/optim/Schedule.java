package dev.convoy.optim;

import java.util.List;

/**
 * The learning rate of each step: a pure function of the step, counted from 0, and the number of steps. Lengths are shares of all
 * steps, so that a schedule keeps its form when a run gets longer.
 */
@FunctionalInterface
public interface Schedule {
    /** What a share may be off after rounding: 0.55 of 100 steps are 55, though the product in double is a little more. */
    double ROUNDING = 1e-9;

    double rate(long step, long steps);

    static Schedule constant(double rate) {
        return (step, steps) -> rate;
    }

    /** {@code rate * gamma^n} once n periods have passed. With a period of k epochs it is PyTorch's StepLR. */
    static Schedule step(double rate, double period, double gamma) {
        return (step, steps) -> rate * StrictMath.pow(gamma, step / wholeSteps(period, steps));
    }

    /** {@code rate * gamma^n} once n of the milestones, given as shares of all steps, have passed. */
    static Schedule multiStep(double rate, List<Double> milestones, double gamma) {
        return (step, steps) -> {
            long passed = milestones.stream()
                    .filter(share -> step >= share * steps - ROUNDING)
                    .count();
            return rate * StrictMath.pow(gamma, passed);
        };
    }

    /** {@code rate * gamma^(step / period)}: by gamma in each period, but a little at every step. */
    static Schedule exponential(double rate, double period, double gamma) {
        return (step, steps) -> rate * StrictMath.pow(gamma, step / (period * steps));
    }

    /** {@code minimum + (rate - minimum) * (1 - step / steps)^power}; linear with power 1. */
    static Schedule polynomial(double rate, double minimum, double power) {
        return (step, steps) ->
                minimum + (rate - minimum) * StrictMath.pow(1 - Math.min((double) step / steps, 1), power);
    }

    /** {@code minimum + (rate - minimum) * (1 + cos(pi * step / steps)) / 2}. Source: Loshchilov and Hutter, "SGDR", 2017. */
    static Schedule cosine(double rate, double minimum) {
        return (step, steps) -> minimum + (rate - minimum) * anneal(step, steps);
    }

    /**
     * The same half cosine over the first period, again from the top over each one after it, which is {@code stretch} times as long.
     * Source: the same; PyTorch's CosineAnnealingWarmRestarts.
     */
    static Schedule cosineRestarts(double rate, double minimum, double period, int stretch) {
        return (step, steps) -> {
            long length = wholeSteps(period, steps);
            long at = step;
            if (stretch == 1) {
                at %= length;
            }
            while (at >= length) {
                at -= length;
                length *= stretch;
            }
            return minimum + (rate - minimum) * anneal(at, length);
        };
    }

    /**
     * From {@code rate / 25} up to {@code rate} over the share {@code warmUp} of all steps, down to {@code rate / 250000} at the
     * last, both along half a cosine. Source: Smith and Topin, "Super-convergence", 2018; the constants are PyTorch's.
     */
    static Schedule oneCycle(double rate, double warmUp) {
        double first = rate / 25;
        double last = first / 1e4;
        return (step, steps) -> {
            double top = warmUp * steps - 1;
            double end = steps - 1.0;
            if (step < top) {
                return rate + (first - rate) * anneal(step, top);
            }
            return end <= top ? rate : last + (rate - last) * anneal(step - Math.max(top, 0), end - Math.max(top, 0));
        };
    }

    /**
     * From {@code minimum} up to the top in the first half of each period and down again in the second, along straight lines. The top
     * is {@code rate} in the first period of at least two steps, and its distance from the minimum is multiplied by {@code gamma} from one to the next.
     * Source: Smith, "Cyclical learning rates", 2017: {@code triangular} has gamma 1, {@code triangular2} 0.5; PyTorch's CyclicLR.
     */
    static Schedule triangular(double rate, double minimum, double period, double gamma) {
        return (step, steps) -> {
            long length = Math.max(2, wholeSteps(period, steps));
            double at = (double) (step % length) / length;
            return minimum + (rate - minimum) * StrictMath.pow(gamma, step / length) * (1 - Math.abs(2 * at - 1));
        };
    }

    /** This schedule, scaled by {@code (step + 1) / n} over the first n steps, which are a share of all. */
    default Schedule warmedUp(double share) {
        return (step, steps) -> {
            double climb = StrictMath.floor(share * steps + ROUNDING);
            return rate(step, steps) * (step < climb ? (step + 1) / climb : 1);
        };
    }

    /** A share of all steps, to the nearest whole one, at least 1. */
    private static long wholeSteps(double share, long steps) {
        return Math.max(1, (long) StrictMath.rint(share * steps));
    }

    private static double anneal(double position, double length) {
        return length <= 0 ? 1 : (1 + StrictMath.cos(Math.PI * Math.min(position / length, 1))) / 2;
    }
}
