//! The link types of ports: `LINK_TYPE_P1` and so on.

use std::collections::BTreeMap;

use sriov_host::plan::{BlockerKind, Target};

use super::history::is_waiting;
use super::join::LinkWish;
use super::need::Need;
use super::obstacle::Obstacle;
use super::seen::{Seen, doubtful, look, missing, shown};
use crate::card::Card;
use crate::codes;
use crate::facts::CardFacts;
use crate::param::{Cell, LinkSetting, Param, ParamName, Reading, Setting, Value};

/// What the wishes for link types come to.
#[derive(Debug, Default)]
pub(super) struct LinkNeeds {
    pub(super) needs: Vec<Need>,
    pub(super) notes: Vec<String>,
    pub(super) obstacles: Vec<Obstacle>,
}

/// What the firmware needs for the link types, by the numbers of the ports.
pub(super) fn links(
    facts: &CardFacts,
    wishes: &BTreeMap<u8, LinkWish<'_>>,
    reading: &Reading,
) -> LinkNeeds {
    let mut links = LinkNeeds::default();
    for (&number, wish) in wishes {
        let name = ParamName::link_type(number);
        let waiting = is_waiting(&facts.history, &name, Setting::Link(wish.setting));
        let port = Port { number, wish, live: live(&facts.card, wish), waiting, name };
        match port.judge(reading) {
            Ok(Some(need)) => links.needs.push(need),
            Ok(None) => links.notes.push(format!(
                "the firmware does not tell {}; the port is {} as wanted",
                port.name, wish.setting
            )),
            Err(obstacle) => {
                links.obstacles.push(obstacle.about(Target::Pf(wish.wish.port)));
            }
        }
    }
    links
}

/// The type of the port's netdev, if it has one.
fn live(card: &Card, wish: &LinkWish<'_>) -> Option<LinkSetting> {
    card.port(wish.wish.port)?.link_type.map(LinkSetting::from)
}

struct Port<'a> {
    number: u8,
    wish: &'a LinkWish<'a>,
    live: Option<LinkSetting>,
    /// A restart that loads the type was asked for in this boot.
    waiting: bool,
    name: ParamName,
}

impl Port<'_> {
    /// `None`: the firmware does not tell, and the port is as wanted without it.
    fn judge(&self, reading: &Reading) -> Result<Option<Need>, Obstacle> {
        let param = match look(reading, self.name.as_str()) {
            Seen::Param(param) => param,
            Seen::Doubtful(row) => return Err(doubtful(self.name.as_str(), &row)),
            Seen::Absent if self.is_live() => return Ok(None),
            Seen::Absent => return Err(self.unknown("is not told by the card", &missing(reading))),
        };
        match param.next.value().and_then(Value::link) {
            Some(next) => self.need(param, next).map(Some),
            None if self.is_live() => Ok(None),
            None => Err(self.unknown(&format!("is {}", shown(&param.next)), "")),
        }
    }

    fn need(&self, param: &Param, next: LinkSetting) -> Result<Need, Obstacle> {
        let write = next != self.wish.setting;
        Ok(Need {
            name: self.name.clone(),
            field: field(self.number),
            wanted: Setting::Link(self.wish.setting),
            next: param.next.clone(),
            running: self.running(param),
            write,
            load: self.load(param, write)?,
            read_only: param.read_only,
        })
    }

    /// Whether another type runs. What the firmware does not tell, the netdev does; without either
    /// it is what would have been loaded, and what waits to be loaded.
    fn load(&self, param: &Param, write: bool) -> Result<bool, Obstacle> {
        match (&param.current, param.current.value().and_then(Value::link)) {
            (_, Some(current)) => Ok(current != self.wish.setting),
            (Cell::Value(odd), None) if write => {
                Err(self.unknown(&format!("is {odd}"), " in the running firmware"))
            }
            (Cell::Value(_), None) => Ok(!self.is_live()),
            (Cell::NoColumn | Cell::NotAvailable, None) => {
                Ok(self.live.map_or(write || self.waiting, |live| live != self.wish.setting))
            }
        }
    }

    fn running(&self, param: &Param) -> String {
        match (&param.current, self.live) {
            (Cell::Value(current), _) => current.to_string(),
            (_, Some(live))
                if !param.next.value().is_some_and(|next| Setting::Link(live).is(next)) =>
            {
                live.to_string()
            }
            (_, None) if self.waiting => "another type".to_owned(),
            (_, _) => shown(&param.next),
        }
    }

    fn is_live(&self) -> bool {
        self.live == Some(self.wish.setting)
    }

    fn unknown(&self, what: &str, more: &str) -> Obstacle {
        let live = self.live.map_or_else(|| "unknown".to_owned(), |live| live.to_string());
        let message = format!(
            "{} {what}{more}: the port's netdev is {live}, wanted {} ({})",
            self.name, self.wish.setting, self.wish.wish.source
        );
        Obstacle::new(BlockerKind::Unsupported, &codes::LINK_TYPE_UNKNOWN, message)
    }
}

/// The name of the parameter where a name has to be known beforehand. No card has more ports.
const fn field(port: u8) -> &'static str {
    match port {
        1 => "LINK_TYPE_P1",
        2 => "LINK_TYPE_P2",
        3 => "LINK_TYPE_P3",
        4 => "LINK_TYPE_P4",
        _ => "LINK_TYPE",
    }
}
