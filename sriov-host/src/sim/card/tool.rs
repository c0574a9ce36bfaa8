//! `mstconfig`: which card it is about, and what comes before any command.

use std::time::Duration;

use super::answer::CardAnswer;
use super::args::{self, Call, Command};
use super::card::SimCard;
use super::query::{self, Asked, Queried};
use super::release::Release;
use super::words;

/// Where a device leads that a user has named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::sim) enum Found {
    /// A card by its place in the list, and the PF by its place on the card.
    Pf(usize, usize),
    /// A VF of a card: the tool opens it, and cannot tell what it is.
    Vf,
    /// Nothing that the tool can open.
    Nothing,
}

/// Runs the tool on the cards of a machine.
pub(in crate::sim) fn mstconfig(
    cards: &mut [SimCard],
    args: &[String],
    find: impl Fn(&str) -> Found,
) -> CardAnswer {
    let found = args::device(args).map(&find);
    let at = if let Some(Found::Pf(card, _)) = found { card } else { 0 };
    let Some(card) = cards.get_mut(at) else {
        return words::answer(words::ERROR, words::error(words::NO_DEVICES), words::SOON);
    };
    let release = card.release();
    let call = match args::parse(release, args) {
        Ok(call) => call,
        Err(words) => {
            let stdout = words::error(&words) + words::HELP;
            return words::answer(words::ERROR, stdout, Duration::ZERO);
        }
    };
    match &call.command {
        Command::Help => words::answer(words::DONE, words::HELP.to_owned(), Duration::ZERO),
        Command::Version => {
            let stdout = words::version("mstconfig", &card.machine().tool);
            words::answer(words::DONE, stdout, Duration::ZERO)
        }
        _ => match (call.device.as_deref(), found) {
            (None, _) => on_all(cards, &call),
            (Some(dev), Some(Found::Pf(_, pf))) => card.on_device(&call, dev, pf),
            (Some(_), Some(Found::Vf)) => refused(release, &call, words::UNIDENTIFIED),
            (Some(_), _) => refused(release, &call, words::OPEN_FAILED),
        },
    }
}

fn refused(release: Release, call: &Call, words: &str) -> CardAnswer {
    words::refused(release, matches!(call.command, Command::Query(_)), words, words::SOON)
}

/// Without a device it is about all of them.
fn on_all(cards: &mut [SimCard], call: &Call) -> CardAnswer {
    let mut answers = Vec::new();
    for (card, number) in cards.iter_mut().zip(1..) {
        let dev = card.machine().pfs.first().map(ToString::to_string).unwrap_or_default();
        let asked = Asked { dev: &dev, number, pf: 0 };
        let answer = match (card.obstacle(call, &dev), &call.command) {
            (Some(answer), _) => queried(answer),
            (None, Command::Query(names)) => card.query(call, names, asked),
            (None, _) => queried(card.reset_configuration(call, &dev)),
        };
        answers.push(answer);
    }
    query::together(call, answers)
}

fn queried(answer: CardAnswer) -> Queried {
    let status = answer.output.status.unwrap_or(words::ERROR);
    Queried { stdout: answer.output.stdout, json: None, status, cost: answer.cost }
}

impl SimCard {
    fn on_device(&mut self, call: &Call, dev: &str, pf: usize) -> CardAnswer {
        if let Some(answer) = self.obstacle(call, dev) {
            return answer;
        }
        let asked = Asked { dev, number: 1, pf };
        match &call.command {
            Command::Query(names) => query::together(call, vec![self.query(call, names, asked)]),
            Command::Set(assignments) => self.set(call, assignments, asked),
            Command::Reset | Command::Help | Command::Version => {
                self.reset_configuration(call, dev)
            }
        }
    }

    /// What keeps the tool from the card altogether.
    fn obstacle(&mut self, call: &Call, dev: &str) -> Option<CardAnswer> {
        let release = self.release();
        let query = matches!(call.command, Command::Query(_));
        if self.machine().hangs {
            return Some(CardAnswer { cost: Duration::MAX, ..CardAnswer::default() });
        }
        if self.is_locked_down() {
            return Some(words::locked_out(release, dev));
        }
        if self.is_locked_out() {
            return Some(words::refused(release, query, words::OPEN_FAILED, words::SOON));
        }
        if self.machine().livefish {
            return Some(words::refused(release, query, words::LIVEFISH, words::SOON));
        }
        self.takes_semaphore()
            .then(|| words::refused(release, query, words::BUSY, words::SEMAPHORE))
    }

    /// Whether somebody else still has the semaphore; each call finds out once.
    pub(super) fn takes_semaphore(&mut self) -> bool {
        let busy = self.machine().busy_for;
        self.machine_mut().busy_for = busy.saturating_sub(1);
        busy > 0
    }
}
