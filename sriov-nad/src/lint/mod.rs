//! What would fail at pod start, or misbehave, and what to do about it.
