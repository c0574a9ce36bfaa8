//! The live subsystem: the mode, its holders, moves, users, devices and checks.

mod devices;
mod doctor;
mod fake;
mod get;
mod holders;
mod moving;
mod rights;
mod seams;
mod set;
mod users;
