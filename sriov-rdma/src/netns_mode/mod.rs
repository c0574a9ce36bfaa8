//! The live netns mode: read, changed, and who stands in the way of a change.
