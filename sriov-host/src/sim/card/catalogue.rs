//! The parameters that a card has: names, groups and what their numbers mean.

use super::machine::{CardMachine, ParamMachine, SettingMachine};

/// What the tool shows as `N/A`.
pub(super) const UNKNOWN: u32 = u32::MAX;

const COMMON: &str = include_str!("params.txt");
const BLUEFIELD: &str = include_str!("params_bluefield.txt");

/// A parameter, without its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Param {
    pub(super) name: String,
    /// The group that the firmware reads and writes as one.
    pub(super) group: String,
    /// The texts of its numbers; none for a plain number.
    pub(super) texts: Vec<(u32, String)>,
    pub(super) default: u32,
    /// The first and last index of an array.
    pub(super) span: Option<(u32, u32)>,
    pub(super) read_only: bool,
    /// Whether each PF has a value of its own.
    pub(super) per_pf: bool,
}

/// All parameters of a card, in the order of the tool.
pub(super) fn of_card(machine: &CardMachine) -> Vec<Param> {
    let ports = machine.pfs.len().max(1);
    let bluefield = if machine.is_bluefield() { BLUEFIELD } else { "" };
    let mut params: Vec<Param> = [COMMON, bluefield].iter().flat_map(|t| read(t, ports)).collect();
    params.retain(|param| !machine.without.contains(&param.name));
    for (name, said) in &machine.params {
        match params.iter_mut().find(|param| param.name == *name) {
            Some(param) => param.read_only = said.read_only.unwrap_or(param.read_only),
            None if name.contains('[') => {}
            None => params.push(invented(name, said)),
        }
    }
    params
}

/// Whether the tool knows of a parameter at all, though this card may not have it.
pub(super) fn knows(name: &str) -> bool {
    [COMMON, BLUEFIELD].iter().any(|text| read(text, 4).iter().any(|param| param.name == name))
}

/// The parameter in a list, and the index for an element of an array.
pub(super) fn find<'p>(params: &'p [Param], name: &str) -> Option<(&'p Param, Option<u32>)> {
    let (base, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((base, index)) => (base, Some(index.parse().ok()?)),
        None => (name, None),
    };
    let param = params.iter().find(|param| param.name == base)?;
    match (param.span, index) {
        (Some((first, last)), Some(index)) if !(first..=last).contains(&index) => None,
        (None, Some(_)) => None,
        _ => Some((param, index)),
    }
}

fn read(text: &str, ports: usize) -> Vec<Param> {
    let mut params = Vec::new();
    for section in text.split("\n[").skip(1) {
        let mut lines = section.lines();
        let group = lines.next().unwrap_or_default().trim_end_matches(']');
        let lines: Vec<&str> = lines.filter(|line| line.contains('=')).collect();
        let numbered = if group.contains('*') { ports } else { 1 };
        for port in (1..=numbered).map(|port| port.to_string()) {
            let found = lines.iter().filter_map(|line| Param::read(group, line));
            params.extend(found.map(|param| param.of_port(&port)));
        }
    }
    params
}

impl Param {
    fn read(group: &str, line: &str) -> Option<Self> {
        let (name, said) = line.split_once(" = ")?;
        let (name, span) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((name, span)) => {
                let (first, last) = span.split_once("..")?;
                (name, Some((first.parse().ok()?, last.parse().ok()?)))
            }
            None => (name, None),
        };
        let words: Vec<&str> = said.split(' ').collect();
        let (read_only, per_pf) = (words.contains(&"ro"), words.contains(&"pf"));
        let texts: Vec<(u32, String)> = words.iter().filter_map(|word| numbered(word)).collect();
        let default = match (texts.first(), words.first()) {
            (Some((number, _)), _) => *number,
            (None, Some(&"N/A")) => UNKNOWN,
            (None, Some(word)) => word.parse().ok()?,
            (None, None) => return None,
        };
        let texts = if texts.iter().any(|(_, text)| text == "True" || text == "False") {
            flag()
        } else {
            texts
        };
        let (name, group) = (name.to_owned(), group.to_owned());
        Some(Self { name, group, texts, default, span, read_only, per_pf })
    }

    fn of_port(mut self, port: &str) -> Self {
        self.name = self.name.replace('*', port);
        self.group = self.group.replace('*', port);
        self
    }

    /// As the tool prints a value.
    pub(super) fn print(&self, value: u32) -> String {
        let text = self.texts.iter().find(|(number, _)| *number == value);
        match text {
            _ if value == UNKNOWN => "N/A".to_owned(),
            Some((number, text)) => format!("{text}({number})"),
            None => value.to_string(),
        }
    }

    /// The number of a value as somebody writes it: a text, or a number in any of C's forms.
    pub(super) fn parse(&self, said: &str) -> Option<u32> {
        if said == "N/A" {
            return Some(UNKNOWN);
        }
        let text = numbered(said).map_or_else(|| said.to_owned(), |(_, text)| text);
        let same = |(_, known): &&(u32, String)| known.eq_ignore_ascii_case(&text);
        let known = self.texts.iter().find(same).map(|(number, _)| *number);
        known.or_else(|| numbered(said).map(|(number, _)| number)).or_else(|| number(said))
    }

    pub(super) fn of_setting(&self, said: &SettingMachine) -> Option<u32> {
        match said {
            SettingMachine::Flag(on) => Some(u32::from(*on)),
            SettingMachine::Number(number) => Some(*number),
            SettingMachine::Text(text) => self.parse(text),
        }
    }
}

/// A parameter that only this card has, as its description implies it.
fn invented(name: &str, said: &ParamMachine) -> Param {
    let given = [&said.default, &said.current, &said.next];
    let given: Vec<&SettingMachine> = given.into_iter().flatten().collect();
    let texts = given.iter().filter_map(|setting| match setting {
        SettingMachine::Text(text) => numbered(text),
        SettingMachine::Flag(_) | SettingMachine::Number(_) => None,
    });
    let is_flag = given.iter().any(|setting| matches!(setting, SettingMachine::Flag(_)));
    Param {
        name: name.to_owned(),
        group: "nv_vendor_conf".to_owned(),
        texts: if is_flag { flag() } else { texts.collect() },
        default: 0,
        span: None,
        read_only: said.read_only.unwrap_or(false),
        per_pf: false,
    }
}

fn flag() -> Vec<(u32, String)> {
    [(0, "False"), (1, "True")].map(|(number, text)| (number, text.to_owned())).to_vec()
}

/// `ETH(2)`, taken apart.
fn numbered(word: &str) -> Option<(u32, String)> {
    let (text, number) = word.strip_suffix(')')?.split_once('(')?;
    Some((number.parse().ok()?, text.to_owned()))
}

fn number(said: &str) -> Option<u32> {
    match said.strip_prefix("0x").or_else(|| said.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => said.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, of_card, read};
    use crate::sim::CardMachine;

    #[test]
    fn every_line_of_the_catalogue_is_a_parameter() {
        let lines = COMMON.lines().filter(|line| !line.starts_with('#') && line.contains(" = "));
        assert_eq!(read(COMMON, 1).len(), lines.count());
        let two =
            CardMachine { pfs: vec!["0000:01:00.0".parse().unwrap(); 2], ..CardMachine::default() };
        let params = of_card(&two);
        assert!(params.len() > 180, "{}", params.len());
        let mut names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), params.len(), "a name stands twice");
    }
}
