/**
 * Generated scenes with questions whose answers, and where on the picture they lie, are known.
 *
 * <p>A scene is a background with four to seven cut-out drawings, some on a coloured card, some
 * with a sign that holds a number or a word. {@link io.cropvqa.evaluation.scenes.SceneGenerator}
 * makes the scene that belongs to a split, a seed and an index, always the same one; {@link
 * io.cropvqa.evaluation.scenes.SceneQuestions} asks everything that can be asked about it; {@link
 * io.cropvqa.evaluation.scenes.SceneDataset} is a data set of both. Wording and words are those
 * that the bundled model knows.
 *
 * <p>{@code src/main/resources/scenes/README.md} names whoever drew, took and lettered the parts.
 */
package io.cropvqa.evaluation.scenes;
