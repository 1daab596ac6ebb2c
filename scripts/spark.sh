# Sourced by the scripts beside it: finds Java, builds Convoy where it is not built, starts Spark's own classes.
# Plain bash 3.2 (macOS); nothing here changes the current directory, so relative paths stay the user's.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/spark-job/target/convoy.jar
own_spark_home=$root/spark-job/target/spark-home
secure_settings=$root/conf/spark-secure.conf
secret_file=${CONVOY_SECRET_FILE:-$root/target/cluster/secret}

fail() {
    echo "convoy: error: $*" >&2
    exit 1
}

# Hands the secret of a secure cluster to what is started next, in the variable in which Spark's workers hand it to executors:
# every user of a machine can read its command lines, but environments are their owner's. The file has to be, too.
export_secret() {
    [ -r "$secret_file" ] || fail "no secret in $secret_file; scripts/cluster start --secure makes one, CONVOY_SECRET_FILE names another file"
    [ -s "$secret_file" ] || fail "the secret in $secret_file is empty; write a long random word to it"
    case $(ls -ldL "$secret_file") in
        ????------*) ;;
        *) fail "the secret in $secret_file can be read by others; close it: chmod 600 $secret_file" ;;
    esac
    _SPARK_AUTH_SECRET=$(cat "$secret_file")
    export _SPARK_AUTH_SECRET
}

# Sets $java and $java_version. Spark 4 needs 17 or newer.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but $java is no program; set it to a JDK 17"
    else
        java=$(command -v java || true)
        [ -n "$java" ] || fail "no java found; install a JDK 17 and put it on the PATH, or set JAVA_HOME"
    fi
    java_version=$("$java" -version 2>&1 | sed -n 's/^.* version "\([0-9]*\).*$/\1/p' | head -n 1)
    [ -n "$java_version" ] || fail "'$java -version' states no version; set JAVA_HOME to a JDK 17"
    [ "$java_version" -ge 17 ] || fail "$java is Java $java_version, but Spark 4 needs 17 or newer; set JAVA_HOME to a JDK 17"
}

is_built() {
    [ -f "$jar" ] && [ -d "$own_spark_home/jars" ] \
        && [ -z "$(find "$root"/pom.xml "$root"/{tensor-core,spark-job}/{pom.xml,src/main} -newer "$jar" -print -quit 2> /dev/null)" ]
}

# Builds the jar and a SPARK_HOME out of Maven jars, if they are missing or older than the sources.
build() {
    ! is_built || return 0
    command -v mvn > /dev/null || fail "Convoy is not built yet and no mvn was found; install Maven 3.8 or newer"
    echo "convoy: building (the first time this downloads Spark)" >&2
    # A running JVM keeps the jar it has open; overwriting it in place would crash that JVM.
    rm -f "$jar"
    local log=$root/target/build.log
    mkdir -p "$root/target"
    if ! (cd "$root" && mvn -B -Dstyle.color=never -Dmaven.test.skip=true -P '!libtorch' package < /dev/null 2>&1) | tee "$log" | show_progress; then
        awk '/^\[ERROR\]/ && !seen[$0]++' "$log" | head -n 3 >&2
        fail "the build failed; all of its output is in $log"
    fi
}

# Maven's output as one line that counts; a dot per hundred downloads where stderr is no terminal.
show_progress() {
    local count=0 terminal=false
    [ ! -t 2 ] || terminal=true
    while IFS= read -r line; do
        case $line in
            *Downloaded\ from*)
                count=$((count + 1))
                if $terminal; then
                    printf '\rconvoy: building: %d files downloaded' "$count" >&2
                elif [ $((count % 200)) = 0 ]; then
                    echo "convoy: building: $count files downloaded" >&2
                fi
                ;;
        esac
    done
    if $terminal && [ "$count" -gt 0 ]; then echo >&2; fi
}

# Exports SPARK_HOME: the user's, else the one built here. The user's Spark settings win where there are any.
choose_spark_home() {
    if [ -z "${SPARK_HOME:-}" ]; then
        # Hadoop 3.4 asks for a security feature that Java 23 took away; the user's own Spark may know better.
        [ "$java_version" -le 22 ] || fail "$java is Java $java_version, but Spark 4.1 runs on 17 to 22; set JAVA_HOME to a JDK 17"
        export SPARK_HOME=$own_spark_home
    fi
    [ -d "$SPARK_HOME/jars" ] || fail "SPARK_HOME is $SPARK_HOME, but it has no folder 'jars'; correct it, or unset it to use Convoy's own"
    if [ -z "${SPARK_CONF_DIR:-}" ] && [ -z "$(find "$SPARK_HOME/conf" -type f ! -name '*.template' -print -quit 2> /dev/null)" ]; then
        export SPARK_CONF_DIR=$root/conf
    fi
}

# Sets the array $command to what starts the Spark class $1 with the other arguments. A SPARK_HOME made of jars has
# no bin/spark-class; the launcher class behind that script does the work either way.
spark_command() {
    if [ -x "$SPARK_HOME/bin/spark-class" ]; then
        command=("$SPARK_HOME/bin/spark-class" "$@")
        return
    fi
    export SPARK_SCALA_VERSION=${SPARK_SCALA_VERSION:-2.13}
    command=()
    # The launcher prints its own messages, a NUL, a line end, then the command with a NUL after each word, then
    # (ours) its exit code.
    local word started=false
    while IFS= read -r -d '' word; do
        if $started; then
            command+=("$word")
        else
            started=true
            [ -z "$word" ] || echo "$word" >&2
        fi
    done < <(
        "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@"
        printf '%d\0' $?
    )
    local last=$((${#command[@]} - 1))
    [ "$last" -gt 0 ] && [ "${command[$last]}" = 0 ] || fail "Spark's launcher in $SPARK_HOME/jars refused: $*"
    unset "command[$last]"
    command[0]=${command[0]#$'\n'}
}
