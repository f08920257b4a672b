// The incident's traces as a kernel recorded them, until the analysis itself is at hand. For tests and development only.
import type { AnalysisView, FlowView, ShownLine } from "../../../analysis/view.ts";
import type { Span } from "../../../base/span.ts";
import { verbatim, words } from "../../../base/words.ts";
import type { Ip } from "../../../model/net/ip.ts";
import type { FieldChange, Packet } from "../../../model/net/packet.ts";
import type { Hook, TableName } from "../../../model/netfilter/hook.ts";
import type { Flow } from "../../../simulate/flow.ts";
import type { Outcome, RuleVerdict, Simulation, Step, StepKind, Trace } from "../../../simulate/trace.ts";
import { changed } from "../value.ts";

const lines: Record<string, ShownLine> = {};
const span = (side: string, line: number, text: string): Span => {
  const source = `${side}/0`;
  lines[`${source}:${line * 100}`] = { file: "iptables-save.txt", line, text };
  return { source, from: line * 100, to: line * 100 + text.length };
};

class Walk {
  readonly steps: Step[] = [];
  direction: "original" | "reply" = "original";
  packet: Packet;
  readonly side: string;
  constructor(side: string, packet: Packet) {
    this.side = side;
    this.packet = packet;
  }
  push(kind: StepKind, says: string, changes: readonly FieldChange[] = [], assumptions: readonly string[] = []): this {
    this.steps.push({
      ...kind,
      direction: this.direction,
      packet: this.packet,
      changes,
      says: verbatim(says),
      assumptions,
    });
    this.packet = changed(this.packet, changes);
    return this;
  }
  rule(
    hook: Hook,
    table: TableName,
    chain: string,
    rule: number,
    depth: number,
    line: number,
    text: string,
    verdict: RuleVerdict,
    changes: readonly FieldChange[] = [],
  ): this {
    const target = / -j (\S+)/.exec(text)?.[1] ?? null;
    const place = { hook, table, chain, rule, at: span(this.side, line, text) };
    return this.push(
      { kind: "rule", place, target, verdict, text, depth },
      `Rule ${rule} of ${chain} matches.`,
      changes,
    );
  }
  end(hook: Hook, table: TableName, chain: string, rules: number, depth: number): this {
    const of = depth === 0 ? "policy" : "end";
    const place = { hook, table, chain, rule: null };
    return this.push(
      { kind: "chain-end", place, of, verdict: depth === 0 ? "ACCEPT" : "RETURN", rules, depth },
      depth === 0 ? `${chain} lets it pass by its policy.` : `End of ${chain}: none of its ${rules} rules matches.`,
    );
  }
}

const flow: Flow = { from: "host", to: "10.20.0.1" as Ip, port: 443, proto: "tcp" };
const VIP = "10.20.0.1" as Ip;
const REAL = "10.19.9.120" as Ip;
const NODE = "10.19.136.10" as Ip;
const start = (sport: number): Packet => ({
  family: 4,
  proto: "tcp",
  src: VIP,
  dst: VIP,
  sport,
  dport: 443,
  mark: 0,
  in: null,
  out: "lo",
  flags: "S",
  ttl: 64,
});

function request(side: "healthy" | "broken"): Walk {
  const w = new Walk(side, start(side === "healthy" ? 35654 : 42632));
  const healthy = side === "healthy";
  w.push({ kind: "sent", by: "process" }, "A process on the node opens a connection to 10.20.0.1:443.")
    .push(
      { kind: "source-chosen", why: "local-destination" },
      "10.20.0.1 is one of the node's own addresses (kube-ipvs0), so the kernel takes it as source.",
    )
    .end("OUTPUT", "raw", "OUTPUT", 1, 0)
    .push(
      { kind: "conntrack", state: "NEW", direction: "original", hook: "OUTPUT" },
      "conntrack sees the first packet of a connection.",
    )
    .end("OUTPUT", "mangle", "OUTPUT", 0, 0)
    .rule(
      "OUTPUT",
      "nat",
      "OUTPUT",
      1,
      0,
      15,
      '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      "JUMP",
    );
  if (healthy)
    w.rule(
      "OUTPUT",
      "nat",
      "KUBE-SERVICES",
      1,
      1,
      23,
      '-A KUBE-SERVICES ! -s 172.16.128.0/17 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ',
      "JUMP",
    )
      .rule(
        "OUTPUT",
        "nat",
        "KUBE-MARK-MASQ",
        1,
        2,
        18,
        "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
        "CONTINUE",
        [{ field: "mark", before: 0, after: 0x4000 }],
      )
      .end("OUTPUT", "nat", "KUBE-MARK-MASQ", 1, 2)
      .rule(
        "OUTPUT",
        "nat",
        "KUBE-SERVICES",
        2,
        1,
        24,
        "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT",
        "JUMP",
      )
      .end("OUTPUT", "nat", "KUBE-NODE-PORT", 1, 2)
      .rule(
        "OUTPUT",
        "nat",
        "KUBE-SERVICES",
        3,
        1,
        25,
        "-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
        "ACCEPT",
      );
  else
    w.end("OUTPUT", "nat", "KUBE-SERVICES", 1, 1)
      .rule(
        "OUTPUT",
        "nat",
        "OUTPUT",
        2,
        0,
        15,
        "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
        "JUMP",
      )
      .end("OUTPUT", "nat", "DOCKER", 1, 1)
      .end("OUTPUT", "nat", "OUTPUT", 2, 0);
  w.push(
    { kind: "nat-considered", manipulation: "dst", hook: "OUTPUT", why: "no-rule-matched" },
    "No rule of nat OUTPUT rewrites the destination.",
  )
    .push(
      { kind: "ipvs", hook: "OUTPUT", what: "scheduled", virtual: "10.20.0.1:443", real: "10.19.9.120:6443" },
      "IPVS sends the packet to the real server 10.19.9.120:6443 and through OUTPUT again.",
      [
        { field: "dst", before: VIP, after: REAL },
        { field: "dport", before: 443, after: 6443 },
        { field: "out", before: "lo", after: "eth0" },
        { field: "ttl", before: 64, after: 63 },
      ],
      ["ipvs-draw"],
    )
    .end("OUTPUT", "raw", "OUTPUT", 1, 0)
    .end("OUTPUT", "mangle", "OUTPUT", 0, 0)
    .end("OUTPUT", "filter", "OUTPUT", 0, 0)
    .end("POSTROUTING", "mangle", "POSTROUTING", 0, 0)
    .rule(
      "POSTROUTING",
      "nat",
      "POSTROUTING",
      1,
      0,
      16,
      '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
      "JUMP",
    );
  if (healthy)
    w.rule(
      "POSTROUTING",
      "nat",
      "KUBE-POSTROUTING",
      1,
      1,
      21,
      '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE',
      "ACCEPT",
    ).push(
      { kind: "nat", manipulation: "src", target: "MASQUERADE", hook: "POSTROUTING", undo: false },
      "MASQUERADE replaces the source with eth0's address.",
      [{ field: "src", before: VIP, after: NODE }],
    );
  else
    w.end("POSTROUTING", "nat", "KUBE-POSTROUTING", 2, 1)
      .end("POSTROUTING", "nat", "POSTROUTING", 2, 0)
      .push(
        { kind: "nat-considered", manipulation: "src", hook: "POSTROUTING", why: "no-rule-matched" },
        "No rule of nat POSTROUTING rewrites the source: it stays 10.20.0.1.",
      );
  return w
    .push({ kind: "wire", iface: "eth0" }, "It leaves the node by eth0.")
    .push({ kind: "beyond", known: false }, "Routers carry it to 10.19.9.120.", [], ["routers-forward"])
    .push({ kind: "received", by: "server" }, "10.19.9.120:6443 has the packet.");
}

function trace(side: "healthy" | "broken"): Trace {
  const w = request(side);
  w.direction = "reply";
  const sport = w.packet.sport;
  const to = side === "healthy" ? NODE : VIP;
  w.packet = {
    family: 4,
    proto: "tcp",
    src: REAL,
    dst: to,
    sport: 6443,
    dport: sport,
    mark: 0,
    in: "eth0",
    out: null,
    flags: "SA",
    ttl: 63,
  };
  w.push({ kind: "sent", by: "server" }, `The server answers to ${to}.`);
  if (side === "healthy")
    w.push({ kind: "beyond", known: false }, "Routers carry the answer to the node.", [], ["routers-forward"])
      .push({ kind: "wire", iface: "eth0" }, "It arrives at eth0.")
      .end("PREROUTING", "raw", "PREROUTING", 1, 0)
      .push(
        { kind: "conntrack", state: "ESTABLISHED", direction: "reply", hook: "PREROUTING" },
        "conntrack knows the connection.",
      )
      .end("PREROUTING", "mangle", "PREROUTING", 0, 0)
      .push(
        { kind: "nat", manipulation: "dst", target: "MASQUERADE", hook: "PREROUTING", undo: true },
        "conntrack puts the destination back to 10.20.0.1.",
        [{ field: "dst", before: NODE, after: VIP }],
      )
      .push({ kind: "routed", to: "local", again: false }, "The destination is an address of this node.")
      .end("INPUT", "mangle", "INPUT", 0, 0)
      .end("INPUT", "filter", "INPUT", 0, 0)
      .push(
        { kind: "ipvs", hook: "INPUT", what: "reply", virtual: "10.20.0.1:443", real: "10.19.9.120:6443" },
        "IPVS puts the virtual server's address back as source.",
        [
          { field: "src", before: REAL, after: VIP },
          { field: "sport", before: 6443, after: 443 },
        ],
      )
      .push({ kind: "received", by: "socket" }, "The waiting socket has its answer, from 10.20.0.1:443.");
  else
    w.push(
      { kind: "beyond", known: false },
      "No router has a route to 10.20.0.1: the answer is dropped there.",
      [],
      ["service-range-unrouted"],
    ).push({ kind: "stopped", outcome: "reply-lost" }, "The answer never comes back.");
  const outcome: Outcome = side === "healthy" ? "delivered" : "reply-lost";
  return {
    steps: w.steps,
    ending: {
      outcome,
      reason: side === "healthy" ? "delivered" : "unroutable-source",
      says:
        side === "healthy"
          ? words("The server answers, and the answer arrives.", "服务端应答，回包到达。")
          : words(
              "No router outside the node has a route to 10.20.0.1.",
              "节点之外没有路由器知道去往 10.20.0.1 的路由。",
            ),
      step: w.steps.length - 1,
    },
    choices: [
      {
        id: "rs",
        because: "kernel-draws",
        question: words("Which of 3 real servers?", "3 个真实服务器中的哪一个？"),
        took: verbatim("10.19.9.120:6443"),
      },
    ],
    assumptions: ["routers-forward"],
    summary: {
      sourceChosen: VIP,
      sourceSent: to,
      sentBy: "eth0",
      dnatTo: { address: REAL, port: 6443 },
      marked: side === "healthy",
      markedAtPostrouting: side === "healthy",
      masqueraded: side === "healthy",
      ...(side === "healthy" ? { snatTo: NODE } : {}),
    },
  };
}

const simulation = (side: "healthy" | "broken"): Simulation => {
  const t = trace(side);
  return {
    flow,
    traces: [t],
    outcome: t.ending.outcome,
    assumptions: [
      {
        id: "routers-forward",
        about: words("Routers between the nodes forward 10.19.0.0/16.", "节点之间的路由器转发 10.19.0.0/16。"),
        because: words("The dumps do not show them.", "转储里没有。"),
        settledBy: "traceroute -n 10.19.9.120",
        decisive: false,
      },
      ...(side === "broken"
        ? [
            {
              id: "service-range-unrouted",
              about: words("No router sends 10.20.0.0/16 to this node.", "没有路由器把 10.20.0.0/16 送回本节点。"),
              because: words(
                "Service ranges are not routed outside nodes as a rule.",
                "Service 网段一般不在节点外路由。",
              ),
              settledBy: "ip route get 10.20.0.1",
              decisive: true,
            },
          ]
        : []),
    ],
    truncated: false,
  };
};

const healthy = simulation("healthy");
const broken = simulation("broken");
const stepAt = (s: Simulation, find: (step: Step) => boolean): number => s.traces[0]?.steps.findIndex(find) ?? 0;

export const fixtureFlow: FlowView = {
  flow,
  healthy,
  broken,
  divergence: {
    healthy: stepAt(healthy, (s) => s.kind === "rule" && s.place.chain === "KUBE-SERVICES"),
    broken: stepAt(broken, (s) => s.kind === "chain-end" && s.place.chain === "KUBE-SERVICES"),
  },
  ghost: {
    side: "broken",
    step: stepAt(broken, (s) => s.kind === "chain-end" && s.place.chain === "KUBE-POSTROUTING"),
    what: words("MASQUERADE missing", "缺少 MASQUERADE"),
    why: words("mark is 0x0, rule 1 cannot match", "标记为 0x0，规则 1 无法匹配"),
  },
};

const side = (name: "healthy" | "broken"): AnalysisView["sides"]["healthy"] => ({
  sources: [{ id: `${name}/0`, name: "iptables-save.txt", bytes: 2124, lines: 49 }],
  segments: (
    [
      ["iptables-save", 49, "lines"],
      ["ipset-save", 8, "sets"],
      ["ipvsadm-save", 6, "services"],
      ["ip-addr", 6, "links"],
      ["sysctl", 92, "keys"],
    ] as const
  ).map(([format, n, of], i) => ({
    format,
    title: verbatim(format),
    at: { source: `${name}/0`, from: i, to: i + 1 },
    lines: [1, 49] as const,
    coverage: "whole" as const,
    counts: [{ n, of: verbatim(of) }],
  })),
  diagnostics: [],
  diagnosticsInAll: 0,
  counts: { error: 0, warning: 0, info: 0 },
});

export const fixtureView: AnalysisView = {
  sides: { healthy: side("healthy"), broken: side("broken") } as AnalysisView["sides"],
  missing: [],
  diagnosis: {
    findings: [
      {
        id: "cluster-cidr-missing",
        kind: "fault",
        certainty: "certain",
        side: "broken",
        title: words("Replies never come back.", "回包回不来。"),
        what: words(
          "The broken node sends with source 10.20.0.1, because nothing masquerades node traffic to cluster IPs.",
          "异常节点用源地址 10.20.0.1 发送，因为没有规则对去往 cluster IP 的流量做 MASQUERADE。",
        ),
        why: words("kube-proxy runs without --cluster-cidr.", "kube-proxy 启动时没有带 --cluster-cidr。"),
        fix: [
          {
            kind: "config",
            text: "--cluster-cidr=172.16.128.0/17",
            says: words(
              "Durable: kube-proxy's flag. The value is the pod range of healthy line 23. Restarting kube-proxy does not cut connections.",
              "持久：kube-proxy 的参数。",
            ),
          },
          {
            kind: "command",
            text: "iptables -t nat -I KUBE-SERVICES 1 ! -s 172.16.128.0/17 -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ",
            says: words(
              "Until kube-proxy writes its rules anew. Undo with -D.",
              "到 kube-proxy 下次重写规则为止。用 -D 撤销。",
            ),
          },
        ],
        refuted: [
          {
            text: "--cluster-cidr=10.20.0.0/16",
            outcome: "reply-lost",
            why: words(
              "The Service range excludes exactly the packet whose source is the cluster IP.",
              "Service 网段恰好排除了源地址为 cluster IP 的报文。",
            ),
          },
        ],
        verify: ["iptables-save -t nat | grep KUBE-MARK-MASQ", "curl -k https://10.20.0.1:443/version"],
        proven: true,
        proof: words("With the fix the reply arrives; without it, it is lost.", "修复后回包到达；不修复则丢失。"),
        evidence: [
          {
            side: "healthy",
            at: { source: "healthy/0", from: 2300, to: 2400 },
            says: words("marks the packet", "给报文打标记"),
          },
        ],
        flows: [],
      },
    ],
    flows: [
      {
        flow,
        healthy: "delivered",
        broken: "reply-lost",
        masquerade: { healthy: true, broken: false },
        sourceSeen: { healthy: NODE, broken: VIP },
      },
      {
        flow: { ...flow, source: NODE },
        healthy: "delivered",
        broken: "delivered",
        masquerade: {},
        sourceSeen: { healthy: NODE, broken: NODE },
      },
      { flow: { ...flow, from: "pod" }, healthy: "delivered", broken: "delivered", masquerade: {}, sourceSeen: {} },
    ],
    shown: flow,
    undecidable: [],
    assumptions: [],
    observations: [
      {
        side: "broken",
        at: { source: "broken/0", from: 0, to: 10 },
        verdict: "agrees",
        says: words("4 SYN left eth0 with source 10.20.0.1.", "4 个 SYN 以源地址 10.20.0.1 从 eth0 发出。"),
      },
    ],
    notes: [],
    checked: [],
    blind: [],
  },
  changes: [],
  changesByClass: {},
  flow: fixtureFlow,
  lines,
};
