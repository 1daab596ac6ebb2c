package dev.convoy.spark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a model says of one sample.
 *
 * @param id of the sample
 * @param predicted the most probable class
 * @param probability of that class
 * @param label the true class
 */
public record Prediction(long id, int predicted, float probability, int label) {

    /** @param probabilities one row per sample, one value per class; of equals the first wins */
    public static List<Prediction> of(long[] ids, int[] labels, float[][] probabilities) {
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            int best = 0;
            for (int k = 1; k < probabilities[i].length; k++) {
                if (probabilities[i][k] > probabilities[i][best]) {
                    best = k;
                }
            }
            predictions.add(new Prediction(ids[i], best, probabilities[i][best], labels[i]));
        }
        return predictions;
    }

    public boolean isRight() {
        return predicted == label;
    }

    /** One row per prediction. */
    public static String table(List<Prediction> predictions) {
        TextTable table = new TextTable("sample", "predicted", "probability", "label", "");
        for (Prediction prediction : predictions) {
            table.row(
                    Long.toString(prediction.id()),
                    Integer.toString(prediction.predicted()),
                    String.format(Locale.ROOT, "%.4f", prediction.probability()),
                    Integer.toString(prediction.label()),
                    prediction.isRight() ? "" : "wrong");
        }
        return table.toString();
    }
}
