package dev.convoy.spark.data;

import dev.convoy.data.DataException;
import dev.convoy.data.DataException.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder of data files: any path Hadoop understands, or {@code classpath:} followed by a package path, for the sample inside the jar.
 *
 * @param path of the folder
 */
record DataFolder(String path) implements Serializable {
    private static final String CLASSPATH = "classpath:";

    DataFolder {
        if (path.isBlank()) {
            throw new DataException(
                    Problem.MISSING, "data.path: no folder is given; set it to the one with the data files");
        }
        if (!path.startsWith(CLASSPATH)) {
            try {
                new Path(path);
            } catch (IllegalArgumentException e) {
                throw new DataException(
                        Problem.MISSING, "data.path: '" + path + "' is not a path: " + e.getMessage(), e);
            }
        }
    }

    /**
     * The first of the names that is a file here, as a full path.
     *
     * @throws DataException if none is; the message lists them
     */
    String find(List<String> names, Configuration hadoop) {
        for (String name : names) {
            String file = path + "/" + name;
            try (InputStream in = openOrNull(file, hadoop)) {
                if (in != null) {
                    return file;
                }
            } catch (IOException e) {
                throw new DataException(Problem.MISSING, file + ": cannot be read: " + e.getMessage(), e);
            }
        }
        throw new DataException(
                Problem.MISSING,
                path + ": none of the files " + String.join(", ", names) + " is there; check data.path");
    }

    /** Opens a file that {@link #find} found. */
    static InputStream open(String file, Configuration hadoop) throws IOException {
        InputStream in = openOrNull(file, hadoop);
        if (in == null) {
            throw new DataException(Problem.MISSING, file + ": is no longer there");
        }
        return in;
    }

    private static @Nullable InputStream openOrNull(String file, Configuration hadoop) throws IOException {
        if (file.startsWith(CLASSPATH)) {
            return DataFolder.class.getClassLoader().getResourceAsStream(file.substring(CLASSPATH.length()));
        }
        Path place = new Path(file);
        FileSystem files = place.getFileSystem(hadoop);
        try {
            return files.open(place);
        } catch (FileNotFoundException e) {
            if (files.exists(place)) {
                throw e; // there, but not for us: permissions
            }
            return null;
        }
    }
}
