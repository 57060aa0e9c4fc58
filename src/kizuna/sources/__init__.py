"""Publishers' files, one reader per publisher: each gives checked tables with the source they came from."""
