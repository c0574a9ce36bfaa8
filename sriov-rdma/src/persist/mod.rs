//! The persisted netns mode: four facts, and what it takes to make them agree.
