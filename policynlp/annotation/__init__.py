"""From a `Report` to an `Analysis`: outline, statements, words, entities, classes, formulas."""
