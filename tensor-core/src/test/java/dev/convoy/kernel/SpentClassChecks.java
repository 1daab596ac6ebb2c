package dev.convoy.kernel;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A JVM in which C2 no longer trusts what it has seen of receivers' classes. What traps a method has taken counts for every method it is
 * inlined in, once for each place, and from a hundred of a kind on (PerMethodTrapLimit) that one is compiled without. Every lanewise operation
 * looks its implementation up in {@code VectorOperators.ImplCache}, and that traps where an operation is used for the first time by a method
 * compiled before: in a long training or test suite a few times, here as often as wanted.
 */
final class SpentClassChecks {
    private SpentClassChecks() {}

    /** So many traps in that method. C2 must not compile in the background, and the JVM must not have used vectors before. */
    static void spend(int traps) throws Throwable {
        byte[] bytes;
        try (InputStream in = SpentClassChecks.class.getResourceAsStream("SpentClassChecks$Lookups.class")) {
            bytes = Objects.requireNonNull(in).readAllBytes();
        }
        IntFunction<Object> seen = operation -> "seen";
        IntFunction<Object> unseen = operation -> "unseen";
        MethodType type = MethodType.methodType(void.class, int.class, IntFunction.class);
        MethodHandle[] copies = new MethodHandle[traps];
        for (int i = 0; i < traps; i++) {
            MethodHandles.Lookup copy = MethodHandles.lookup().defineHiddenClass(bytes, true);
            copies[i] = copy.findStatic(copy.lookupClass(), "run", type);
        }
        for (MethodHandle copy : copies) {
            copy.invoke(50_000, seen);
        }
        for (MethodHandle copy : copies) {
            copy.invoke(1, unseen);
        }
    }

    /** One method that C2 inlines the lookup in; each copy of this class is another. */
    static final class Lookups {
        private static final Class<?> KIND;
        private static final Class<?> VECTOR;
        private static final MethodHandle NEW_CACHE;
        private static final MethodHandle FIND;
        private static final Object OPERATION;

        static {
            try {
                String operators = "jdk.incubator.vector.VectorOperators";
                Class<?> cache = Class.forName(operators + "$ImplCache");
                Class<?> operator = Class.forName(operators + "$Operator");
                KIND = Class.forName(operators + "$Ternary");
                VECTOR = Class.forName("jdk.incubator.vector.FloatVector");
                OPERATION = Class.forName(operators).getField("FMA").get(null);
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(cache, MethodHandles.lookup());
                NEW_CACHE = lookup.findConstructor(cache, MethodType.methodType(void.class, Class.class, Class.class))
                        .asType(MethodType.methodType(Object.class, Class.class, Class.class));
                MethodType find = MethodType.methodType(Object.class, operator, int.class, IntFunction.class);
                FIND = lookup.findVirtual(cache, "find", find)
                        .asType(find.changeParameterType(0, Object.class).insertParameterTypes(0, Object.class));
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private Lookups() {}

        static void run(int times, IntFunction<Object> implementations) throws Throwable {
            for (int i = 0; i < times; i++) {
                find(NEW_CACHE.invokeExact(KIND, VECTOR), implementations);
            }
        }

        private static Object find(Object cache, IntFunction<Object> implementations) throws Throwable {
            return FIND.invokeExact(cache, OPERATION, 1, implementations);
        }
    }
}
