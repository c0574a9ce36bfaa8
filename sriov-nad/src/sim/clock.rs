use std::time::Duration;

use tokio::time::Instant;

/// 2026-01-01T00:00:00Z, in seconds of Unix time.
const BASE: u64 = 1_767_225_600;

/// Time since the server was made, on tokio's clock, as a date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// RFC 3339 in UTC, with the resolution of `metav1.Time`: one second.
pub(crate) fn timestamp(since_start: Duration) -> String {
    let seconds = BASE + since_start.as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date of a day of Unix time, by counting years and months.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| {
        (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::timestamp;
    use std::time::Duration;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(timestamp(Duration::ZERO), "2026-01-01T00:00:00Z");
        assert_eq!(timestamp(Duration::from_millis(61_999)), "2026-01-01T00:01:01Z");
        assert_eq!(timestamp(Duration::from_hours(59 * 24)), "2026-03-01T00:00:00Z");
        // 2028 is a leap year.
        assert_eq!(timestamp(Duration::from_hours((730 + 59) * 24)), "2028-02-29T00:00:00Z");
    }
}
