use std::fmt;
use std::io;

/// An error number of the kernel. Open: unknown values are kept.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Errno(i32);

/// The numbers this project names, with the kernel's own spelling.
macro_rules! errnos {
    ($($(#[$doc:meta])* $name:ident = $number:literal $spelling:literal;)+) => {
        impl Errno {
            $($(#[$doc])* #[doc(alias = $spelling)] pub const $name: Self = Self($number);)+

            /// The kernel's spelling, for the numbers that are named here.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($spelling),)+
                    _ => None,
                }
            }
        }
    };
}

errnos! {
    /// Operation not permitted.
    PERM = 1 "EPERM";
    /// No such file or directory.
    NOENT = 2 "ENOENT";
    /// No such process.
    SRCH = 3 "ESRCH";
    /// Interrupted system call.
    INTR = 4 "EINTR";
    /// Input/output error.
    IO = 5 "EIO";
    /// No such device or address.
    NXIO = 6 "ENXIO";
    /// Try again.
    AGAIN = 11 "EAGAIN";
    /// Out of memory; for `sriov_numvfs` also no MMIO space or bus numbers.
    NOMEM = 12 "ENOMEM";
    /// Permission denied.
    ACCES = 13 "EACCES";
    /// Device or resource busy.
    BUSY = 16 "EBUSY";
    /// File exists.
    EXIST = 17 "EEXIST";
    /// No such device.
    NODEV = 19 "ENODEV";
    /// Not a directory.
    NOTDIR = 20 "ENOTDIR";
    /// Is a directory.
    ISDIR = 21 "EISDIR";
    /// Invalid argument.
    INVAL = 22 "EINVAL";
    /// No space left on device.
    NOSPC = 28 "ENOSPC";
    /// Read-only file system.
    ROFS = 30 "EROFS";
    /// Result out of range.
    RANGE = 34 "ERANGE";
    /// Function not implemented.
    NOSYS = 38 "ENOSYS";
    /// Too many levels of symbolic links.
    LOOP = 40 "ELOOP";
    /// Message too long.
    MSGSIZE = 90 "EMSGSIZE";
    /// Protocol not supported.
    PROTONOSUPPORT = 93 "EPROTONOSUPPORT";
    /// Operation not supported.
    OPNOTSUPP = 95 "EOPNOTSUPP";
    /// Network is down.
    NETDOWN = 100 "ENETDOWN";
    /// No buffer space available: events were lost.
    NOBUFS = 105 "ENOBUFS";
    /// Connection timed out.
    TIMEDOUT = 110 "ETIMEDOUT";
}

impl Errno {
    /// From the positive number.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The positive number.
    pub const fn get(self) -> i32 {
        self.0
    }

    /// The number inside an I/O error that came from a system call.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.raw_os_error().map(Self)
    }

    /// An I/O error with the system's text for this number.
    pub fn to_io(self) -> io::Error {
        io::Error::from_raw_os_error(self.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}
