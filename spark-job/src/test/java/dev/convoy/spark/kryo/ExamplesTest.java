package dev.convoy.spark.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.junit.jupiter.api.Test;

/** What travels comes through Kryo as it was. */
class ExamplesTest {
    @Test
    void thereIsAnExampleOfEveryRegisteredClassAndOfNoOther() {
        Set<Class<?>> registered = new HashSet<>();
        @SuppressWarnings("rawtypes") // as Kryo declares them
        Kryo kryo = new Kryo() {
            @Override
            public Registration register(Class type) {
                registered.add(type);
                return super.register(type);
            }

            @Override
            public Registration register(Class type, Serializer serializer) {
                registered.add(type);
                return super.register(type, serializer);
            }
        };
        registered.clear(); // Kryo's own
        new ConvoyRegistrator().registerClasses(kryo);
        assertEquals(registered, Examples.all().stream().map(Object::getClass).collect(Collectors.toSet()));
    }

    @Test
    void everyExampleIsReadAsItWasWritten() {
        Examples.roundTrip(new KryoSerializer(ConvoyRegistrator.configure(new SparkConf())).newInstance());
    }

    @Test
    void withoutTheRegistratorNothingTravels() {
        SparkConf bare = new SparkConf().set("spark.kryo.registrationRequired", "true");
        assertThrows(IllegalArgumentException.class, () -> Examples.roundTrip(new KryoSerializer(bare).newInstance()));
    }
}
