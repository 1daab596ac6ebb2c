package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.random.RandomKey;
import org.junit.jupiter.api.Test;

/** Against torch.optim.lr_scheduler.ReduceLROnPlateau, its step written out a second time, with mutable fields as there. */
class PlateauTest {
    private static final class Reference {
        private final boolean max;
        private final double factor;
        private final int patience;
        private final double threshold;
        private final double minimum;
        private double best;
        private int badEpochs;
        private double rate = 0.1;

        Reference(boolean max, double factor, int patience, double threshold, double minimum) {
            this.max = max;
            this.factor = factor;
            this.patience = patience;
            this.threshold = threshold;
            this.minimum = minimum;
            this.best = max ? -1e300 : 1e300;
        }

        void step(double metric) {
            boolean better = max ? metric > best * (threshold + 1.) : metric < best * (1. - threshold);
            if (better) {
                best = metric;
                badEpochs = 0;
            } else {
                badEpochs++;
            }
            if (badEpochs > patience) {
                rate = Math.max(rate * factor, minimum);
                badEpochs = 0;
            }
        }
    }

    @Test
    void fallsWhenReduceLrOnPlateauDoes() {
        int falls = 0;
        for (int c = 0; c < 50; c++) {
            RandomKey key = RandomKey.of(c, "plateau");
            boolean max = c % 2 == 0;
            int patience = c % 4;
            double threshold = c % 5 == 0 ? 0 : 0.05;
            Reference reference = new Reference(max, 0.5, patience, threshold, 0.01);
            Plateau plateau = new Plateau(max, 0.5, patience, threshold, 0.01);
            Plateau.State state = plateau.start(0.1);
            for (int evaluation = 0; evaluation < 40; evaluation++) {
                double trend = max ? 1 - 1.0 / (evaluation + 2) : 1.0 / (evaluation + 2);
                double metric = trend + 0.1 * key.uniform(evaluation);
                double before = state.rate();
                reference.step(metric);
                state = plateau.next(state, metric);
                falls += state.rate() < before ? 1 : 0;
                assertEquals(reference.rate, state.rate(), "configuration " + c + ", evaluation " + evaluation);
                assertEquals(reference.badEpochs, state.waited());
            }
        }
        assertEquals(true, falls > 100, "the rate fell " + falls + " times");
    }

    @Test
    void aValueThatIsNoNumberIsNoImprovement() {
        Plateau plateau = new Plateau(false, 0.1, 0, 0, 0);
        Plateau.State state = plateau.next(plateau.start(1), Double.NaN);
        assertEquals(0.1, state.rate(), 1e-15);
    }
}
