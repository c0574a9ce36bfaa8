//! Every cell against what a boot does.

use sriov_host::NetnsMode;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::plan::BlockerKind;
use sriov_host::seam::Availability::{self, Available, NotLoaded, Unsupported};
use sriov_rdma::persist::{ModeAction, ModePlan, ModePlanOptions, plan, verify};

use crate::world::{OURS, World, options};

pub(crate) const MODES: [Option<NetnsMode>; 3] =
    [None, Some(NetnsMode::Exclusive), Some(NetnsMode::Shared)];
pub(crate) const LIVE: [Availability<NetnsMode>; 4] =
    [Available(NetnsMode::Exclusive), Available(NetnsMode::Shared), NotLoaded, Unsupported];
pub(crate) const WANTED: [RdmaNetnsMode; 3] =
    [RdmaNetnsMode::Exclusive, RdmaNetnsMode::Shared, RdmaNetnsMode::Unmanaged];

/// How the settings of a cell are laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    /// Somebody's file, before ours in order.
    Before,
    /// Somebody's file, behind ours in order.
    Behind,
    /// Our file.
    Ours,
    /// A file of our name that is not ours.
    OurName,
}

/// A cell: live, modprobe's files, the staged command line, other namespaces.
pub(crate) fn cell(
    live: Availability<NetnsMode>,
    (modprobe, layout): (Option<NetnsMode>, Layout),
    staged: Option<NetnsMode>,
    namespaces: bool,
) -> World {
    let digit = |mode: NetnsMode| mode.to_kernel().to_string();
    let mut world = World::new(live).with_staged(staged.map(digit).as_deref());
    world.namespaces = namespaces;
    if let Some(mode) = modprobe {
        world = match layout {
            Layout::Before => world.with_file("etc/modprobe.d/rdma.conf", &digit(mode)),
            Layout::Behind => world.with_file("usr/lib/modprobe.d/zz.conf", &digit(mode)),
            Layout::OurName => world.with_file(OURS, &digit(mode)),
            Layout::Ours => {
                let text = sriov_rdma::persist::file_content(mode);
                world.files.insert(OURS.to_owned(), text);
                world
            }
        };
    }
    world
}

pub(crate) fn every_cell(layout: Layout) -> Vec<World> {
    let mut cells = Vec::new();
    for live in LIVE {
        for modprobe in MODES {
            for staged in MODES {
                for namespaces in [false, true] {
                    cells.push(cell(live, (modprobe, layout), staged, namespaces));
                }
            }
        }
    }
    cells
}

/// What could be done for the next boot: whether any content of our file would help, after a new
/// initramfs where there is one.
fn could_help(world: &World, wanted: NetnsMode) -> bool {
    let foreign = world.files.get(OURS).is_some_and(|text| !text.starts_with('#'));
    let contents = [None, Some("0"), Some("1")];
    contents.into_iter().filter(|content| !foreign || content.is_none()).any(|content| {
        let mut tried = world.clone();
        if let Some(value) = content {
            tried.files.insert(OURS.to_owned(), options(value));
        }
        if let (Some(copies), true) = (&mut tried.copies, tried.rebuild) {
            *copies = tried.files.clone();
        }
        tried.after_boot() == Some(wanted)
    })
}

/// Judges a plan by its effect.
pub(crate) fn judge(world: &World, wanted: RdmaNetnsMode, plan: &ModePlan) {
    let told = format!("{world:#?}\nwanted {wanted}\n{plan:#?}");
    let steps = &plan.plan.steps;
    let mode = match wanted {
        RdmaNetnsMode::Exclusive => NetnsMode::Exclusive,
        RdmaNetnsMode::Shared => NetnsMode::Shared,
        RdmaNetnsMode::Unmanaged => return judge_unmanaged(world, plan, &told),
    };
    let sets_live = steps.iter().any(|s| matches!(s.action, ModeAction::SetLiveMode { .. }));
    let persists = steps.iter().any(|step| step.action.persists());
    let reboots = !plan.plan.reboot_reasons.is_empty();
    let blocked = !plan.plan.blockers.is_empty();
    if world.live == Unsupported {
        assert!(steps.is_empty() && !reboots, "{told}");
        assert_eq!(blocked, mode == NetnsMode::Exclusive, "{told}");
        let of_kind = |kind: &BlockerKind| *kind == BlockerKind::Unsupported;
        assert!(plan.plan.blockers.iter().all(|blocker| of_kind(&blocker.kind)), "{told}");
        return;
    }
    let live_wrong = matches!(world.live, Available(live) if live != mode);
    let next_wrong = world.after_boot() != Some(mode);
    // Right hosts are left alone.
    if !live_wrong && !next_wrong {
        assert!(plan.is_empty() && plan.differences.is_empty(), "{told}");
    }
    // What differs is told, whatever can be done about it.
    let fields: Vec<&str> = plan.differences.iter().map(|found| found.field).collect();
    assert_eq!(fields.contains(&"live"), live_wrong, "{told}");
    assert_eq!(fields.contains(&"nextBoot"), next_wrong, "{told}");
    // Files are written exactly where that helps.
    let helps = could_help(world, mode);
    assert_eq!(persists, next_wrong && helps, "{told}");
    assert_eq!(blocked, next_wrong && !helps, "{told}");
    assert_eq!(sets_live, live_wrong && !world.namespaces, "{told}");
    let mut after = world.clone();
    after.carry_out(steps);
    let right_then = after.after_boot() == Some(mode);
    assert_eq!(right_then, !blocked, "{told}");
    // A boot is asked for exactly where it is the only way, and helps.
    assert_eq!(reboots, live_wrong && world.namespaces && right_then, "{told}");
    // Nothing but ours was touched.
    let others = |world: &World| {
        let files = world.files.iter().filter(|(path, _)| *path != OURS);
        files.map(|(path, text)| (path.clone(), text.clone())).collect::<Vec<_>>()
    };
    assert_eq!(others(world), others(&after), "{told}");
    assert_eq!(world.staged, after.staged);
    // Once more, nothing is left but what was said to be left.
    let again = self::plan(&after.facts(), wanted, ModePlanOptions::default());
    assert!(again.plan.steps.is_empty(), "{told}\nand again\n{again:#?}");
    assert_eq!(again.plan.reboot_reasons, plan.plan.reboot_reasons, "{told}");
    assert_eq!(again.plan.blockers.len(), plan.plan.blockers.len(), "{told}");
}

fn judge_unmanaged(world: &World, plan: &ModePlan, told: &str) {
    assert!(plan.plan.blockers.is_empty() && plan.plan.reboot_reasons.is_empty(), "{told}");
    let mut after = world.clone();
    after.carry_out(&plan.plan.steps);
    let mut kept = world.files.clone();
    if kept.get(OURS).is_some_and(|text| text.starts_with('#')) {
        kept.remove(OURS);
    }
    assert_eq!(after.files, kept, "{told}");
    assert_eq!((after.live, &after.staged), (world.live, &world.staged), "{told}");
    assert_eq!(plan.is_empty(), kept == world.files, "{told}");
}

fn judge_all(worlds: Vec<World>) -> usize {
    let mut count = 0;
    for world in worlds {
        for wanted in WANTED {
            let plan = plan(&world.facts(), wanted, ModePlanOptions::default());
            judge(&world, wanted, &plan);
            let found = verify(&world.facts(), wanted);
            assert_eq!(found.in_sync(), plan.is_empty(), "{world:?} {wanted}\n{plan:?}\n{found:?}");
            count += 1;
        }
    }
    count
}

#[test]
fn every_cell_does_what_a_boot_bears_out() {
    for layout in [Layout::Before, Layout::Behind, Layout::Ours, Layout::OurName] {
        assert_eq!(judge_all(every_cell(layout)), 216);
    }
}

#[test]
fn also_where_ib_core_is_loaded_from_the_initramfs() {
    for layout in [Layout::Before, Layout::Behind, Layout::Ours, Layout::OurName] {
        for copied in [None, Some("0"), Some("1"), Some("7")] {
            let mut worlds = every_cell(layout);
            // Where the command line decides nobody looks into the initramfs.
            worlds.retain(|world| copied != Some("7") || world.staged == Some(Vec::new()));
            let cells = worlds.len() * WANTED.len();
            assert!(cells >= 72);
            for world in &mut worlds {
                let copy = copied.map(|value| (OURS.to_owned(), options(value)));
                world.copies = Some(copy.into_iter().collect());
            }
            assert_eq!(judge_all(worlds), cells);
        }
    }
}

#[test]
fn also_where_it_is_built_in_or_the_initramfs_is_made_by_hand() {
    let mut worlds = every_cell(Layout::Before);
    for world in &mut worlds {
        world.built_in = true;
    }
    assert_eq!(judge_all(worlds), 216);
    let mut worlds = every_cell(Layout::Ours);
    for world in &mut worlds {
        world.rebuild = false;
        world.copies = Some([(OURS.to_owned(), options("0"))].into());
    }
    judge_by_hand(worlds);
}

/// What cannot be proven is not the reason for a restart, and files are still made right.
fn judge_by_hand(worlds: Vec<World>) {
    for world in worlds {
        let plan = plan(&world.facts(), RdmaNetnsMode::Shared, ModePlanOptions::default());
        let mut after = world.clone();
        after.carry_out(&plan.plan.steps);
        let right_then = after.after_boot() == Some(NetnsMode::Shared);
        let needed = matches!(world.live, Available(NetnsMode::Exclusive)) && world.namespaces;
        assert_eq!(!plan.plan.reboot_reasons.is_empty(), needed && right_then, "{plan:?}");
        let unsupported = world.live == Unsupported;
        assert_eq!(!plan.plan.blockers.is_empty(), !right_then && !unsupported, "{plan:?}");
    }
}

#[test]
fn a_value_that_cannot_be_read_is_told_and_not_guessed() {
    for live in [Available(NetnsMode::Shared), NotLoaded] {
        let worlds = [
            World::new(live).with_file("etc/modprobe.d/rdma.conf", "7"),
            World::new(live).with_file("etc/modprobe.d/zz.conf", "7").with_file(OURS, "0"),
            World::new(live).with_staged(Some("7")),
            World::new(live).with_staged(Some("7")).with_file("etc/modprobe.d/a.conf", "0"),
        ];
        for world in worlds {
            for wanted in [RdmaNetnsMode::Exclusive, RdmaNetnsMode::Shared] {
                let plan = plan(&world.facts(), wanted, ModePlanOptions::default());
                judge(&world, wanted, &plan);
                let blocker = &plan.plan.blockers[0];
                assert_eq!(blocker.code, "SRIOV-R021", "{plan:?}");
                assert!(blocker.message.contains("\"7\""), "{blocker:?}");
            }
        }
    }
    // In our own file it is ours to mend.
    let mut world = World::new(NotLoaded);
    let text = format!("# Managed by sriov-rdma: changes made here are lost.\n{}", options("7"));
    world.files.insert(OURS.to_owned(), text);
    let mended = plan(&world.facts(), RdmaNetnsMode::Shared, ModePlanOptions::default());
    judge(&world, RdmaNetnsMode::Shared, &mended);
    assert_eq!(mended.plan.steps.len(), 1);
}
