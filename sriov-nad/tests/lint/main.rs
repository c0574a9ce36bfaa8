//! The linter: one folder of cases for each rule, laws, and the SARIF log.

mod cases;
mod generate;
mod laws;
mod log;
mod pages;
