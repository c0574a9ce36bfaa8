//! A root folder as a large host's: 8 PFs with 64 VFs each, in files and links as sysfs has them.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

/// How many PFs there are.
pub const PFS: u8 = 8;
/// How many VFs each of them has.
pub const VFS: u8 = 64;

/// Makes the tree below `root`.
///
/// # Errors
///
/// If a file cannot be made.
pub fn make(root: &Path) -> io::Result<()> {
    let buses = root.join("sys/bus/pci/devices");
    fs::create_dir_all(&buses)?;
    fs::create_dir_all(root.join("sys/bus/pci/drivers/mlx5_core"))?;
    for pf in 0..PFS {
        make_pf(&buses, pf)?;
    }
    Ok(())
}

fn make_pf(buses: &Path, pf: u8) -> io::Result<()> {
    let bus = 0x10 * (pf + 1);
    let device = function(buses, &format!("0000:{bus:02x}:00.0"), "0x101d", u32::from(pf) + 10)?;
    let attributes = [
        ("sriov_totalvfs", "64"),
        ("sriov_numvfs", "64"),
        ("sriov_drivers_autoprobe", "1"),
        ("sriov_vf_device", "101e"),
        ("numa_node", "0"),
    ];
    for (name, value) in attributes {
        fs::write(device.join(name), format!("{value}\n"))?;
    }
    for vf in 0..VFS {
        let (slot, function_number) = ((vf + 2) / 8, (vf + 2) % 8);
        let address = format!("0000:{bus:02x}:{slot:02x}.{function_number}");
        let ifindex = 100 + u32::from(pf) * 100 + u32::from(vf);
        let path = function(buses, &address, "0x101e", ifindex)?;
        symlink(format!("../0000:{bus:02x}:00.0"), path.join("physfn"))?;
        symlink(format!("../{address}"), device.join(format!("virtfn{vf}")))?;
    }
    Ok(())
}

fn function(buses: &Path, address: &str, id: &str, ifindex: u32) -> io::Result<std::path::PathBuf> {
    let path = buses.join(address);
    let net = path.join(format!("net/eth{ifindex}"));
    fs::create_dir_all(&net)?;
    fs::create_dir_all(path.join(format!("infiniband/mlx5_{ifindex}")))?;
    symlink("../../../bus/pci/drivers/mlx5_core", path.join("driver"))?;
    symlink(format!("../../../kernel/iommu_groups/{ifindex}"), path.join("iommu_group"))?;
    for (name, value) in [("class", "0x020000"), ("vendor", "0x15b3"), ("device", id)] {
        fs::write(path.join(name), format!("{value}\n"))?;
    }
    let attributes = [
        ("ifindex", ifindex.to_string()),
        ("address", format!("02:00:00:00:{:02x}:{:02x}", ifindex >> 8, ifindex & 0xff)),
        ("mtu", "1500".to_owned()),
        ("flags", "0x1003".to_owned()),
        ("type", "1".to_owned()),
    ];
    for (name, value) in attributes {
        fs::write(net.join(name), format!("{value}\n"))?;
    }
    Ok(path)
}
