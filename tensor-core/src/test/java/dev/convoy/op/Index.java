package dev.convoy.op;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** Elements by their index, one number per axis: the plain way in which tests write down what an operation should give. */
final class Index {
    private Index() {}

    /** The index of the element at a row-major position. */
    static int[] at(Shape shape, int position) {
        int[] index = new int[shape.rank()];
        int rest = position;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.extent(axis);
            rest /= shape.extent(axis);
        }
        return index;
    }

    /** The row-major position of an index. */
    static int position(Shape shape, int... index) {
        int position = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            position = position * shape.extent(axis) + index[axis];
        }
        return position;
    }

    /** The position of the element that stands at {@code index} once {@code shape} is broadcast. */
    static int broadcast(Shape shape, int[] index) {
        int[] own = new int[shape.rank()];
        for (int axis = 0; axis < own.length; axis++) {
            own[axis] = shape.extent(axis) == 1 ? 0 : index[index.length - own.length + axis];
        }
        return position(shape, own);
    }

    interface Formula {
        float at(int... index);
    }

    /** The tensor a formula gives. */
    static Tensor tensor(Shape shape, Formula formula) {
        Tensor tensor = Tensor.zeros(shape.toArray());
        for (int i = 0; i < shape.size(); i++) {
            tensor.array()[i] = formula.at(at(shape, i));
        }
        return tensor;
    }
}
