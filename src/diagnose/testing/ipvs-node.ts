/**
 * What a node in IPVS mode prints, for each generation of kube-proxy (reference: pkg/proxy/ipvs/proxier.go, 1.8 to
 * 1.36). Not a dump generator for users: it makes the nodes that rules must speak about, or keep silent about.
 */
export interface IpvsNode {
  /** Minor of 1.x. */
  readonly minor: number;
  readonly patch?: number;
  /** A CIDR, `all` for masquerade-all, `none`, or `-i NAME` for an interface detector (1.24 and later). */
  readonly detector: string;
  readonly services: readonly TestService[];
  readonly nodeAddress: string;
  readonly podGateway: string;
  readonly docker?: string;
  /** Which tables, sets and commands are printed; all by default. */
  readonly prints?: readonly ("nat" | "filter" | "sets" | "ipvs" | "addresses" | "routes")[];
  /** Lines taken out of the dump. */
  readonly without?: readonly RegExp[];
  /** Lines changed in the dump. */
  readonly replacing?: readonly (readonly [RegExp, string])[];
}
export interface TestService {
  readonly address: string;
  readonly port: number;
  readonly proto: "tcp" | "udp";
  readonly endpoints: readonly string[];
  readonly nodePort?: number;
}

const comments = {
  loop: "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
  cluster: "Kubernetes service cluster ip + port for masquerade purpose",
  tcp: "Kubernetes nodeport TCP port for masquerade purpose",
  udp: "Kubernetes nodeport UDP port for masquerade purpose",
} as const;

/** Sets that this version makes, empty or not. */
function setNames(minor: number): string[] {
  const base = [
    "KUBE-LOOP-BACK",
    "KUBE-CLUSTER-IP",
    "KUBE-EXTERNAL-IP",
    "KUBE-LOAD-BALANCER",
    "KUBE-LOAD-BALANCER-SOURCE-IP",
    "KUBE-LOAD-BALANCER-SOURCE-CIDR",
    "KUBE-NODE-PORT-TCP",
    "KUBE-NODE-PORT-UDP",
  ];
  if (minor <= 10) return [...base, "KUBE-LOAD-BALANCER-MASQ"];
  return [
    ...base,
    "KUBE-LOAD-BALANCER-LOCAL",
    "KUBE-LOAD-BALANCER-FW",
    "KUBE-NODE-PORT-LOCAL-TCP",
    "KUBE-NODE-PORT-LOCAL-UDP",
    ...(minor === 13 || minor === 14 ? ["KUBE-NODE-PORT-SCTP", "KUBE-NODE-PORT-LOCAL-SCTP"] : []),
    ...(minor >= 15 ? ["KUBE-NODE-PORT-SCTP-HASH", "KUBE-NODE-PORT-LOCAL-SCTP-HASH"] : []),
    ...(minor >= 18 ? ["KUBE-EXTERNAL-IP-LOCAL"] : []),
    ...(minor >= 21 ? ["KUBE-HEALTH-CHECK-NODE-PORT"] : []),
    ...(minor >= 26 ? ["KUBE-IPVS-IPS"] : []),
  ];
}

const typeOf = (set: string): string =>
  /NODE-PORT-(LOCAL-)?(TCP|UDP|SCTP)$|HEALTH/.test(set)
    ? "bitmap:port range 0-65535"
    : set === "KUBE-IPVS-IPS"
      ? "hash:ip family inet hashsize 1024 maxelem 65536"
      : set.endsWith("SOURCE-CIDR")
        ? "hash:ip,port,net family inet hashsize 1024 maxelem 65536"
        : /LOOP-BACK|SOURCE-IP/.test(set)
          ? "hash:ip,port,ip family inet hashsize 1024 maxelem 65536"
          : "hash:ip,port family inet hashsize 1024 maxelem 65536";

/** Before 1.11.1 KUBE-CLUSTER-IP is filled only where a rule needs it. */
const fillsClusterIp = (n: IpvsNode): boolean =>
  n.detector !== "none" || n.minor > 11 || (n.minor === 11 && (n.patch ?? 0) >= 1);

function entriesOf(n: IpvsNode, set: string): string[] {
  const local = (e: string): boolean => e.startsWith(n.podGateway.replace(/\.\d+$/, "."));
  switch (set) {
    case "KUBE-CLUSTER-IP":
      return fillsClusterIp(n) ? n.services.map((s) => `${s.address},${s.proto}:${s.port}`) : [];
    case "KUBE-LOOP-BACK":
      return n.services.flatMap((s) =>
        s.endpoints
          .filter((e) => n.minor <= 12 || local(e))
          .map((e) => `${e.split(":")[0]},${s.proto}:${e.split(":")[1]},${e.split(":")[0]}`),
      );
    case "KUBE-NODE-PORT-TCP":
      return n.services.flatMap((s) => (s.nodePort && s.proto === "tcp" ? [String(s.nodePort)] : []));
    case "KUBE-NODE-PORT-UDP":
      return n.services.flatMap((s) => (s.nodePort && s.proto === "udp" ? [String(s.nodePort)] : []));
    case "KUBE-IPVS-IPS":
      return [...new Set(n.services.map((s) => s.address))];
    default:
      return [];
  }
}

function natRules(n: IpvsNode): string[] {
  const { minor, detector } = n;
  const has = (set: string): boolean => entriesOf(n, set).length > 0;
  const test =
    detector === "all" || detector === "none"
      ? ""
      : detector.startsWith("-i ")
        ? `! ${detector} `
        : `! -s ${detector} `;
  const said = (text: string): string => (minor >= 11 ? `-m comment --comment "${text}" ` : "");
  const rules: string[] = [];
  const marked =
    minor === 8
      ? detector === "none"
        ? []
        : n.services.map(
            (s) =>
              `-A KUBE-SERVICES ${test}-d ${s.address}/32 -p ${s.proto} -m comment --comment "default/x cluster IP" -m ${s.proto} --dport ${s.port} -j KUBE-MARK-MASQ`,
          )
      : [];
  const jumps = minor > 8 || marked.length > 0;
  if (jumps)
    for (const hook of ["PREROUTING", "OUTPUT"])
      rules.push(`-A ${hook} -m comment --comment "kubernetes service portals" -j KUBE-SERVICES`);
  rules.push('-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING');
  if (n.docker) rules.push(`-A POSTROUTING -s ${n.docker} ! -o docker0 -j MASQUERADE`);
  if (minor >= 11 && minor < 25) rules.push("-A KUBE-FIREWALL -j KUBE-MARK-DROP");
  if (minor >= 11) rules.push("-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ");
  rules.push("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000");
  if (minor === 11 && has("KUBE-NODE-PORT-UDP"))
    rules.push(
      '-A KUBE-NODE-PORT -m comment --comment "mark MASQ for externaltrafficpolicy=cluster" -j KUBE-MARK-MASQ',
    );
  if (minor === 11) rules.push("-A KUBE-NODE-PORT -j KUBE-MARK-MASQ");
  if (minor >= 12)
    for (const proto of ["tcp", "udp"] as const) {
      const set = `KUBE-NODE-PORT-${proto.toUpperCase()}`;
      if (has(set))
        rules.push(
          `-A KUBE-NODE-PORT -p ${proto} ${said(comments[proto])}-m set --match-set ${set} dst -j KUBE-MARK-MASQ`,
        );
    }
  const random = minor >= 16 ? " --random-fully" : "";
  const old =
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE';
  const loop =
    minor >= 9 && has("KUBE-LOOP-BACK")
      ? [`-A KUBE-POSTROUTING ${said(comments.loop)}-m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE`]
      : [];
  if (minor < 19) rules.push(old + random, ...loop);
  else
    rules.push(
      ...loop,
      "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
      "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
      `-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE${random}`,
    );
  rules.push(...marked);
  if (minor >= 26) rules.push("-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN");
  if (minor >= 9 && has("KUBE-CLUSTER-IP")) {
    const flags = detector === "none" ? "src,dst" : "dst,dst";
    rules.push(
      `-A KUBE-SERVICES ${test}${said(comments.cluster)}-m set --match-set KUBE-CLUSTER-IP ${flags} -j KUBE-MARK-MASQ`,
    );
  }
  for (const proto of ["tcp", "udp"] as const) {
    const set = `KUBE-NODE-PORT-${proto.toUpperCase()}`;
    if (!has(set)) continue;
    if (minor === 9 || minor === 10)
      rules.push(`-A KUBE-SERVICES -p ${proto} -m ${proto} -m set --match-set ${set} dst -j KUBE-MARK-MASQ`);
    if (minor === 11)
      rules.push(
        `-A KUBE-SERVICES ${proto === "udp" ? "-p udp -m udp " : ""}${said(comments[proto])}-m set --match-set ${set} dst -j KUBE-NODE-PORT`,
      );
  }
  if (minor >= 12) rules.push("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT");
  if (minor >= 11 && has("KUBE-CLUSTER-IP"))
    rules.push("-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT");
  return rules;
}

function natChains(minor: number): string[] {
  const base = ["KUBE-MARK-MASQ", "KUBE-POSTROUTING", "KUBE-SERVICES"];
  if (minor === 8) return base;
  if (minor <= 10) return [...base, "KUBE-FIRE-WALL"];
  return [...base, "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER", ...(minor < 25 ? ["KUBE-FIREWALL", "KUBE-MARK-DROP"] : [])];
}

function filterTable(n: IpvsNode): string[] {
  const { minor } = n;
  const chains: string[] = [];
  const rules: string[] = [];
  if (minor >= 11) {
    chains.push("KUBE-FORWARD");
    rules.push('-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD');
    if (minor >= 12)
      rules.push(
        '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
      );
    if (minor >= 23)
      rules.push(
        '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      );
  }
  if (minor >= 21) {
    chains.push("KUBE-NODE-PORT");
    rules.push(
      '-A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT',
      '-A KUBE-NODE-PORT -m comment --comment "Kubernetes health check node port" -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j ACCEPT',
    );
  }
  if (minor >= 25) {
    chains.push("KUBE-PROXY-FIREWALL", "KUBE-SOURCE-RANGES-FIREWALL");
    rules.push(
      '-A INPUT -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL',
      '-A FORWARD -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL',
      "-A KUBE-SOURCE-RANGES-FIREWALL -j DROP",
    );
  }
  if (minor >= 26) {
    chains.push("KUBE-IPVS-FILTER");
    rules.push(
      '-A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER',
      "-A KUBE-IPVS-FILTER -m set --match-set KUBE-LOAD-BALANCER dst,dst -j RETURN",
      "-A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN",
      "-A KUBE-IPVS-FILTER -m set --match-set KUBE-EXTERNAL-IP dst,dst -j RETURN",
      ...(minor >= 30 ? ["-A KUBE-IPVS-FILTER -m set --match-set KUBE-EXTERNAL-IP-LOCAL dst,dst -j RETURN"] : []),
      ...(minor >= 28 ? ["-A KUBE-IPVS-FILTER -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j RETURN"] : []),
      "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable",
    );
  }
  if (minor >= 29) {
    chains.push("KUBE-IPVS-OUT-FILTER");
    rules.push('-A OUTPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER');
  }
  return table("filter", ["INPUT", "FORWARD", "OUTPUT"], chains, rules);
}

const table = (
  name: string,
  builtIn: readonly string[],
  chains: readonly string[],
  rules: readonly string[],
): string[] => [
  `*${name}`,
  ...builtIn.map((c) => `:${c} ACCEPT [0:0]`),
  ...chains.map((c) => `:${c} - [0:0]`),
  ...rules,
  "COMMIT",
];

function addresses(n: IpvsNode): string[] {
  const vips = [...new Set(n.services.map((s) => s.address))];
  return [
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
    "    inet 127.0.0.1/8 scope host lo",
    "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000",
    `    inet ${n.nodeAddress}/24 brd ${n.nodeAddress.replace(/\.\d+$/, ".255")} scope global eth0`,
    "3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000",
    `    inet ${n.podGateway}/24 scope global cni0`,
    "9: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default",
    ...vips.map((ip) => `    inet ${ip}/32 scope global kube-ipvs0`),
  ];
}

function routes(n: IpvsNode): string[] {
  const net = (ip: string): string => ip.replace(/\.\d+$/, ".0");
  const local = [...new Set([n.nodeAddress, n.podGateway, ...n.services.map((s) => s.address)])];
  return [
    `default via ${n.nodeAddress.replace(/\.\d+$/, ".1")} dev eth0`,
    `${net(n.nodeAddress)}/24 dev eth0 proto kernel scope link src ${n.nodeAddress}`,
    `${net(n.podGateway)}/24 dev cni0 proto kernel scope link src ${n.podGateway}`,
    ...local.map(
      (ip) =>
        `local ${ip} dev ${ip === n.nodeAddress ? "eth0" : ip === n.podGateway ? "cni0" : "kube-ipvs0"} table local proto kernel scope host src ${ip}`,
    ),
    "local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
  ];
}

function virtualServers(n: IpvsNode): string[] {
  return n.services.flatMap((s) => {
    const flag = s.proto === "tcp" ? "-t" : "-u";
    const at = (where: string): string[] => [
      `-A ${flag} ${where} -s rr`,
      ...s.endpoints.map((e) => `-a ${flag} ${where} -r ${e} -m -w 1`),
    ];
    return [...at(`${s.address}:${s.port}`), ...(s.nodePort ? at(`${n.nodeAddress}:${s.nodePort}`) : [])];
  });
}

/** The dumps of one node, by the name of the command. */
export function dumpsOf(n: IpvsNode): { readonly name: string; readonly content: string }[] {
  const prints = new Set(n.prints ?? ["nat", "filter", "sets", "ipvs", "addresses", "routes"]);
  const files: [string, string[]][] = [];
  const save = [
    ...(prints.has("filter") ? filterTable(n) : []),
    ...(prints.has("nat")
      ? table("nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], natChains(n.minor), natRules(n))
      : []),
  ];
  if (save.length > 0)
    files.push([
      "iptables-save.txt",
      [
        "# Generated by iptables-save v1.8.7 on Mon Nov 23 10:00:00 2026",
        ...save,
        "# Completed on Mon Nov 23 10:00:00 2026",
      ],
    ]);
  if (prints.has("sets") && n.minor > 8)
    files.push([
      "ipset-save.txt",
      setNames(n.minor).flatMap((set) => [
        `create ${set} ${typeOf(set)}`,
        ...entriesOf(n, set).map((e) => `add ${set} ${e}`),
      ]),
    ]);
  if (prints.has("ipvs")) files.push(["ipvsadm-Sn.txt", virtualServers(n)]);
  if (prints.has("addresses")) files.push(["ip-addr.txt", addresses(n)]);
  if (prints.has("routes")) files.push(["ip-route.txt", routes(n)]);
  return files.map(([name, lines]) => ({
    name,
    content: `${lines
      .filter((line) => !n.without?.some((w) => w.test(line)))
      .map((line) => n.replacing?.reduce((text, [from, to]) => text.replace(from, to), line) ?? line)
      .join("\n")}\n`,
  }));
}

/** A small cluster: the API, DNS, a web service with a node port and an endpoint on the node. */
export const cluster: readonly TestService[] = [
  { address: "10.96.0.1", port: 443, proto: "tcp", endpoints: ["192.168.5.10:6443"] },
  { address: "10.96.0.10", port: 53, proto: "udp", endpoints: ["10.244.2.7:53", "10.244.3.9:53"] },
  { address: "10.96.0.10", port: 53, proto: "tcp", endpoints: ["10.244.2.7:53", "10.244.3.9:53"] },
  {
    address: "10.98.44.5",
    port: 80,
    proto: "tcp",
    endpoints: ["10.244.1.20:8080", "10.244.2.8:8080"],
    nodePort: 31080,
  },
];
export const node = { services: cluster, nodeAddress: "192.168.5.21", podGateway: "10.244.1.1" } as const;
