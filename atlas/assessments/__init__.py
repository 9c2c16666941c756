"""Where the layers meet the engine: standards, assessments, results and editions."""
