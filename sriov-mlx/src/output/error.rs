/// An output of a firmware tool that is not what it prints.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// It is longer than [`MAX_OUTPUT`](super::MAX_OUTPUT).
    #[error("{length} bytes are more than any card says")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// There is no table of parameters in it.
    #[error("there is no table of parameters in it")]
    NoTable,
    /// A device has no table of parameters, while others may have one.
    #[error("there is no table of parameters of {device}")]
    NoTableOf {
        /// The device, as it was named on the command line.
        device: String,
    },
    /// The table has columns that are not known.
    #[error("a table has unknown columns: {columns}")]
    Heading {
        /// What stands behind `Configurations:`.
        columns: String,
    },
    /// It is not the JSON that was expected.
    #[error("{message}")]
    Json {
        /// Where, and what is wrong there.
        message: String,
    },
}
