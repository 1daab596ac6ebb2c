package dev.convoy.matrix;

import dev.convoy.tensor.Shape;

/**
 * How a tensor's elements are called: its letter with the element's place along each axis longer than one, counted from 1 as in the
 * lecture. {@code x3} is the third pixel of a line, {@code w21} the first tap of a filter's second row; from ten on, places are
 * parted: {@code x12,3}.
 */
record ElementNames(String letter, Shape shape) {

    String of(int element) {
        boolean isLong = false;
        for (int axis = 0; axis < shape.rank(); axis++) {
            isLong |= shape.extent(axis) > 9;
        }
        StringBuilder places = new StringBuilder();
        int rest = element;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            if (shape.extent(axis) > 1) {
                String parting = isLong && places.length() > 0 ? "," : "";
                places.insert(0, (rest % shape.extent(axis) + 1) + parting);
            }
            rest /= shape.extent(axis);
        }
        return letter + (places.length() == 0 ? "1" : places);
    }
}
