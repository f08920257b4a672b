import { describe, expect, it } from "vitest";
import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import { ip } from "../../simulate/testing/node.ts";
import { dumpsOf, endpoint, type WrittenNode } from "../../simulate/testing/written-node.ts";
import { ask, idsOf } from "../testing/ask.ts";

/**
 * Nodes as kube-proxy of a version leaves them, damaged as people and programs damage them. Each damage must be named; the node
 * as it was must be found healthy; and what looks like the damage and is none must not be named.
 */
const service = (n: number, endpoints: readonly string[], more: Partial<ServedPort> = {}): ServedPort => ({
  namespace: "default",
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.10.${n}`),
  port: 80,
  endpoints: endpoints.map(endpoint),
  ...more,
});
const services: readonly ServedPort[] = [
  service(1, ["192.168.10.40:6443"], { name: "kubernetes", portName: "https", port: 443 }),
  service(2, ["10.244.2.20:8080", "10.244.2.21:8080"], { nodePort: 30080 }),
  service(3, ["10.244.1.20:8080"]),
];

type Edit = (file: string, text: string) => string;
const inFile =
  (name: string, from: string | RegExp, to: string | ((all: string) => string)): Edit =>
  (file, text) =>
    file === name ? text.replace(from, to as string) : text;
const rules = (from: string | RegExp, to: string | ((all: string) => string)): Edit =>
  inFile("iptables-save", from, to);
const both =
  (...edits: readonly Edit[]): Edit =>
  (file, text) =>
    edits.reduce((t, edit) => edit(file, t), text);
const none: Edit = (_file, text) => text;

const dumps = (node: WrittenNode, edit: Edit): { name: string; content: string }[] =>
  [...dumpsOf(node)].flatMap(([name, text]) => {
    const content = edit(name, text);
    return content === "" ? [] : [{ name: `${name}.txt`, content }];
  });

const modes = {
  iptables: ["1.12", "1.19", "1.23", "1.28", "1.34"],
  ipvs: ["1.9.7", "1.12", "1.19", "1.24", "1.28", "1.34"],
} as const;
type Mode = keyof typeof modes;

interface Damage {
  readonly id: string;
  readonly what: string;
  readonly modes: readonly Mode[];
  readonly edit: Edit;
  /** Where it does no harm. */
  readonly fine?: (mode: Mode, version: string) => boolean;
  readonly kernel?: Readonly<Record<string, string>>;
}

const forwardDrop = rules(
  ":FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE",
  ":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE",
);
const damages: readonly Damage[] = [
  {
    id: "ipvs-conntrack-off",
    what: "vs.conntrack is 0",
    modes: ["ipvs"],
    edit: none,
    kernel: { "net.ipv4.vs.conntrack": "0" },
  },
  {
    id: "ip-forward-off",
    what: "ip_forward is 0",
    modes: ["iptables", "ipvs"],
    edit: none,
    kernel: { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "0" },
  },
  {
    id: "forward-policy-drop",
    what: "FORWARD DROP and nobody accepts pods",
    modes: ["iptables", "ipvs"],
    edit: forwardDrop,
    // KUBE-FORWARD of 1.12 and later accepts answers, and IPVS's requests are not forwarded
    fine: (mode, version) => mode === "ipvs" && version !== "1.9.7",
  },
  {
    id: "host-firewall-rejects",
    what: "a REJECT of the distribution on top of FORWARD",
    modes: ["iptables", "ipvs"],
    edit: rules(/^-A FORWARD /m, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD "),
    fine: (mode, version) => mode === "ipvs" && version === "1.9.7",
  },
  {
    id: "service-hook-missing",
    what: "OUTPUT no longer leads into KUBE-SERVICES",
    modes: ["iptables", "ipvs"],
    edit: rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, ""),
  },
  {
    id: "service-hook-missing",
    what: "POSTROUTING no longer leads into KUBE-POSTROUTING",
    modes: ["ipvs"],
    edit: rules(/^-A POSTROUTING .*KUBE-POSTROUTING\n/m, ""),
  },
  {
    id: "masquerade-preempted",
    what: "somebody accepts above the jump to KUBE-POSTROUTING",
    modes: ["ipvs"],
    edit: rules(/^-A POSTROUTING /m, "-A POSTROUTING -o eth0 -j ACCEPT\n-A POSTROUTING "),
  },
  {
    id: "mark-bit-conflict",
    what: "somebody overwrites the whole mark in filter OUTPUT",
    modes: ["ipvs"],
    edit: rules(
      "*filter\n",
      "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth0 -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n*filter\n",
    ),
    // since 1.16.13 the mark is used up before a later rule sees it
    fine: (_mode, version) => version !== "1.9.7" && version !== "1.12",
  },
  {
    id: "ipset-entry-missing",
    what: "KUBE-CLUSTER-IP lacks one Service",
    modes: ["ipvs"],
    edit: inFile("ipset-save", "add KUBE-CLUSTER-IP 10.96.10.2,tcp:80\n", ""),
  },
  {
    id: "hairpin-not-masqueraded",
    what: "the endpoint's own entry or rule is gone",
    modes: ["iptables", "ipvs"],
    edit: both(
      inFile("ipset-save", "add KUBE-LOOP-BACK 10.244.1.20,tcp:8080,10.244.1.20\n", ""),
      rules(/^-A KUBE-SEP-\S+ -s 10\.244\.1\.20\/32 .*\n/m, ""),
    ),
  },
  {
    id: "service-address-not-bound",
    what: "an address is gone from kube-ipvs0",
    modes: ["ipvs"],
    edit: both(
      inFile("ip-addr", /^ +inet 10\.96\.10\.2\/32.*\n/m, ""),
      inFile("ip-route", /^local 10\.96\.10\.2 .*\n/m, ""),
    ),
  },
  {
    id: "bridge-bypasses-iptables",
    what: "bridge-nf-call-iptables is 0",
    modes: ["iptables"],
    edit: none,
    kernel: { "net.bridge.bridge-nf-call-iptables": "0" },
  },
  {
    id: "input-policy-drop",
    what: "INPUT accepts answers, but neither node ports nor Services",
    modes: ["ipvs"],
    edit: rules(
      /\*filter\n(?::.*\n)+/,
      (all) =>
        `${all.replace(":INPUT ACCEPT", ":INPUT DROP")}-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n`,
    ),
  },
  {
    id: "tailscale-drops-range",
    what: "pods live in Tailscale's range",
    modes: ["ipvs"],
    edit: both(
      (_file, text) => text.replaceAll("10.244.", "100.64."),
      rules(
        "*filter\n",
        "*filter\n:ts-input - [0:0]\n-A INPUT -j ts-input\n-A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP\n",
      ),
    ),
  },
];

const node = (mode: Mode, version: string, kernel: Damage["kernel"] = {}): WrittenNode => ({
  mode,
  version,
  detector: "10.244.0.0/16",
  services,
  kernel,
});

describe("a node as kube-proxy leaves it", () => {
  const detectors = ["10.244.0.0/16", "all", "none"];
  it.each(
    (Object.keys(modes) as Mode[]).flatMap((mode) =>
      modes[mode].flatMap((version) => detectors.map((detector) => [mode, version, detector] as const)),
    ),
  )("%s %s, told apart by %s, is healthy", (mode, version, detector) => {
    const session = ask({ broken: dumps({ ...node(mode, version), detector }, none) });
    const missing = mode === "ipvs" && detector === "none" && version === "1.9.7";
    expect(idsOf(session)).toEqual(missing ? ["cluster-cidr-missing"] : []);
  });
});

describe.each(damages)("$id: $what", ({ id, modes: of, edit, fine, kernel }) => {
  const nodes = of.flatMap((mode) => modes[mode].filter((v) => !fine?.(mode, v)).map((v) => [mode, v] as const));
  it.each(nodes)("%s %s", (mode, version) => {
    const session = ask({ broken: dumps(node(mode, version, kernel), edit) });
    const [finding, ...more] = session.view.diagnosis.findings;
    expect([finding?.id, ...more.map((f) => f.id)]).toEqual([id]);
    expect(finding?.proven).toBe(true);
    expect(finding?.evidence.length).toBeGreaterThan(0);
    expect(finding?.fix.length).toBeGreaterThan(0);
  });
  it.each(nodes.slice(-1))("%s %s beside the node as it was", (mode, version) => {
    const session = ask({
      healthy: dumps(node(mode, version), none),
      broken: dumps(node(mode, version, kernel), edit),
    });
    expect(session.view.diagnosis.findings.map((f) => `${f.side} ${f.id}`)).toEqual([`broken ${id}`]);
  });
});

describe("causes that one node alone, or one version alone, shows", () => {
  const drained = inFile("ipvsadm", /(-a -t 10\.96\.10\.2:80 .*) -w 1/g, "$1 -w 0");
  const emptied = inFile("ipvsadm", /^-a -t 10\.96\.10\.2:80 .*\n/gm, "");
  it.each([
    ["all real servers drained", drained],
    ["no real server at all", emptied],
  ])("no-real-servers: %s, while the other node has some", (_, edit) => {
    for (const version of ["1.12", "1.28"]) {
      const pair = { healthy: dumps(node("ipvs", version), none), broken: dumps(node("ipvs", version), edit) };
      const { findings } = ask(pair).view.diagnosis;
      expect(findings.map((f) => `${f.side} ${f.id}`)).toEqual(["broken no-real-servers"]);
      // a Service without endpoints is no defect of the node
      expect(idsOf(ask({ broken: pair.broken }))).toEqual([]);
      expect(idsOf(ask({ healthy: pair.broken, broken: pair.broken }))).toEqual([]);
    }
  });
  it.each([
    ["1.25", []],
    ["1.26", ["ipvs-filter-rejects"]],
    ["1.29", ["ipvs-filter-rejects"]],
    ["1.30", []],
  ])("ipvs-filter-rejects: an external address with Local policy, 1.26 to 1.29: %s", (version, ids) => {
    const local = service(4, ["10.244.1.30:8080"], { externalIps: [ip("192.0.2.4")], externalLocal: true });
    const with4 = { ...node("ipvs", version), services: [...services, local] };
    expect(idsOf(ask({ broken: dumps(with4, none) }))).toEqual(ids);
  });
});

describe("what looks like a defect and is none", () => {
  const misses: readonly (readonly [string, Mode, string, Edit, Damage["kernel"]?])[] = [
    [
      "FORWARD DROP where the network plugin accepts pods",
      "ipvs",
      "1.28",
      both(
        forwardDrop,
        rules(
          /^-A FORWARD /m,
          "-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n-A FORWARD ",
        ),
      ),
    ],
    [
      "a REJECT behind rules that accept",
      "iptables",
      "1.28",
      rules(
        /^(-A FORWARD .*\n)+/m,
        (all) =>
          `-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n${all}-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n`,
      ),
    ],
    [
      "an ACCEPT above the jump for other traffic",
      "ipvs",
      "1.28",
      rules(/^-A POSTROUTING /m, "-A POSTROUTING -d 203.0.113.0/24 -j ACCEPT\n-A POSTROUTING "),
    ],
    [
      "a masked mark of another program",
      "ipvs",
      "1.28",
      rules(/^-A PREROUTING /m, "-A PREROUTING -j MARK --set-xmark 0x10000/0x10000\n-A PREROUTING "),
    ],
    ["vs.conntrack 0 on a node in iptables mode", "iptables", "1.28", none, { "net.ipv4.vs.conntrack": "0" }],
    ["loose reverse path filtering", "ipvs", "1.28", none, { "net.ipv4.conf.all.rp_filter": "2" }],
  ];
  it.each(misses.map((m) => [m[0], m] as const))("%s", (_, [, mode, version, edit, kernel]) => {
    expect(idsOf(ask({ broken: dumps(node(mode, version, kernel), edit) }))).toEqual([]);
  });
});
