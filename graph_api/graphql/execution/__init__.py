"""From a document to an answer: limits, validation, execution, errors."""
