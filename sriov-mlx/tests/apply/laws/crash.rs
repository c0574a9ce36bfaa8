//! A run may die at any moment: the next one finishes the same work.
