import { both, type Edit, inFile } from "./damage.ts";

/**
 * What else stands on healthy nodes beside kube-proxy's rules, each in the spelling of its program: network plugins, Docker, firewalls,
 * agents. Pods of the node are 10.244.1.0/24, those of the cluster 10.244.0.0/16.
 */

/** Lines of one table: chains of its own, rules above all others of a chain, rules below them. */
interface Lines {
  readonly chains?: readonly string[];
  readonly above?: readonly string[];
  readonly below?: readonly string[];
  readonly policy?: Readonly<Record<string, string>>;
}

const empty: Readonly<Record<string, readonly string[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
};

/** Adds lines to a table of `iptables-save`, which is made where it is not there. */
export const inTable =
  (table: string, { chains = [], above = [], below = [], policy = {} }: Lines, file = "iptables-save"): Edit =>
  (name, text) => {
    if (name !== file) return text;
    const start = text.indexOf(`*${table}\n`);
    if (start < 0) {
      const made = [`*${table}`, ...(empty[table] ?? []).map((c) => `:${c} ACCEPT [0:0]`), "COMMIT", ""].join("\n");
      const at = text.indexOf("\n") + 1;
      return inTable(table, { chains, above, below, policy }, file)(name, text.slice(0, at) + made + text.slice(at));
    }
    const end = text.indexOf("COMMIT\n", start);
    const lines = text.slice(start, end).split("\n").filter(Boolean);
    const heads = lines
      .filter((l) => /^[*:]/.test(l))
      .map((l) => l.replace(/^:(\S+) ACCEPT/, (all, c) => (policy[c] ? `:${c} ${policy[c]}` : all)));
    const rules = lines.filter((l) => l.startsWith("-A"));
    const all = [...heads, ...chains.map((c) => `:${c} - [0:0]`), ...above, ...rules, ...below].join("\n");
    return `${text.slice(0, start)}${all}\n${text.slice(end)}`;
  };

/** Lines at the end of a dump. */
export const lines =
  (file: string, ...more: readonly string[]): Edit =>
  (name, text) =>
    name === file ? `${text}${more.join("\n")}\n` : text;

export const said = (text: string): string => `-m comment --comment "${text}"`;
const everywhere =
  (from: RegExp, to: string): Edit =>
  (_file, text) =>
    text.replace(from, to);

const flannelDevice = both(
  lines(
    "ip-addr",
    "5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default",
    "    inet 10.244.1.0/32 scope global flannel.1",
  ),
  inFile(
    "ip-route",
    "10.244.2.0/24 via 192.168.10.12 dev eth0\n",
    "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink\n",
  ),
  lines("ip-route", "local 10.244.1.0 dev flannel.1 table local proto kernel scope host src 10.244.1.0"),
);

/** flannel up to 0.19: four rules below kube-proxy's jump. */
const flannelOld = both(
  inTable("nat", {
    below: [
      "-A POSTROUTING -s 10.244.0.0/16 -d 10.244.0.0/16 -j RETURN",
      "-A POSTROUTING -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE",
      "-A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.1.0/24 -j RETURN",
      "-A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 -j MASQUERADE",
    ],
  }),
  inTable("filter", { below: ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "-A FORWARD -d 10.244.0.0/16 -j ACCEPT"] }),
  flannelDevice,
);

/** flannel since 0.20: chains of its own. */
const flannel = both(
  inTable("nat", {
    chains: ["FLANNEL-POSTRTG"],
    below: [
      `-A POSTROUTING ${said("flanneld masq")} -j FLANNEL-POSTRTG`,
      `-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 ${said("flanneld masq")} -j RETURN`,
      `-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 ${said("flanneld masq")} -j RETURN`,
      `-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 ${said("flanneld masq")} -j RETURN`,
      `-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 ${said("flanneld masq")} -j RETURN`,
      `-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 ${said("flanneld masq")} -j MASQUERADE --random-fully`,
      `-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 ${said("flanneld masq")} -j MASQUERADE --random-fully`,
    ],
  }),
  inTable("filter", {
    chains: ["FLANNEL-FWD"],
    below: [
      `-A FORWARD ${said("flanneld forward")} -j FLANNEL-FWD`,
      `-A FLANNEL-FWD -s 10.244.0.0/16 ${said("flanneld forward")} -j ACCEPT`,
      `-A FLANNEL-FWD -d 10.244.0.0/16 ${said("flanneld forward")} -j ACCEPT`,
    ],
  }),
  flannelDevice,
);

/** Pods on devices of their own, a route for each: no bridge. */
export const routedPods = (device: string, second: string, ...more: readonly string[]): Edit =>
  both(
    inFile(
      "ip-addr",
      /3: cni0:.*\n(?: {4}.*\n)+4: veth1.*\n/,
      [device, second]
        .map(
          (d, i) =>
            `${i + 3}: ${d}@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1440 qdisc noqueue state UP group default\n`,
        )
        .join(""),
    ),
    inFile(
      "ip-route",
      /^10\.244\.1\.0\/24 dev cni0.*\n/m,
      [`10.244.1.20 dev ${device} scope link`, `10.244.1.21 dev ${second} scope link`, ...more, ""].join("\n"),
    ),
    inFile("ip-route", /^local 10\.244\.1\.1 dev cni0.*\n/m, ""),
    inFile("sysctl", /net\.ipv4\.conf\.cni0/g, `net.ipv4.conf.${device}`),
  );

const weaveSets = ["weave-;rGqyMIl1HN^cfDki~Z$3]6!N", "weave-s_+ChJId4Uy_$}G;WdH|~TK)I"] as const;
/** Every pod of the namespace that no policy selects, of all nodes (weave npc/namespace.go, addPod). */
const weavePods = ["1.20", "1.21", "2.20", "2.21", "2.22", "2.30", "2.31"].map((pod) => `10.244.${pod}`);
const weave = both(
  everywhere(/\bcni0\b/g, "weave"),
  everywhere(/\bveth1@if2\b/g, "vethwepl1@if2"),
  lines(
    "ip-addr",
    "5: vethwe-bridge@vethwe-datapath: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1376 qdisc noqueue master weave state UP group default",
  ),
  inFile("ip-route", "10.244.2.0/24 via 192.168.10.12 dev eth0\n", ""),
  inFile("ip-route", "10.244.1.0/24 dev weave", "10.244.0.0/16 dev weave"),
  inFile("ip-addr", "10.244.1.1/24", "10.244.1.1/16"),
  lines(
    "ipset-save",
    ...["weaver-no-masq-local", ...weaveSets].flatMap((set) => [
      `create ${set} hash:ip family inet hashsize 1024 maxelem 65536`,
      ...(set === "weaver-no-masq-local" ? [] : weavePods.map((pod) => `add ${set} ${pod}`)),
    ]),
  ),
  inTable("nat", {
    chains: ["WEAVE"],
    below: [
      "-A POSTROUTING -j WEAVE",
      `-A WEAVE -m set --match-set weaver-no-masq-local dst ${said("Prevent SNAT to locally running containers")} -j RETURN`,
      "-A WEAVE -s 10.244.0.0/16 -d 224.0.0.0/4 -j RETURN",
      "-A WEAVE ! -s 10.244.0.0/16 -d 10.244.0.0/16 -j MASQUERADE",
      "-A WEAVE -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE",
    ],
  }),
  inTable("filter", {
    chains: [
      "WEAVE-NPC",
      "WEAVE-NPC-DEFAULT",
      "WEAVE-NPC-INGRESS",
      "WEAVE-NPC-EGRESS",
      "WEAVE-NPC-EGRESS-ACCEPT",
      "WEAVE-NPC-EGRESS-DEFAULT",
      "WEAVE-NPC-EGRESS-CUSTOM",
    ],
    above: [
      `-A INPUT -d 127.0.0.1/32 -p tcp -m tcp --dport 6784 -m addrtype ! --src-type LOCAL -m conntrack ! --ctstate RELATED,ESTABLISHED ${said("Block non-local access to Weave Net control port")} -j DROP`,
      "-A INPUT -i weave -j WEAVE-NPC-EGRESS",
      `-A FORWARD -i weave ${said("NOTE: this must go before '-j KUBE-FORWARD'")} -j WEAVE-NPC-EGRESS`,
      `-A FORWARD -o weave ${said("NOTE: this must go before '-j KUBE-FORWARD'")} -j WEAVE-NPC`,
      "-A FORWARD -o weave -m state --state NEW -j NFLOG --nflog-group 86",
      "-A FORWARD -o weave -j DROP",
      "-A FORWARD -i weave ! -o weave -j ACCEPT",
      "-A FORWARD -o weave -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ],
    below: [
      "-A WEAVE-NPC -m state --state RELATED,ESTABLISHED -j ACCEPT",
      "-A WEAVE-NPC -d 224.0.0.0/4 -j ACCEPT",
      "-A WEAVE-NPC -m physdev --physdev-out vethwe-bridge --physdev-is-bridged -j ACCEPT",
      "-A WEAVE-NPC -m state --state NEW -j WEAVE-NPC-DEFAULT",
      "-A WEAVE-NPC -m state --state NEW -j WEAVE-NPC-INGRESS",
      `-A WEAVE-NPC-DEFAULT -m set --match-set ${weaveSets[0]} dst ${said("DefaultAllow ingress isolation for namespace: default")} -j ACCEPT`,
      "-A WEAVE-NPC-EGRESS -m state --state RELATED,ESTABLISHED -j ACCEPT",
      "-A WEAVE-NPC-EGRESS -m physdev --physdev-in vethwe-bridge --physdev-is-bridged -j RETURN",
      "-A WEAVE-NPC-EGRESS -m addrtype --dst-type LOCAL -j RETURN",
      "-A WEAVE-NPC-EGRESS -d 224.0.0.0/4 -j RETURN",
      "-A WEAVE-NPC-EGRESS -m state --state NEW -j WEAVE-NPC-EGRESS-DEFAULT",
      "-A WEAVE-NPC-EGRESS -m state --state NEW -m mark ! --mark 0x40000/0x40000 -j WEAVE-NPC-EGRESS-CUSTOM",
      "-A WEAVE-NPC-EGRESS-ACCEPT -j MARK --set-xmark 0x40000/0x40000",
      `-A WEAVE-NPC-EGRESS-DEFAULT -m set --match-set ${weaveSets[1]} src ${said("DefaultAllow egress isolation for namespace: default")} -j WEAVE-NPC-EGRESS-ACCEPT`,
      `-A WEAVE-NPC-EGRESS-DEFAULT -m set --match-set ${weaveSets[1]} src ${said("DefaultAllow egress isolation for namespace: default")} -j RETURN`,
    ],
  }),
);

const kubeRouter = both(
  everywhere(/\bcni0\b/g, "kube-bridge"),
  lines(
    "ipset-save",
    "create kube-router-pod-subnets hash:net family inet hashsize 1024 maxelem 65536",
    "add kube-router-pod-subnets 10.244.1.0/24",
    "add kube-router-pod-subnets 10.244.2.0/24",
    "create kube-router-node-ips hash:ip family inet hashsize 1024 maxelem 65536",
    "add kube-router-node-ips 192.168.10.11",
    "add kube-router-node-ips 192.168.10.12",
  ),
  inTable("nat", {
    below: [
      "-A POSTROUTING -m set --match-set kube-router-pod-subnets src -m set ! --match-set kube-router-pod-subnets dst -m set ! --match-set kube-router-node-ips dst -j MASQUERADE --random-fully",
    ],
  }),
  inTable("filter", {
    chains: ["KUBE-ROUTER-INPUT", "KUBE-ROUTER-FORWARD", "KUBE-ROUTER-OUTPUT"],
    above: [
      `-A INPUT ${said("kube-router netpol - 4IA2OSFRMVNDXBVV")} -j KUBE-ROUTER-INPUT`,
      `-A FORWARD ${said("kube-router netpol - TEMCG2JMVZWTQQHB")} -j KUBE-ROUTER-FORWARD`,
      `-A FORWARD -i kube-bridge ${said("allow outbound traffic from pods")} -j ACCEPT`,
      `-A FORWARD -o kube-bridge ${said("allow inbound traffic to pods")} -j ACCEPT`,
      `-A OUTPUT ${said("kube-router netpol - VEAAIY32XVBHCSCY")} -j KUBE-ROUTER-OUTPUT`,
    ],
    below: [
      `-A KUBE-ROUTER-INPUT -d 10.96.0.0/12 ${said("allow traffic to primary cluster IP range - TZZOAXOCHPHEHX7M")} -j RETURN`,
      `-A KUBE-ROUTER-INPUT -p tcp ${said("allow LOCAL TCP traffic to node ports - LR7XO7NXDBGQJD2M")} -m addrtype --dst-type LOCAL -m multiport --dports 30000:32767 -j RETURN`,
      `-A KUBE-ROUTER-FORWARD ${said("rule to explicitly ACCEPT traffic that comply to network policies")} -m mark --mark 0x20000/0x20000 -j ACCEPT`,
    ],
  }),
);

/** Pods have addresses of the VPC; its router knows them. */
const awsVpc = both(
  routedPods("eni9a1b2c3d4e5", "eni0b2c4d6e8f0"),
  inFile("ip-route", "10.244.2.0/24 via 192.168.10.12 dev eth0\n", ""),
  inFile("sysctl", "net.ipv4.conf.eth0.rp_filter = 0", "net.ipv4.conf.eth0.rp_filter = 2"),
  inFile(
    "ip-rule",
    "32766:",
    "512:\tfrom all to 10.244.1.20 lookup main\n1024:\tfrom all fwmark 0x80/0x80 lookup main\n32766:",
  ),
  inTable("mangle", {
    above: [
      `-A PREROUTING -i eth0 ${said("AWS, primary ENI")} -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark 0x80/0x80`,
      `-A PREROUTING -i eni+ ${said("AWS, primary ENI")} -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80`,
    ],
  }),
  inTable("nat", {
    chains: ["AWS-SNAT-CHAIN-0", "AWS-CONNMARK-CHAIN-0"],
    below: [
      `-A PREROUTING -i eni+ ${said("AWS, outbound connections")} -j AWS-CONNMARK-CHAIN-0`,
      `-A PREROUTING ${said("AWS, CONNMARK")} -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80`,
      `-A POSTROUTING ${said("AWS SNAT CHAIN")} -j AWS-SNAT-CHAIN-0`,
      ...["AWS-SNAT-CHAIN-0", "AWS-CONNMARK-CHAIN-0"].flatMap((chain) =>
        ["10.244.0.0/16", "192.168.0.0/16"].map((vpc) => `-A ${chain} -d ${vpc} ${said(chain)} -j RETURN`),
      ),
      `-A AWS-CONNMARK-CHAIN-0 ${said("AWS, CONNMARK")} -j CONNMARK --set-xmark 0x80/0x80`,
      `-A AWS-SNAT-CHAIN-0 ! -o vlan+ ${said("AWS, SNAT")} -m addrtype ! --dst-type LOCAL -j SNAT --to-source 192.168.10.11 --random-fully`,
    ],
  }),
);

/** Rules of Cilium that outlive it: nothing is sent through its devices any more. */
const ciliumLeftover = both(
  lines("ip-addr", "    link/ether 5e:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff link-netnsid 0"),
  inTable("mangle", {
    chains: ["OLD_CILIUM_PRE_mangle", "OLD_CILIUM_POST_mangle"],
    above: [`-A PREROUTING ${said("cilium-feeder: CILIUM_PRE_mangle")} -j OLD_CILIUM_PRE_mangle`],
  }),
  inTable("nat", {
    chains: ["OLD_CILIUM_POST_nat", "OLD_CILIUM_PRE_nat"],
    below: [
      `-A POSTROUTING ${said("cilium-feeder: CILIUM_POST_nat")} -j OLD_CILIUM_POST_nat`,
      `-A OLD_CILIUM_POST_nat -s 10.0.1.0/24 ! -d 10.0.0.0/16 ! -o cilium_+ ${said("cilium masquerade non-cluster")} -j MASQUERADE`,
    ],
  }),
  inTable("filter", {
    chains: ["OLD_CILIUM_FORWARD", "OLD_CILIUM_INPUT"],
    above: [`-A FORWARD ${said("cilium-feeder: CILIUM_FORWARD")} -j OLD_CILIUM_FORWARD`],
    below: [
      `-A OLD_CILIUM_FORWARD -o cilium_host ${said("cilium: any->cluster on cilium_host forward accept")} -j ACCEPT`,
      `-A OLD_CILIUM_FORWARD -i lxc+ ${said("cilium: cluster->any on lxc+ forward accept")} -j ACCEPT`,
    ],
  }),
);

export const plugins = { flannelOld, flannel, weave, kubeRouter, awsVpc, ciliumLeftover } as const;
