package dev.convoy.random;

/**
 * A key of counter-based random numbers: the number at an index depends on the key and the index alone, never on what was drawn
 * before. Keys are derived by name and number, such as {@code RandomKey.of(seed, "dropout").with(epoch).with(sampleId)}.
 *
 * <p>The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014, with
 * Stafford's variant 13 constants); a number is two rounds of it over the key and the counter.
 */
public record RandomKey(long state) {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    public static RandomKey of(long seed, String purpose) {
        return new RandomKey(mix(seed + GOLDEN)).with(purpose);
    }

    /** The key of one number of a family: an epoch, a sample, a shard. */
    public RandomKey with(long number) {
        return new RandomKey(mix(state ^ mix(number + GOLDEN)) + GOLDEN);
    }

    /** The key of one name of a family: a parameter, a layer. */
    public RandomKey with(String name) {
        long hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash * GOLDEN + name.charAt(i));
        }
        return with(hash);
    }

    /** 64 random bits. */
    public long bits(long index) {
        return mix(mix(state + index * GOLDEN) ^ state);
    }

    /** Uniform in [0, 1), a multiple of 2^-24. */
    public float uniform(long index) {
        return (bits(index) >>> 40) * 0x1p-24f;
    }

    /** Normal with mean 0 and variance 1, by Box and Muller's transform of two uniforms; the same bits on every JVM. */
    public double gaussian(long index) {
        double radius = ((bits(2 * index) >>> 11) + 1) * 0x1p-53;
        double angle = (bits(2 * index + 1) >>> 11) * 0x1p-53;
        return StrictMath.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(2 * Math.PI * angle);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
