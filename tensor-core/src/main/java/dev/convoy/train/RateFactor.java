package dev.convoy.train;

/**
 * One entry of {@code optimizer.rate-factors}, {@code PATTERN=FACTOR}.
 *
 * @param pattern of the parameters it is for, see {@link dev.convoy.nn.Parameter#matches}
 * @param factor of their learning rate
 */
record RateFactor(String pattern, double factor) {
    /** @throws InvalidSettingException unless the factor is a positive number */
    static RateFactor parse(String text) {
        int equals = text.indexOf('=');
        double factor = Double.NaN;
        if (equals > 0) {
            try {
                factor = Double.parseDouble(text.substring(equals + 1));
            } catch (NumberFormatException e) {
                // Not a number: refused below.
            }
        }
        InvalidSettingException.require(
                factor > 0 && Double.isFinite(factor),
                "optimizer.rate-factors",
                "entries of the form conv1=0.1, with a positive factor",
                "'" + text + "'");
        return new RateFactor(text.substring(0, equals).strip(), factor);
    }
}
