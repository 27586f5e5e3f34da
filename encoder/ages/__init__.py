"""Ages as stations and shelters write them: numbers, words, ranges, school classes and groups."""
