"""The clock of the office: the town's working calendar, and what the program does by itself."""
