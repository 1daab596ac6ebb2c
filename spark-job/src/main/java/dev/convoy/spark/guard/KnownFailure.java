package dev.convoy.spark.guard;

import dev.convoy.spark.guard.ClusterException.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A failure of Spark that has a cause and a fix of its own, known by the words of Spark's account.
 *
 * @param words where they match, this is it
 * @param line for the user; {@code $1} is what the words' first group matched
 */
record KnownFailure(Pattern words, Problem problem, String line) {
    static final String NO_ANSWER = "no answer from the master ($1); does it run, and is --master right?";

    /** In the order in which they are tried: what says more comes before what follows from it. */
    private static final List<KnownFailure> ALL = List.of(
            of(
                    "Buffer overflow\\. Available: \\d+, required: (\\d+)",
                    "a message of more than $1 bytes does not fit into Kryo's buffer;"
                            + " raise it with --conf spark.kryoserializer.buffer.max=512m (at most 2047m)"),
            of(
                    "Class is not registered: ([\\w.$\\[\\];]+)",
                    "$1 is sent over the network but not registered with Kryo;"
                            + " register it in a class named by --conf spark.kryo.registrator"),
            of(
                    "(?:ClassNotFoundException:|NoClassDefFoundError:|Failed to register classes with Kryo.*?:) *"
                            + "(dev[./]convoy[\\w./$]+)",
                    "an executor does not find $1: Convoy's jar is not on its class path; start with spark-submit and the"
                            + " whole convoy.jar, or name it in --conf spark.executor.extraClassPath"),
            of(
                    "(IllegalStateException: unread block data|cannot assign instance of java.lang.invoke.SerializedLambda)",
                    "an executor cannot read what the driver sends it ($1): Convoy's jar is not on its class path, or another"
                            + " version of it; start with spark-submit and the whole convoy.jar, or name it in --conf"
                            + " spark.executor.extraClassPath"),
            of(
                    "InvalidClassException: ([\\w.$]+); local class incompatible",
                    "driver and executors run different versions: of $1 there are two; give the executors the same Spark"
                            + " and the same convoy.jar as the driver"),
            of(
                    "UnsupportedClassVersionError: ([\\w/.$]+)",
                    "an executor's Java is too old for $1; Convoy needs Java 17 or newer on every node (JAVA_HOME)"),
            of(
                    "(Total size of serialized results of .*? is bigger than spark\\.driver\\.maxResultSize \\([^)]*\\))",
                    "$1; raise it with --conf spark.driver.maxResultSize=4g, or set 0 for no bound"),
            of(
                    "(No space left on device)",
                    "a disk is full where an executor keeps its shuffled and spilled data ($1); free it, or name another place"
                            + " with --conf spark.local.dir"),
            of(
                    Problem.OUT_OF_MEMORY,
                    "code 52\\b|OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded)",
                    "out of memory: an executor's heap is full; raise --executor-memory (with a local master --driver-memory), or"
                            + " lower train.micro-batch or train.batch-size"),
            of(
                    Problem.OUT_OF_MEMORY,
                    "code 137\\b|exceeding (?:physical|virtual)? ?memory limits|OOMKilled",
                    "an executor was killed from outside (exit code 137), which is what the operating system or a container"
                            + " does when memory runs out; raise --conf spark.executor.memoryOverhead, or lower"
                            + " --executor-memory or the executors per node"),
            of(
                    Problem.OUT_OF_MEMORY,
                    "most recent failure: Lost task [^\\n]*TaskResultLost",
                    "the driver cannot take in what a task returned, most often because its heap is full; raise --driver-memory"),
            of("(All masters are unresponsive|Failed to connect to master [^,;\\n]*)", NO_ANSWER),
            of(
                    "(Authentication failed|Unable to create (?:executor|client).*(?:SASL|authenticat)|SaslException"
                            + "|Mismatched response)",
                    "the cluster and this program do not share a secret ($1); give both the same spark.authenticate settings"));

    private static KnownFailure of(String words, String line) {
        return of(Problem.FAILED, words, line);
    }

    private static KnownFailure of(Problem problem, String words, String line) {
        return new KnownFailure(Pattern.compile(words, Pattern.DOTALL), problem, line);
    }

    /** The failure that Spark's account tells of, if it is a known one. */
    static Optional<KnownFailure> in(String account) {
        for (KnownFailure known : ALL) {
            Matcher found = known.words.matcher(account);
            if (found.find()) {
                String detail = found.groupCount() == 0 ? "" : found.group(1);
                return Optional.of(new KnownFailure(known.words, known.problem, known.line.replace("$1", detail)));
            }
        }
        return Optional.empty();
    }
}
