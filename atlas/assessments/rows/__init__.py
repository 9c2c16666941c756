"""The rows of what an assessment found, table by table, in the order of their columns."""
