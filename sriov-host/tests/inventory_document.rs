//! Inventories that were written down: what is read back, and how faults are reported.
#![cfg(feature = "engine")]

use sriov_host::inventory::{NetnsPlace, NodeInventory};

const INVENTORY: &str = r#"{
  "apiVersion": "sriov/v1",
  "kind": "NodeInventory",
  "pfs": [
    {
      "pci": "0000:02:00.0", "vendor": "8086", "device": "10c9", "driver": null, "name": null,
      "altNames": [], "ifindex": null, "mac": null, "mtu": null, "linkType": null, "adminUp": null,
      "totalVfs": null, "numVfs": null, "driversAutoprobe": null, "eswitchMode": null,
      "numaNode": null, "switchId": null, "portName": null, "vfs": []
    },
    {
      "pci": "0000:01:00.0", "vendor": "8086", "device": "10c9", "driver": "igb", "name": "eth1",
      "altNames": ["enp1s0"], "ifindex": 3, "mac": "52:54:00:00:00:01", "mtu": 1500,
      "linkType": "ether", "adminUp": true, "totalVfs": 7, "numVfs": 1, "driversAutoprobe": true,
      "eswitchMode": null, "numaNode": 0, "switchId": null, "portName": null,
      "vfs": [
        {
          "index": 0, "pci": "0000:01:10.0", "vendor": "8086", "device": "10ca",
          "driver": "igbvf", "name": null, "ifindex": null, "mac": null, "mtu": null,
          "netns": "foreign", "iommuGroup": 12, "rdmaDevice": null, "representor": null,
          "attrs": {
            "mac": "02:00:00:00:00:01", "vlan": 100, "vlanQos": 0, "vlanProto": "802.1q",
            "spoofCheck": true, "trust": false, "linkState": null, "minTxRateMbps": 0,
            "maxTxRateMbps": 200, "rssQuery": null, "nodeGuid": null, "portGuid": null
          }
        }
      ]
    }
  ],
  "problems": [{ "pci": "0000:03:00.0", "message": "cannot read sriov_numvfs" }]
}"#;

#[test]
fn an_inventory_is_read_and_printed_the_same() {
    let inventory = NodeInventory::parse(INVENTORY).unwrap();
    let addresses: Vec<_> = inventory.pfs.iter().map(|pf| pf.pci.to_string()).collect();
    assert_eq!(addresses, ["0000:01:00.0", "0000:02:00.0"], "in address order");
    let vf = &inventory.pfs[0].vfs[0];
    assert_eq!((vf.netns, vf.iommu_group), (NetnsPlace::Foreign, Some(12)));
    assert_eq!(vf.attrs.as_ref().unwrap().max_tx_rate.unwrap().mbps(), 200);
    let printed = serde_json::to_string_pretty(&inventory).unwrap();
    assert_eq!(NodeInventory::parse(&printed).unwrap(), inventory);
    let printed = serde_saphyr::to_string(&inventory).unwrap();
    assert_eq!(NodeInventory::parse(&printed).unwrap(), inventory);
}

#[test]
fn faults_name_code_key_and_line() {
    let cases = [
        ("\"numVfs\": 1,", "\"numVFs\": 1,", "H002 pfs[1].numVFs 14"),
        ("\"netns\": \"foreign\"", "\"netns\": \"pod\"", "H003 pfs[1].vfs[0].netns 20"),
        ("\"vlan\": 100", "\"vlan\": 0", "H003 pfs[1].vfs[0].attrs.vlan 22"),
        ("\"altNames\": [],", "", "H003 pfs[0].altNames 5"),
        ("\"altNames\": []", "\"altNames\": null", "H003 pfs[0].altNames 7"),
        ("0000:02:00.0", "0000:01:00.0", "H003 pfs[1].pci 12"),
        ("NodeInventory", "NodeConfig", "H004 kind 3"),
        ("\"problems\": [", "\"problem\": [", "H002 problem 30"),
        ("\"NodeInventory\",", "\"NodeInventory,", "H001  4"),
    ];
    for (from, to, wanted) in cases {
        let text = INVENTORY.replacen(from, to, 1);
        assert_ne!(text, INVENTORY);
        let error = NodeInventory::parse(&text).unwrap_err();
        let code = error.code().trim_start_matches("SRIOV-");
        let found = format!("{code} {} {}", error.key(), error.line().unwrap());
        assert_eq!(found, wanted, "{error}");
    }
}
