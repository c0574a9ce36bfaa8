//! From the words of the tool to a refusal.

use sriov_host::seam::ToolOutput;

use super::Refusal;
use crate::output::cell::param_name;
use crate::output::text::{excerpt, sentence, tail};

/// The refusal in an output whose status says that there is one.
pub(super) fn classify(output: &ToolOutput) -> Option<Refusal> {
    if output.status.is_some() && is_partial(&output.stdout) {
        return None;
    }
    let errors = Words::new(errors(&output.stdout));
    let noise = Words::new(&output.stderr);
    let told = about_params(&errors).or_else(|| by_phrase(&errors)).or_else(|| by_phrase(&noise));
    match told {
        None => Some(not_permitted(&noise, &errors).unwrap_or_else(|| other(output))),
        Some(vague) if is_vague(&vague) => Some(not_permitted(&noise, &errors).unwrap_or(vague)),
        known => known,
    }
}

/// Whether missing rights may be behind it.
const fn is_vague(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::OpenFailed | Refusal::Unidentified | Refusal::NvAccess(_))
}

/// The output from its first error on: what stands before is the tables of other devices.
fn errors(stdout: &str) -> &str {
    stdout.find("-E-").and_then(|start| stdout.get(start..)).unwrap_or(stdout)
}

/// Whether the only thing that went wrong is that some groups of parameters could not be asked for.
fn is_partial(stdout: &str) -> bool {
    let mut errors =
        stdout.lines().filter_map(|line| line.trim_start().strip_prefix("-E-")).peekable();
    errors.peek().is_some()
        && errors.all(|error| error.trim_start().starts_with("Failed to query some of the TLVs"))
}

/// The register of the semaphore is the first that is written, and the kernel refuses that under lockdown
/// and to users without rights. The library says so on standard error.
fn not_permitted(noise: &Words<'_>, errors: &Words<'_>) -> Option<Refusal> {
    let line = [noise, errors].iter().find_map(|words| words.line_with("counter to semaphore"))?;
    let lower = line.to_ascii_lowercase();
    let refused = lower.contains("permission denied") || lower.contains("not permitted");
    refused.then(|| Refusal::NotPermitted(sentence(line)))
}

/// Refusals that name a parameter.
fn about_params(words: &Words<'_>) -> Option<Refusal> {
    unknown_param(words)
        .or_else(|| out_of_range(words))
        .or_else(|| rule_violation(words))
        .or_else(|| read_only(words))
}

fn unknown_param(words: &Words<'_>) -> Option<Refusal> {
    let doubted = words.after("the device doesn't support ").filter(|rest| {
        rest.split_whitespace().nth(1).is_some_and(|word| word.starts_with("param"))
    });
    let name = doubted
        .or_else(|| words.after("index out of range: "))
        .or_else(|| words.after("unknown parameter"))
        .or_else(|| words.after("failed to find param"))
        .and_then(first_word)
        .filter(|name| param_name(name).is_some())?;
    Some(Refusal::UnknownParam(name))
}

fn out_of_range(words: &Words<'_>) -> Option<Refusal> {
    let too_large = words.after("value is larger than maximum allowed ");
    let limit = too_large.or_else(|| words.after("value is smaller than minimum allowed "))?;
    let limit = limit.split_whitespace().next().and_then(|number| number.parse().ok());
    let param = words.after("parameter ").and_then(first_word)?;
    Some(if too_large.is_some() {
        Refusal::TooLarge { param, max: limit }
    } else {
        Refusal::TooSmall { param, min: limit }
    })
}

fn rule_violation(words: &Words<'_>) -> Option<Refusal> {
    words.line_with("has illegal constraint")?;
    let param = words.after("the parameter ").and_then(first_word)?;
    let others = words.after("affected by the following parameters:");
    let affected_by = others.and_then(|others| others.lines().nth(1)).unwrap_or_default();
    Some(Refusal::RuleViolation { param, affected_by: sentence(affected_by) })
}

fn read_only(words: &Words<'_>) -> Option<Refusal> {
    let tlv = words.after("read only tlv")?.trim_start_matches([':', ' ']);
    let tlv = tlv.split([')', '\n']).next().unwrap_or_default();
    Some(Refusal::ReadOnly(excerpt(tlv)))
}

/// Refusals that are known by a phrase.
fn by_phrase(words: &Words<'_>) -> Option<Refusal> {
    let line = |phrases: &[&str]| phrases.iter().find_map(|phrase| words.line_with(phrase));
    let text = |line: &str| sentence(line.trim_start().trim_start_matches("-E-"));
    line(&["aborted by user"])
        .map(|_| Refusal::Aborted)
        .or_else(|| line(&["debug token might be needed"]).map(|_| Refusal::TokenNeeded))
        .or_else(|| line(BUSY).map(|line| Refusal::Busy(text(line))))
        .or_else(|| line(REJECTED).map(|line| Refusal::Rejected(text(line))))
        .or_else(|| line(NO_REGISTERS).map(|line| Refusal::NvAccess(text(line))))
        .or_else(|| line(&["livefish"]).map(|_| Refusal::Livefish))
        .or_else(|| line(UNSUPPORTED).map(|_| Refusal::Unsupported))
        .or_else(|| line(NO_DEVICES).map(|_| Refusal::NoDevices))
        .or_else(|| line(&["failed to identify the device"]).map(|_| Refusal::Unidentified))
        .or_else(|| line(&["failed to open the device"]).map(|_| Refusal::OpenFailed))
}

/// The words of `m_err2str` in 4.36, and those in 4.21 where they differ.
const BUSY: &[&str] = &[
    "semaphore locked",
    "device is busy",
    "device busy",
    "resource unavailable",
    "resource is busy",
    "icmd interface busy",
    "icmd busy",
    "take the icmd semaphore",
    "me_icmd_busy",
    "me_icmd_status_ifc_busy",
    "me_icmd_status_semaphore_to",
    "tools hcr busy",
    "temporarily busy",
];
const REJECTED: &[&str] = &[
    "the configuration is rejected",
    "config section corrupted",
    "configuration is corrupted",
    "the erase count exceeds its limit",
    "firmware internal error",
];
const NO_REGISTERS: &[&str] = &[
    "cannot access nv register",
    "nvqc access register is not supported",
    "not support nv access registers",
];
const UNSUPPORTED: &[&str] = &["unsupported device", "doesn't support any configuration changes"];
/// The second one is what a host without any card answers in 4.21.
const NO_DEVICES: &[&str] = &["no devices found", "failed to get devices"];

/// Errors say more than the end of the output: a tool that does not know an option explains all others
/// below its error.
fn other(output: &ToolOutput) -> Refusal {
    let is_error = |line: &&str| line.trim_start().starts_with("-E-");
    let errors: Vec<&str> = output.stdout.lines().filter(is_error).collect();
    let stdout = if errors.is_empty() { tail(&output.stdout) } else { tail(&errors.join("\n")) };
    Refusal::Other { status: output.status, stdout, stderr: tail(&output.stderr) }
}

/// A text in which phrases are looked for, whatever their capitals are: those changed between releases.
struct Words<'a> {
    text: &'a str,
    lower: String,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, lower: text.to_ascii_lowercase() }
    }

    fn find(&self, phrase: &str) -> Option<(&'a str, &'a str)> {
        self.text.split_at_checked(self.lower.find(phrase)?)
    }

    /// What follows a phrase.
    fn after(&self, phrase: &str) -> Option<&'a str> {
        self.find(phrase)?.1.get(phrase.len()..)
    }

    /// The line in which a phrase is.
    fn line_with(&self, phrase: &str) -> Option<&'a str> {
        let (before, from) = self.find(phrase)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let length = from.find('\n').unwrap_or(from.len());
        self.text.get(start..before.len() + length).map(str::trim)
    }
}

/// A name, without what the tool puts around it.
fn first_word(text: &str) -> Option<String> {
    let word = text.trim_start_matches([':', ' ']).split_whitespace().next()?;
    let name = word.trim_matches(|c: char| "'\".,:".contains(c));
    (!name.is_empty()).then(|| excerpt(name))
}
