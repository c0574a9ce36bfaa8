//! Outputs that were cut, mixed up, or are no outputs at all: never a panic, never an invented value.

use sriov_mlx::output::{
    Applied, Closing, DeviceReading, Refusal, Version, missing_groups, read_json,
    read_reset_status, read_table,
};
use sriov_mlx::param::{Cell, Diagnostic, Value};

use crate::fixture::fixture;
use crate::printed::document;

/// All captured and synthetic tables.
const TABLES: [&str; 10] = [
    fixture!("s01_connectx4lx.txt"),
    fixture!("s04_connectx7.txt"),
    fixture!("s05_connectx5.txt"),
    fixture!("s06_connectx3.txt"),
    fixture!("s08_set.txt"),
    fixture!("s09_connectx9.txt"),
    fixture!("synthetic/read_only.txt"),
    fixture!("synthetic/glued.txt"),
    fixture!("synthetic/two_devices.txt"),
    fixture!("synthetic/partial.txt"),
];

const OTHERS: [&str; 5] = [
    fixture!("s10_validate_system_conf.txt"),
    fixture!("s11_stdout.txt"),
    "-E- Parameter NUM_OF_VFS' value is larger than maximum allowed 127\n",
    "Applying... Failed!\n-E- Failed to set configuration: Semaphore locked\n",
    fixture!("reset/full.json"),
];

/// The text up to a byte, with what is left of a character replaced, as the seam does it.
fn cut(text: &str, end: usize) -> String {
    String::from_utf8_lossy(text.as_bytes().get(..end).unwrap()).into_owned()
}

/// That a part of an output says nothing else than all of it.
fn assert_part(part: &[DeviceReading], whole: &[DeviceReading], context: &str) {
    assert!(part.len() <= whole.len(), "{context}");
    for (part, whole) in part.iter().zip(whole) {
        for (name, param) in &part.reading.params {
            assert_eq!(whole.reading.param(name.as_str()), Some(param), "{name}: {context}");
        }
        for (name, cell) in &part.proposed {
            assert_eq!(whole.proposed.get(name), Some(cell), "{name}: {context}");
        }
        let known = |group: &String| group == "…" || whole.reading.missing.contains(group);
        assert!(part.reading.missing.iter().all(known), "{context}");
    }
}

#[test]
fn a_cut_table_invents_nothing() {
    let mut readable = 0;
    for text in TABLES {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let whole = read_table(&text).unwrap();
            for end in 0..text.len() {
                let part = cut(&text, end);
                let Ok(devices) = read_table(&part) else { continue };
                assert_part(&devices, &whole, &part);
                readable += 1;
            }
        }
    }
    assert!(readable > 5_000, "{readable}");
}

#[test]
fn ends_of_lines_do_not_matter() {
    for text in TABLES {
        assert_eq!(read_table(&text.replace('\n', "\r\n")), read_table(text), "{text}");
    }
}

/// The last row is half a row, or all of it: nobody knows.
#[test]
fn a_row_without_an_end_gives_no_value() {
    let devices = read_table("Configurations: Next Boot\n  A 1\n  NUM_OF_VFS 12").unwrap();
    let reading = &devices[0].reading;
    assert_eq!(reading.param("NUM_OF_VFS"), None);
    let diagnostics: Vec<_> = reading.diagnostics.iter().map(Diagnostic::to_string).collect();
    assert_eq!(diagnostics, ["line 3: NUM_OF_VFS: the line has no end"]);
    // The name of this one may go on, so that it says nothing about the row of that name.
    let devices =
        read_table("Configurations: Next Boot\n  PF_NUM_OF_VF 1\n  PF_NUM_OF_VF").unwrap();
    let reading = &devices[0].reading;
    assert_eq!(reading.next("PF_NUM_OF_VF").and_then(Value::number), Some(1));
    assert_eq!(reading.diagnostics.iter().map(|d| d.param.as_deref()).collect::<Vec<_>>(), [None]);
}

#[test]
fn a_cut_document_is_an_error() {
    let devices = read_table(fixture!("synthetic/read_only.txt")).unwrap();
    let text = document(&devices);
    for end in 0..text.len() {
        assert!(read_json(&cut(&text, end)).is_err(), "{end}");
    }
    let status = fixture!("reset/full.json").trim_end();
    for end in 0..status.len() {
        assert!(read_reset_status(&cut(status, end)).is_err(), "{end}");
    }
}

/// A small generator, so that every run tries the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn noise(&mut self) -> Vec<u8> {
        const LETTERS: &[u8] = b" \t\r\n*RO-E-I()[].,:'#0123456789ABCNTV_xyz\xff\xc3\x00\x1b";
        let length = self.roll(400);
        (0..length).map(|_| LETTERS[self.roll(LETTERS.len())]).collect()
    }

    fn damage(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.roll(6) {
            let (a, b) = (self.roll(bytes.len()), self.roll(bytes.len()));
            let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 40));
            match self.roll(5) {
                0 => drop(bytes.drain(from..to)),
                1 => bytes.splice(from..from, self.noise()).for_each(drop),
                2 => {
                    let piece = bytes[from..to].to_vec();
                    bytes.splice(b.min(bytes.len())..b.min(bytes.len()), piece).for_each(drop);
                }
                3 => bytes.truncate(to),
                _ => {
                    if let Some(byte) = bytes.get_mut(from) {
                        *byte = u8::try_from(self.roll(256)).unwrap();
                    }
                }
            }
        }
        bytes
    }
}

/// What is read stands in the text, word for word.
fn assert_told(devices: &[DeviceReading], text: &str) {
    let told = |cell: &Cell| match cell {
        Cell::NoColumn => true,
        Cell::NotAvailable => text.contains("N/A"),
        Cell::Value(value) => text.contains(&value.to_string()),
    };
    for device in devices {
        for (name, param) in &device.reading.params {
            assert!(text.contains(name.as_str()), "{name} is not in {text:?}");
            let cells = [&param.default, &param.current, &param.next];
            assert!(cells.into_iter().all(told), "{name}: {param:?} is not in {text:?}");
        }
    }
}

#[test]
fn thousands_of_damaged_outputs() {
    let documents: Vec<_> =
        TABLES.iter().map(|text| document(&read_table(text).unwrap())).collect();
    let sources: Vec<&str> =
        TABLES.into_iter().chain(OTHERS).chain(documents.iter().map(String::as_str)).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut tables, mut readings, mut refusals) = (0, 0, 0);
    for round in 0..20_000 {
        let bytes = match round % 8 {
            0 => dice.noise(),
            _ => dice.damage(sources[round % sources.len()]),
        };
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(devices) = read_table(&text) {
            assert_told(&devices, &text);
            tables += 1;
        }
        readings += usize::from(read_json(&text).is_ok());
        refusals += usize::from(every_reader(&text, &mut dice));
    }
    assert!(tables > 2_000 && readings > 200 && refusals > 100, "{tables} {readings} {refusals}");
}

/// The readers that take any text; whether a known refusal is in it.
fn every_reader(text: &str, dice: &mut Dice) -> bool {
    let _ = (missing_groups(text), read_reset_status(text), Version::of(text));
    let _ = (Closing::of(text), Applied::of(text));
    let (stdout, stderr) = text.split_at_checked(dice.roll(text.len())).unwrap_or((text, ""));
    let output = sriov_host::seam::ToolOutput {
        status: [None, Some(0), Some(3)][dice.roll(3)],
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    };
    let Some(refusal) = Refusal::of(&output) else { return false };
    assert!(refusal.to_string().len() < 6_000, "{refusal}");
    !matches!(refusal, Refusal::Other { .. })
}

/// Each would take very long if the work grew with the square of the text; see the tests of speed, too.
#[test]
fn large_outputs_are_read_in_one_pass() {
    let heading = "Configurations: Default Current Next Boot\n";
    let missing = "-E- Failed to query some of the TLVs:\n  ";
    let fill = |head: &str, piece: &dyn Fn(usize) -> String| {
        let mut text = head.to_owned();
        for n in 0.. {
            let piece = piece(n);
            if text.len() + piece.len() > 1 << 18 {
                break;
            }
            text.push_str(&piece);
        }
        text
    };
    for text in [
        fill(heading, &|n| format!(" P{n} 1 2 3\n")),
        fill(heading, &|n| format!(" P{n} 1 2\n")),
        fill(heading, &|_| " A 1 2 3\n".into()),
        fill(heading, &|n| format!(" A {n} 2 3\n")),
        fill(heading, &|_| "x".into()),
        fill(heading, &|_| "EMBEDDED_CPU(15)".into()),
        fill("Configurations: ", &|_| "Next Boot ".into()),
        fill("", &|_| "\n".into()),
        fill("", &|_| "Device #1:\n".into()),
        fill(missing, &|n| format!("nv_{n} ")),
        fill("", &|_| missing.into()),
        fill("", &|_| "-E- ".into()),
        fill("", &|_| "[".into()),
        fill("{\"Device #1\":{\"tlv_configuration\":{", &|n| format!("\"P{n}\":{{}},")),
    ] {
        let mut dice = Dice(7);
        let _ = (read_table(&text), read_json(&text), every_reader(&text, &mut dice));
    }
}
