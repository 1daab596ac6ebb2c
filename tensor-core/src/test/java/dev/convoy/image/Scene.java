package dev.convoy.image;

import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Tensor;

/**
 * The picture the documentation filters, drawn by a small ray tracer so that it is free: balls on a marble floor under an evening
 * sky. It has what filters show: edges, gradients, texture. Only exactly specified arithmetic, so the same pixels everywhere.
 */
final class Scene {
    static final int SIZE = 256;
    private static final int SAMPLES = 4;
    private static final RandomKey NOISE = RandomKey.of(1, "scene");
    private static final V SUN = new V(-0.55, 0.72, -0.45).unit();
    private static final V EYE = new V(0, 1.35, -4.6);

    private record V(double x, double y, double z) {
        V plus(V o) {
            return new V(x + o.x, y + o.y, z + o.z);
        }

        V minus(V o) {
            return plus(o.times(-1));
        }

        V times(double f) {
            return new V(x * f, y * f, z * f);
        }

        /** Element by element. */
        V tinted(V o) {
            return new V(x * o.x, y * o.y, z * o.z);
        }

        double dot(V o) {
            return x * o.x + y * o.y + z * o.z;
        }

        V unit() {
            return times(1 / Math.sqrt(dot(this)));
        }

        V mixed(V o, double share) {
            return times(1 - share).plus(o.times(share));
        }

        V mirrored(V normal) {
            return minus(normal.times(2 * dot(normal)));
        }
    }

    private enum Cover {
        STRIPES,
        MIRROR,
        CLAY,
        PEARL
    }

    private record Ball(V centre, double radius, Cover cover) {}

    private static final Ball[] BALLS = {
        new Ball(new V(-0.95, 0.95, 0.5), 0.95, Cover.STRIPES),
        new Ball(new V(1.05, 0.8, 0.1), 0.8, Cover.MIRROR),
        new Ball(new V(0.1, 0.42, -1.0), 0.42, Cover.CLAY),
        new Ball(new V(-1.35, 0.24, -1.25), 0.24, Cover.PEARL),
        new Ball(new V(1.25, 0.2, -1.55), 0.2, Cover.PEARL),
    };

    private Scene() {}

    static Picture draw() {
        Tensor pixels = Tensor.zeros(1, SIZE, SIZE, 3);
        for (int row = 0; row < SIZE; row++) {
            System.arraycopy(row(row), 0, pixels.array(), row * SIZE * 3, SIZE * 3);
        }
        return new Picture(pixels, null);
    }

    /** One line of the picture, {@code [W, 3]}. */
    static float[] row(int row) {
        float[] levels = new float[SIZE * 3];
        for (int column = 0; column < SIZE; column++) {
            V sum = new V(0, 0, 0);
            for (int s = 0; s < SAMPLES * SAMPLES; s++) {
                double across = (column + (s % SAMPLES + 0.5) / SAMPLES) / SIZE;
                double down = (row + (s / SAMPLES + 0.5) / SAMPLES) / SIZE;
                V ray = new V((across - 0.5) * 0.98, (0.5 - down) * 0.98 - 0.14, 1).unit();
                sum = sum.plus(seen(EYE, ray, 3, NOISE.with(row * SIZE + column).with(s)));
            }
            V mean = sum.times(1.0 / (SAMPLES * SAMPLES));
            levels[3 * column] = level(mean.x);
            levels[3 * column + 1] = level(mean.y);
            levels[3 * column + 2] = level(mean.z);
        }
        return levels;
    }

    private static float level(double light) {
        return Picture.level((float) (255 * StrictMath.pow(Math.min(light, 1), 1 / 2.2)));
    }

    private static V seen(V from, V ray, int bounces, RandomKey key) {
        Ball ball = nearest(from, ray);
        double floor = ray.y < 0 ? -from.y / ray.y : Double.POSITIVE_INFINITY;
        double distance = ball == null ? Double.POSITIVE_INFINITY : hit(from, ray, ball);
        if (Math.min(distance, floor) > 60) {
            return sky(ray);
        }
        V at = from.plus(ray.times(Math.min(distance, floor)));
        boolean isFloor = floor < distance;
        V normal = isFloor ? new V(0, 1, 0) : at.minus(ball.centre).unit();
        if (!isFloor && ball.cover == Cover.CLAY) {
            normal = bumped(normal);
        }
        V color = isFloor ? tile(at) : cover(ball, normal);
        double shine = isFloor ? 0.12 : ball.cover == Cover.MIRROR ? 0.85 : ball.cover == Cover.CLAY ? 0 : 0.1;
        V start = at.plus(normal.times(1e-4));
        V light = SUN.plus(new V(key.gaussian(0), key.gaussian(1), key.gaussian(2)).times(0.06))
                .unit();
        double lit = nearest(start, light) == null ? Math.max(0, normal.dot(light)) : 0;
        double open = 0.5 + 0.5 * normal.y;
        V ambient = new V(0.24, 0.29, 0.42).times(isFloor ? shaded(at) : open);
        V shown = color.tinted(ambient.plus(new V(1.05, 0.9, 0.68).times(lit)));
        if (!isFloor && lit > 0 && ball.cover != Cover.CLAY) {
            double glint = Math.max(0, ray.mirrored(normal).dot(SUN));
            shown = shown.plus(new V(1, 0.95, 0.85).times(0.7 * power(glint, 6)));
        }
        if (shine > 0 && bounces > 0) {
            double grazing = power(1 + Math.min(0, ray.dot(normal)), 2);
            shown = shown.mixed(
                    seen(start, ray.mirrored(normal).unit(), bounces - 1, key.with(bounces)),
                    shine + (1 - shine) * 0.5 * grazing);
        }
        double haze = isFloor ? Math.min(1, floor / 60) : 0;
        return shown.mixed(sky(new V(ray.x, 0.02, ray.z).unit()), haze * haze);
    }

    /** {@code base^(2^doublings)}. */
    private static double power(double base, int doublings) {
        double power = base;
        for (int i = 0; i < doublings; i++) {
            power *= power;
        }
        return power;
    }

    private static Ball nearest(V from, V ray) {
        Ball nearest = null;
        for (Ball ball : BALLS) {
            double distance = hit(from, ray, ball);
            if (distance < (nearest == null ? Double.POSITIVE_INFINITY : hit(from, ray, nearest))) {
                nearest = ball;
            }
        }
        return nearest;
    }

    private static double hit(V from, V ray, Ball ball) {
        V to = ball.centre.minus(from);
        double along = to.dot(ray);
        double inside = along * along - to.dot(to) + ball.radius * ball.radius;
        double distance = along - Math.sqrt(Math.max(0, inside));
        return inside > 0 && distance > 1e-6 ? distance : Double.POSITIVE_INFINITY;
    }

    /** Less light from the sky close under a ball. */
    private static double shaded(V at) {
        double open = 1;
        for (Ball ball : BALLS) {
            V to = ball.centre.minus(at);
            double share = ball.radius * ball.radius / to.dot(to);
            open *= 1 - 0.75 * share * share;
        }
        return open;
    }

    private static V sky(V ray) {
        double height = Math.max(0, ray.y);
        V blue = new V(0.16, 0.33, 0.68);
        V glow = new V(0.98, 0.66, 0.4);
        V color = glow.mixed(blue, Math.min(1, 2.2 * height));
        double cloud = 0;
        for (int octave = 0; octave < 5; octave++) {
            double scale = 1.6 * (1 << octave);
            cloud +=
                    noise(ray.x / (height + 0.12) * scale, 7 * octave, ray.z / (height + 0.12) * scale) / (1 << octave);
        }
        double share = Math.min(1, Math.max(0, (cloud - 0.95) * 1.6)) * Math.min(1, height * 6);
        return color.mixed(new V(1, 0.93, 0.86), share * 0.85);
    }

    /** Marble in two colours. */
    private static V tile(V at) {
        boolean isDark = Math.floorMod((long) Math.floor(at.x * 1.1 + 0.5) + (long) Math.floor(at.z * 1.1), 2L) == 0;
        double vein = 0;
        for (int octave = 0; octave < 4; octave++) {
            double scale = 3 * (1 << octave);
            vein += Math.abs(noise(at.x * scale, 3 * octave, at.z * scale) - 0.5) / (1 << octave);
        }
        double line = Math.max(0, 1 - 3.2 * vein);
        return isDark
                ? new V(0.07, 0.1, 0.14).mixed(new V(0.45, 0.5, 0.52), line)
                : new V(0.82, 0.78, 0.7).mixed(new V(0.42, 0.34, 0.28), line);
    }

    private static V cover(Ball ball, V normal) {
        return switch (ball.cover) {
            case MIRROR -> new V(0.8, 0.82, 0.85);
            case CLAY -> new V(0.85, 0.42, 0.12);
            case PEARL -> new V(0.1, 0.5, 0.48);
            case STRIPES -> {
                double tilted = 0.8 * normal.y + 0.45 * normal.x + 0.25 * normal.z;
                int band = (int) Math.floor((tilted + 1) * 4.5);
                yield band % 2 == 0 ? new V(0.85, 0.08, 0.1) : new V(0.93, 0.89, 0.8);
            }
        };
    }

    private static V bumped(V normal) {
        double scale = 16;
        V bump = new V(
                noise(normal.x * scale, normal.y * scale, normal.z * scale) - 0.5,
                noise(normal.y * scale, normal.z * scale + 40, normal.x * scale) - 0.5,
                noise(normal.z * scale, normal.x * scale, normal.y * scale + 80) - 0.5);
        return normal.plus(bump.times(0.9)).unit();
    }

    /** Smooth noise in 0 .. 1: random values at whole coordinates, blended between them. */
    private static double noise(double x, double y, double z) {
        double sum = 0;
        for (int corner = 0; corner < 8; corner++) {
            long cx = (long) Math.floor(x) + (corner & 1);
            long cy = (long) Math.floor(y) + (corner >> 1 & 1);
            long cz = (long) Math.floor(z) + (corner >> 2);
            sum += NOISE.with(cx).with(cy).uniform(cz & 0xffff) * near(x - cx) * near(y - cy) * near(z - cz);
        }
        return sum;
    }

    private static double near(double distance) {
        double d = 1 - Math.abs(distance);
        return d * d * (3 - 2 * d);
    }
}
