import type { TestService } from "./ipvs-node.ts";

/** What a node in iptables mode prints (reference: pkg/proxy/iptables/proxier.go, 1.9 to 1.36). */
export interface IptablesNode {
  readonly minor: number;
  /** A CIDR, `all`, `none`, or `-i NAME`. */
  readonly detector: string;
  readonly services: readonly TestService[];
  readonly nodeAddress: string;
  readonly podGateway: string;
  /** Rules of a CNI after kube-proxy's own, per chain of nat or filter. */
  readonly nat?: readonly string[];
  readonly filter?: readonly string[];
  readonly natChains?: readonly string[];
  readonly filterChains?: readonly string[];
  readonly prints?: readonly ("rules" | "addresses" | "routes")[];
  readonly without?: readonly RegExp[];
  readonly replacing?: readonly (readonly [RegExp, string])[];
}

const said = (text: string): string => `-m comment --comment "${text}"`;

function natRules(n: IptablesNode): { chains: string[]; rules: string[] } {
  const { minor, detector } = n;
  const test = detector.startsWith("-i ")
    ? `! ${detector} `
    : detector === "all" || detector === "none"
      ? ""
      : `! -s ${detector} `;
  const chains = [
    "KUBE-SERVICES",
    "KUBE-NODEPORTS",
    "KUBE-POSTROUTING",
    "KUBE-MARK-MASQ",
    ...(minor < 25 ? ["KUBE-MARK-DROP"] : []),
  ];
  const rules = [
    `-A PREROUTING ${said("kubernetes service portals")} -j KUBE-SERVICES`,
    `-A OUTPUT ${said("kubernetes service portals")} -j KUBE-SERVICES`,
    `-A POSTROUTING ${said("kubernetes postrouting rules")} -j KUBE-POSTROUTING`,
    "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
  ];
  const random = minor >= 16 ? " --random-fully" : "";
  if (minor < 19)
    rules.push(
      `-A KUBE-POSTROUTING ${said("kubernetes service traffic requiring SNAT")} -m mark --mark 0x4000/0x4000 -j MASQUERADE${random}`,
    );
  else
    rules.push(
      "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
      "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
      `-A KUBE-POSTROUTING ${said("kubernetes service traffic requiring SNAT")} -j MASQUERADE${random}`,
    );
  n.services.forEach((s, i) => {
    const name = i === 0 ? "default/kubernetes:https" : `default/svc${i}:p`;
    const hash = `AAAAAAAAAAAAAA${String(i).padStart(2, "0")}`;
    const at = `-d ${s.address}/32 -p ${s.proto} ${said(`${name} cluster IP`)} -m ${s.proto} --dport ${s.port}`;
    const svc = `KUBE-SVC-${hash}`;
    const ext = minor >= 24 ? `KUBE-EXT-${hash}` : svc;
    chains.push(svc);
    if (detector !== "none" && minor < 22) rules.push(`-A KUBE-SERVICES ${test}${at} -j KUBE-MARK-MASQ`);
    rules.push(`-A KUBE-SERVICES ${at} -j ${svc}`);
    if (detector !== "none" && minor >= 22) rules.push(`-A ${svc} ${test}${at} -j KUBE-MARK-MASQ`);
    if (s.nodePort) {
      const port = `-p ${s.proto} ${said(name)} -m ${s.proto} --dport ${s.nodePort}`;
      if (minor < 22) rules.push(`-A KUBE-NODEPORTS ${port} -j KUBE-MARK-MASQ`);
      if (minor === 22 || minor === 23) rules.push(`-A ${svc} ${port} -j KUBE-MARK-MASQ`);
      rules.push(`-A KUBE-NODEPORTS ${port} -j ${ext}`);
      if (minor >= 24) {
        chains.push(ext);
        rules.push(
          `-A ${ext} ${said(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`,
          `-A ${ext} -j ${svc}`,
        );
      }
    }
    s.endpoints.forEach((e, k) => {
      const sep = `KUBE-SEP-BBBBBBBBBBBB${String(i).padStart(2, "0")}${String(k).padStart(2, "0")}`;
      const left = s.endpoints.length - k;
      const draw = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : "";
      const comment = minor >= 24 ? `${said(`${name} -> ${e}`)} ` : minor >= 12 && minor < 18 ? "" : `${said(name)} `;
      chains.push(sep);
      rules.push(`-A ${svc} ${comment.trim()}${draw} -j ${sep}`.replace("  ", " "));
      rules.push(`-A ${sep} -s ${e.split(":")[0]}/32 ${comment}-j KUBE-MARK-MASQ`);
      rules.push(`-A ${sep} -p ${s.proto} ${comment}-m ${s.proto} -j DNAT --to-destination ${e}`);
    });
  });
  rules.push(
    `-A KUBE-SERVICES ${said("kubernetes service nodeports; NOTE: this must be the last rule in this chain")} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
  );
  return { chains: [...chains, ...(n.natChains ?? [])], rules: [...rules, ...(n.nat ?? [])] };
}

function filterRules(n: IptablesNode): { chains: string[]; rules: string[] } {
  const { minor, detector } = n;
  const chains = ["KUBE-SERVICES", "KUBE-FORWARD", ...(minor >= 10 ? ["KUBE-EXTERNAL-SERVICES"] : [])];
  const state = minor >= 10 ? "-m conntrack --ctstate NEW " : "";
  const rules = [
    `-A OUTPUT ${state}${said("kubernetes service portals")} -j KUBE-SERVICES`,
    `-A FORWARD ${said("kubernetes forwarding rules")} -j KUBE-FORWARD`,
  ];
  if (minor >= 14) rules.push(`-A FORWARD ${state}${said("kubernetes service portals")} -j KUBE-SERVICES`);
  if (minor >= 10)
    rules.push(`-A INPUT ${state}${said("kubernetes externally-visible service portals")} -j KUBE-EXTERNAL-SERVICES`);
  if (minor >= 15) rules.push("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP");
  rules.push(`-A KUBE-FORWARD ${said("kubernetes forwarding rules")} -m mark --mark 0x4000/0x4000 -j ACCEPT`);
  const range = minor >= 18 ? "" : detector;
  if (minor >= 23)
    rules.push(
      `-A KUBE-FORWARD ${said("kubernetes forwarding conntrack rule")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    );
  else if (minor >= 18 || /^\d/.test(range))
    rules.push(
      `-A KUBE-FORWARD ${range && minor < 18 ? `-s ${range} ` : ""}${said("kubernetes forwarding conntrack pod source rule")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-A KUBE-FORWARD ${range && minor < 18 ? `-d ${range} ` : ""}${said("kubernetes forwarding conntrack pod destination rule")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    );
  return { chains: [...chains, ...(n.filterChains ?? [])], rules: [...rules, ...(n.filter ?? [])] };
}

/** The dumps of one node, by the name of the command. */
export function dumpsOfIptables(n: IptablesNode): { readonly name: string; readonly content: string }[] {
  const prints = new Set(n.prints ?? ["rules", "addresses", "routes"]);
  const table = (
    name: string,
    builtIn: readonly string[],
    { chains, rules }: { chains: string[]; rules: string[] },
  ): string[] => [
    `*${name}`,
    ...builtIn.map((c) => `:${c} ACCEPT [0:0]`),
    ...chains.map((c) => `:${c} - [0:0]`),
    ...rules,
    "COMMIT",
  ];
  const files: [string, string[]][] = [];
  if (prints.has("rules"))
    files.push([
      "iptables-save.txt",
      [
        "# Generated by iptables-save v1.8.7 on Mon Nov 23 10:00:00 2026",
        ...table("filter", ["INPUT", "FORWARD", "OUTPUT"], filterRules(n)),
        ...table("nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], natRules(n)),
        "# Completed on Mon Nov 23 10:00:00 2026",
      ],
    ]);
  const net = (ip: string): string => ip.replace(/\.\d+$/, ".0");
  if (prints.has("addresses"))
    files.push([
      "ip-addr.txt",
      [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
        "    inet 127.0.0.1/8 scope host lo",
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000",
        `    inet ${n.nodeAddress}/24 brd ${n.nodeAddress.replace(/\.\d+$/, ".255")} scope global eth0`,
        "3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000",
        `    inet ${n.podGateway}/24 scope global cni0`,
      ],
    ]);
  if (prints.has("routes"))
    files.push([
      "ip-route.txt",
      [
        `default via ${n.nodeAddress.replace(/\.\d+$/, ".1")} dev eth0`,
        `${net(n.nodeAddress)}/24 dev eth0 proto kernel scope link src ${n.nodeAddress}`,
        `${net(n.podGateway)}/24 dev cni0 proto kernel scope link src ${n.podGateway}`,
      ],
    ]);
  return files.map(([name, lines]) => ({
    name,
    content: `${lines
      .filter((line) => !n.without?.some((w) => w.test(line)))
      .map((line) => n.replacing?.reduce((text, [from, to]) => text.replace(from, to), line) ?? line)
      .join("\n")}\n`,
  }));
}
