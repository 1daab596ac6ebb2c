package dev.convoy.train;

import dev.convoy.autograd.CountingWorkspace;
import dev.convoy.data.ImageBlock;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.nn.Pass;
import dev.convoy.tensor.Shape;
import java.lang.reflect.Proxy;

/** A step without its arithmetic: what memory it takes does not depend on the values, so that nothing need be computed. */
public final class Rehearsal {
    /** What returns something, such as their name, are the scalar kernels'. */
    private static final Kernels COMPUTES_NOTHING = (Kernels) Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (kernels, method, arguments) -> method.getReturnType() == void.class
                    ? null
                    : method.invoke(KernelProvider.SCALAR.kernels(), arguments));

    private Rehearsal() {}

    /**
     * The {@link ShardTask#workspaceBytes} after a step of so many images. Takes the memory of the weights, once, and of some activations: the
     * longest, and those that were the longest before it and that the tape still holds.
     *
     * @param image the shape of one image, {@code [H, W, C]}
     * @throws IllegalArgumentException if the network or the normalisation does not suit the images
     */
    public static long workspaceBytes(RunConfig config, Shape image, int images) {
        CountingWorkspace workspace = new CountingWorkspace();
        ShardTask task = new ShardTask(config, image, new SpareArrays(), COMPUTES_NOTHING, workspace);
        float[] weights = new float[task.network().weights().size()];
        float[] buffers = new float[task.network().buffers().size()];
        int[] positions = new int[images];
        ImageBlock one = new ImageBlock(image, new byte[image.size()], new int[1], new long[1]);
        task.addGradient(
                new ModelState(weights, buffers),
                one,
                positions,
                0,
                new GradientSum(
                        0, 0, 0, weights, buffers), // the gradient is nobody's: one array does for it and the weights
                Pass.NOBODY);
        return workspace.bytes();
    }
}
