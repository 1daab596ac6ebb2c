package dev.convoy.optim;

import java.util.List;

/** The learning rate of each step: a pure function of the step, counted from 0, and the number of steps. */
@FunctionalInterface
public interface Schedule {
    double rate(long step, long steps);

    static Schedule constant(double rate) {
        return (step, steps) -> rate;
    }

    /** {@code rate * gamma^n} once n of the milestones, given as shares of all steps, have passed. */
    static Schedule step(double rate, List<Double> milestones, double gamma) {
        return (step, steps) -> {
            long passed =
                    milestones.stream().filter(share -> step >= share * steps).count();
            return rate * StrictMath.pow(gamma, passed);
        };
    }

    /** {@code rate * (1 + cos(pi * step / steps)) / 2}. Source: Loshchilov and Hutter, "SGDR", 2017. */
    static Schedule cosine(double rate) {
        return (step, steps) -> rate * anneal(step, steps);
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

    /** This schedule, scaled by {@code (step + 1) / n} over the first n steps, which are a share of all. */
    default Schedule warmedUp(double share) {
        return (step, steps) -> {
            double climb = StrictMath.floor(share * steps);
            return rate(step, steps) * (step < climb ? (step + 1) / climb : 1);
        };
    }

    private static double anneal(double position, double length) {
        return length <= 0 ? 1 : (1 + StrictMath.cos(Math.PI * Math.min(position / length, 1))) / 2;
    }
}
