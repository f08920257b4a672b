import { describe, expect, it } from "vitest";
import { read } from "./testing/format-checks.ts";

const started = (mode: string) => `$ ps -ef\nkube-proxy --proxy-mode=${mode} --v=2\n`;
const runs = (mode: string) => `$ curl 127.0.0.1:10249/proxyMode\n${mode}\n`;
const server = "$ ipvsadm -S -n\n-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 192.0.2.7:6443 -m -w 1\n";
const chains = "$ iptables-save -t nat\n*nat\n:OUTPUT ACCEPT [0:0]\n:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]\nCOMMIT\n";

const nat = (...lines: readonly string[]) =>
  `$ iptables-save -t nat\n*nat\n:OUTPUT ACCEPT [0:0]\n${lines.join("\n")}\nCOMMIT\n`;
const links = (...names: readonly string[]) =>
  `$ ip addr\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n${names
    .map(
      (name, i) =>
        `${i + 2}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether 02:00:00:00:00:0${i} brd ff:ff:ff:ff:ff:ff\n`,
    )
    .join("")}`;
const noServices = nat(":KUBE-MARK-MASQ - [0:0]");

describe("who carries Services", () => {
  const cases: [name: string, text: string, expected: string | undefined][] = [
    ["asked for nftables", started("nftables"), "kube-proxy's nftables mode"],
    ["runs in nftables mode", runs("nftables"), "kube-proxy's nftables mode"],
    ["asked for nftables, runs in iptables mode", started("nftables") + runs("iptables"), undefined],
    ["asked for nftables, IPVS has servers", started("nftables") + server, undefined],
    ["asked for nftables, nat has Services' chains", started("nftables") + chains, undefined],
    ["userspace", started("userspace"), "kube-proxy's userspace mode"],
    ["userspace, by its chains", nat(":KUBE-PORTALS-CONTAINER - [0:0]"), "kube-proxy's userspace mode"],
    ["ipvs", started("ipvs"), undefined],
    ["nothing said", server, undefined],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(read(text).snapshot.otherDataplane?.name).toBe(expected));
});

describe("dataplanes besides kube-proxy's", () => {
  it.each<[what: string, text: string, name: string | undefined, only?: "pods"]>([
    ["Cilium, by its devices", links("cilium_host", "lxc_health") + noServices, "Cilium (eBPF)"],
    ["Cilium, by its chains", nat(":CILIUM_POST_nat - [0:0]"), "Cilium (eBPF)"],
    ["Cilium beside kube-proxy", links("cilium_host", "lxc12ab34") + chains, "Cilium (eBPF)", "pods"],
    ["what Cilium left behind: chains", links("cni0", "veth1") + nat(":CILIUM_POST_nat - [0:0]"), undefined],
    ["what Cilium left behind: devices", links("cilium_host", "cni0") + noServices, undefined],
    ["Cilium's devices alone, nat not shown", links("cilium_host", "lxc_health"), undefined],
    ["Calico in eBPF mode", links("bpfin.cali", "cali12ab34") + noServices, "Calico (eBPF)"],
    ["Calico in eBPF mode, rules of kube-proxy left over", links("bpfin.cali") + chains, "Calico (eBPF)"],
    ["Calico with iptables", links("cali12ab34", "tunl0") + chains, undefined],
    ["OVN-Kubernetes", links("ovn-k8s-mp0", "br-ex") + nat(":OVN-KUBE-NODEPORT - [0:0]"), "OVN-Kubernetes"],
    ["OVN-Kubernetes, by its chains", nat(":OVN-KUBE-NODEPORT - [0:0]"), "OVN-Kubernetes"],
    ["Kube-OVN beside kube-proxy", links("ovn0") + chains, "Kube-OVN", "pods"],
    ["Antrea beside kube-proxy", links("antrea-gw0") + chains, "Antrea (Open vSwitch)", "pods"],
    ["Antrea alone", links("antrea-gw0") + nat(":ANTREA-POSTROUTING - [0:0]"), "Antrea (Open vSwitch)"],
    ["kube-router", links("kube-dummy-if", "kube-bridge") + noServices + server, "kube-router"],
    ["kube-router for pods' network only", links("kube-bridge") + chains, undefined],
    ["kube-router's device beside kube-proxy's rules", links("kube-dummy-if") + chains, undefined],
    ["Open vSwitch with kube-proxy (OpenShift SDN)", links("ovs-system", "br0", "tun0") + chains, undefined],
    ["flannel, kube-proxy's rules gone", links("cni0", "flannel.1") + noServices, undefined],
  ])("%s", (_what, text, name, only) => {
    const found = read(text).snapshot.otherDataplane;
    expect([found?.name, found?.only]).toEqual([name, only]);
  });
});
