package dev.convoy.op;

import static dev.convoy.op.OperationPass.all;
import static dev.convoy.op.OperationPass.assertClose;
import static dev.convoy.op.OperationPass.bits;
import static dev.convoy.op.OperationPass.each;
import static dev.convoy.op.OperationPass.full;
import static dev.convoy.op.OperationPass.gradients;
import static dev.convoy.op.OperationPass.parameters;
import static dev.convoy.op.OperationPass.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.OperationCases.Case;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for the gradients of every operation there is. */
class EveryGradientTest {
    /** For every choice of inputs that are constants, the others get the gradient they get when none is. */
    @Test
    void skipsFrozenInputs() {
        each(test -> {
            List<int[]> trained = run(test, new Workspace(), test.inputs(), gradients(test), all(test));
            for (int chosen = 0; chosen < all(test); chosen++) {
                Tensor[] gradients = gradients(test);
                List<int[]> some = run(test, full(Float.NaN), test.inputs(), gradients, chosen);
                assertArrayEquals(trained.get(0), some.get(0), test.name() + ": output");
                for (int i = 0; i < gradients.length; i++) {
                    int[] expected = (chosen >> i & 1) == 1 ? trained.get(1 + i) : new int[gradients[i].size()];
                    assertArrayEquals(expected, some.get(1 + i), test.name() + ": gradient of input " + i);
                }
            }
        });
    }

    @Test
    void computesTheSameOnASilentTapeAndInsideWithoutGradient() {
        each(test -> {
            Tensor[] gradients = gradients(test);
            List<int[]> recorded = run(test, new Workspace(), test.inputs(), gradients, all(test));
            Tape silent = Tape.silent(full(Float.NaN), Adjoints.kernels());
            Variable quiet = test.operation().apply(silent, parameters(silent, test.inputs(), gradients, all(test)));
            assertFalse(quiet.needsGradient(), test.name());
            assertArrayEquals(recorded.get(0), bits(quiet.value()), test.name() + ": output of a silent tape");
            Tape tape = Tape.recording(full(Float.NaN), Adjoints.kernels());
            List<Variable> inputs = parameters(tape, test.inputs(), gradients(test), all(test));
            Variable cut = tape.withoutGradient(() -> test.operation().apply(tape, inputs));
            assertFalse(cut.needsGradient(), test.name());
            assertArrayEquals(recorded.get(0), bits(cut.value()), test.name() + ": output without gradient");
        });
    }

    /** A parameter's gradient is what it held before plus the derivative. */
    @Test
    void addsToTheGradientThatIsThere() {
        each(test -> {
            Tensor[] fresh = gradients(test);
            run(test, new Workspace(), test.inputs(), fresh, all(test));
            Tensor[] held = gradients(test);
            for (int i = 0; i < held.length; i++) {
                for (int j = 0; j < held[i].size(); j++) {
                    held[i].set(j, j % 5 - 2);
                }
            }
            run(test, new Workspace(), test.inputs(), held, all(test));
            for (int i = 0; i < held.length; i++) {
                for (int j = 0; j < held[i].size(); j++) {
                    fresh[i].set(j, fresh[i].get(j) + (j % 5 - 2));
                }
                assertClose(test, i, fresh[i], held[i]);
            }
        });
    }

    /** Where two inputs have one shape, one variable may be both; it gets the sum of both gradients. */
    @Test
    void takesOneVariableTwice() {
        each(test -> {
            for (int i = 0; i < test.shapes().length; i++) {
                for (int j = i + 1; j < test.shapes().length; j++) {
                    if (test.shapes()[i].equals(test.shapes()[j])) {
                        assertSumOfBoth(test, i, j);
                    }
                }
            }
        });
    }

    private static void assertSumOfBoth(Case test, int i, int j) {
        Tensor[] inputs = test.inputs();
        inputs[j] = inputs[i];
        Tensor[] apart = gradients(test);
        List<int[]> expected = run(test, new Workspace(), inputs, apart, all(test));
        Tape tape = Tape.recording(full(Float.NaN), Adjoints.kernels());
        Tensor[] sums = gradients(test);
        List<Variable> variables = parameters(tape, inputs, sums, all(test));
        variables.set(j, variables.get(i));
        Variable y = test.operation().apply(tape, variables);
        assertArrayEquals(expected.get(0), bits(y.value()), test.name());
        tape.backward(y, Adjoints.random(test.name() + ".dy", y.shape()));
        Tensor both = gradients(test)[i];
        double scale = 1; // of what is added: the sum may cancel
        for (int e = 0; e < both.size(); e++) {
            both.set(e, apart[i].get(e) + apart[j].get(e));
            scale = Math.max(scale, Math.abs(apart[i].get(e)));
        }
        assertClose(test, i, scale, both, sums[i]);
    }

    /** The second of two backward passes over one tape adds what the first did. */
    @Test
    void runsBackwardsTwice() {
        each(test -> {
            Tensor[] once = gradients(test);
            run(test, new Workspace(), test.inputs(), once, all(test));
            Tensor[] twice = gradients(test);
            Tape tape = Tape.recording(full(Float.NaN), Adjoints.kernels());
            Variable y = test.operation().apply(tape, parameters(tape, test.inputs(), twice, all(test)));
            Tensor dy = Adjoints.random(test.name() + ".dy", y.shape());
            tape.backward(y, dy);
            tape.backward(y, dy);
            for (int i = 0; i < once.length; i++) {
                for (int j = 0; j < once[i].size(); j++) {
                    once[i].set(j, 2 * once[i].get(j));
                }
                assertClose(test, i, once[i], twice[i]);
            }
        });
    }
}
