//! Text of the tool on its way into values and messages.

/// As much of a name or a value as goes into a message, without control characters.
pub(super) fn excerpt(text: &str) -> String {
    shortened(text, 80)
}

/// As much of a sentence of the tool as goes into a message. Its longest one has some 130 characters.
pub(super) fn sentence(text: &str) -> String {
    shortened(text, 240)
}

fn shortened(text: &str, length: usize) -> String {
    let text = text.trim();
    let mut shortened: String = printable(text).take(length).collect();
    if text.chars().nth(length).is_some() {
        shortened.push('…');
    }
    shortened
}

/// The end of an output, on one line, of at most some hundred characters.
pub(super) fn tail(text: &str) -> String {
    const KEPT: usize = 600;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let joined = lines.collect::<Vec<_>>().join("; ");
    let surplus = joined.chars().count().saturating_sub(KEPT);
    let kept = printable(&joined).skip(surplus);
    if surplus == 0 { kept.collect() } else { std::iter::once('…').chain(kept).collect() }
}

/// A field of a device's header: `None` for `N/A` and for nothing.
pub(super) fn told(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text != "N/A").then(|| printable(text).collect())
}

/// Part numbers and products come out of the card's own memory: a terminal should not obey them.
fn printable(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
}
