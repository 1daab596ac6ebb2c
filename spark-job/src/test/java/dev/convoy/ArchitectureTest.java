package dev.convoy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The package table of docs/architecture.md: who may import whom. This test is the table's only other copy. */
@AnalyzeClasses(packages = "dev.convoy", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("tensor", List.of()),
            Map.entry("random", List.of()),
            Map.entry("kernel", List.of()),
            Map.entry("kernel.vector", List.of("kernel")),
            Map.entry("autograd", List.of("tensor", "kernel", "random")),
            Map.entry("op", List.of("autograd", "tensor", "kernel", "random")),
            Map.entry("matrix", List.of("tensor", "kernel")),
            Map.entry("nn", List.of("op", "autograd", "tensor", "kernel", "random")),
            Map.entry("nn.model", List.of("nn", "tensor", "kernel")),
            Map.entry("optim", List.of()),
            Map.entry("data", List.of("tensor", "random")),
            Map.entry("metric", List.of("tensor")),
            Map.entry("image", List.of("op", "autograd", "data", "tensor", "kernel")),
            Map.entry(
                    "train",
                    List.of(
                            "nn",
                            "nn.model",
                            "op",
                            "optim",
                            "data",
                            "metric",
                            "autograd",
                            "tensor",
                            "kernel",
                            "random")),
            Map.entry("io", List.of("train", "nn", "nn.model", "tensor")),
            Map.entry("spark.block", List.of()),
            Map.entry("spark.kryo", List.of("spark.block", "train", "data", "metric", "tensor")),
            Map.entry("spark.data", List.of("data", "tensor", "random")),
            Map.entry("spark.checkpoint", List.of("io", "train", "tensor")),
            Map.entry("spark.guard", List.of("spark.kryo", "train", "data", "tensor", "kernel")),
            Map.entry(
                    "spark.train",
                    List.of(
                            "spark.block",
                            "spark.guard",
                            "spark.kryo",
                            "spark.checkpoint",
                            "spark.data",
                            "train",
                            "io",
                            "nn",
                            "nn.model",
                            "data",
                            "tensor")),
            Map.entry("spark.plan", List.of("spark.train", "spark.data", "train", "nn", "nn.model", "data", "tensor")),
            Map.entry(
                    "spark.report",
                    List.of("spark.plan", "train", "nn", "data", "metric", "image", "tensor", "kernel")),
            Map.entry(
                    "spark.cli",
                    List.of(
                            "spark.train",
                            "spark.guard",
                            "spark.data",
                            "spark.checkpoint",
                            "spark.kryo",
                            "spark.plan",
                            "spark.report",
                            "train",
                            "io",
                            "nn",
                            "nn.model",
                            "data",
                            "metric",
                            "image",
                            "tensor",
                            "kernel")));

    @ArchTest
    static void everyPackageImportsOnlyWhatTheTableAllows(JavaClasses all) {
        MAY_IMPORT.forEach((name, allowed) -> {
            String[] permitted =
                    new TreeSet<>(allowed).stream().map(ArchitectureTest::full).toArray(String[]::new);
            DescribedPredicate<JavaClass> refused = resideInAPackage("dev.convoy..")
                    .and(DescribedPredicate.not(resideInAnyPackage(permitted)))
                    .and(DescribedPredicate.not(resideInAPackage(full(name))));
            noClasses()
                    .that()
                    .resideInAPackage(full(name))
                    .should()
                    .dependOnClassesThat(refused)
                    .because("docs/architecture.md lets " + name + " import " + allowed + " only")
                    .check(all);
        });
    }

    @ArchTest
    static void everyPackageIsInTheTable(JavaClasses all) {
        assertEquals(
                new TreeSet<>(MAY_IMPORT.keySet()),
                all.stream()
                        .map(c -> c.getPackageName().substring("dev.convoy.".length()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.convoy.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheVectorKernelsUseTheVectorApi = noClasses()
            .that()
            .resideOutsideOfPackage("dev.convoy.kernel.vector")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator..");

    @ArchTest
    static final ArchRule theEngineKnowsNothingOfSparkOrHadoop = noClasses()
            .that()
            .resideOutsideOfPackage("dev.convoy.spark..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache..", "scala..", "com.esotericsoftware..");

    @ArchTest
    static final ArchRule onlyIoReadsJsonInTheEngine = noClasses()
            .that()
            .resideOutsideOfPackages("dev.convoy.spark..", "dev.convoy.io")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    /** Randomness is counter-based and kernels start no threads: results must not depend on either. */
    @ArchTest
    static final ArchRule nothingIsDrawnFromAGeneratorWithState = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

    @ArchTest
    static final ArchRule theEngineStartsNoThreads = noClasses()
            .that()
            .resideOutsideOfPackage("dev.convoy.spark..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.concurrent\\.(ForkJoin.*|Executor.*|.*Executors?|CompletableFuture)");

    /**
     * What is stored is safetensors, JSON and PNG. Reading an object back from Java's or Kryo's form would run whatever class the file
     * names; Kryo carries messages between the processes of one application, and nothing else.
     */
    @ArchTest
    static final ArchRule nothingIsStoredByJavaOrKryoSerialisation = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.Object(Out|In)putStream|java\\.io\\.Externalizable|java\\.beans\\.XML.*")
            .orShould()
            .callMethodWhere(JavaCall.Predicates.target(
                    HasName.Predicates.nameMatching("saveAsObjectFile|objectFile|saveAsSequenceFile")));

    @ArchTest
    static final ArchRule onlyTheMessagesUseKryo = noClasses()
            .that()
            .resideOutsideOfPackages("dev.convoy.spark.kryo", "dev.convoy.spark.block")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.esotericsoftware..", "com.twitter.chill..", "org.apache.spark.serializer..");

    @ArchTest
    static final ArchRule onlyBlocksUseSparksTransferService = noClasses()
            .that()
            .resideOutsideOfPackage("dev.convoy.spark.block")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark.network..");

    private static String full(String name) {
        return "dev.convoy." + name;
    }
}
