//! The linter: one folder of cases for each rule, laws, and the SARIF log.

mod cases;
mod laws;
mod pages;
