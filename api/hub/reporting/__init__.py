"""The run report: what operators read in the morning to see whether the last night can be trusted."""
