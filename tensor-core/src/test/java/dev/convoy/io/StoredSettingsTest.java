package dev.convoy.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.train.RunConfig;
import org.junit.jupiter.api.Test;

class StoredSettingsTest {
    /** Whose model was trained with a jar that is not there now. */
    @Test
    void aNetworkThatIsNotOnTheClassPathIsNamedInOurWordsWithTheWayToFindIt() {
        JsonNode stored = StoredSettings.write(RunConfig.defaults());
        ((ObjectNode) stored.get("model")).put("name", "wide");
        ModelException e = assertThrows(ModelException.class, () -> StoredSettings.read(stored, "model.json"));
        String line = String.valueOf(e.getMessage());
        assertEquals(Problem.CORRUPT, e.problem());
        assertTrue(line.startsWith("model.json: its settings cannot be used: model.name: expected one of ["), line);
        assertTrue(line.endsWith(" but got 'wide'; a network of one's own needs its jar (--jars)"), line);
    }
}
