package dev.convoy.kernel;

/** A function of one number that {@link Kernels#map} applies to every element; {@link FloatMath} states each one's accuracy. */
public enum ElementFunction {
    /** {@code e^x}. */
    EXP {
        @Override
        public float of(float x) {
            return FloatMath.exp(x);
        }
    },
    /** {@code e^x - 1}, exact to the last bits for small x too. */
    EXPM1 {
        @Override
        public float of(float x) {
            return FloatMath.expm1(x);
        }
    },
    /** The natural logarithm. */
    LOG {
        @Override
        public float of(float x) {
            return FloatMath.log(x);
        }
    },
    /** {@code log(1 + e^x)}. */
    SOFTPLUS {
        @Override
        public float of(float x) {
            return FloatMath.softplus(x);
        }
    },
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID {
        @Override
        public float of(float x) {
            return FloatMath.sigmoid(x);
        }
    },
    /** The hyperbolic tangent. */
    TANH {
        @Override
        public float of(float x) {
            return FloatMath.tanh(x);
        }
    },
    /** The error function, {@code 2/sqrt(pi) * integral from 0 to x of e^(-t^2) dt}. */
    ERF {
        @Override
        public float of(float x) {
            return FloatMath.erf(x);
        }
    };

    /** The function's value at x: the bits every implementation of {@link Kernels} returns. */
    public abstract float of(float x);
}
