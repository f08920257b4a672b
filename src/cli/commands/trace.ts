import { type Language, words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import { type Address, type Interface, isSymbolic, type Port } from "../../model/net/symbolic.ts";
import { endpointText, type Flow, type Vantage } from "../../simulate/flow.ts";
import type { Outcome, Simulation, Step, Trace } from "../../simulate/trace.ts";
import { type Command, type ExitStatus, Usage } from "../command.ts";
import { outcomeWords } from "../diagnosis-text.ts";
import {
  addressText,
  analyseFiles,
  diagnosticsJson,
  isUnusable,
  placeOf,
  readingsOf,
  tellDiagnostics,
  tellUnusable,
} from "../sides.ts";

interface Asked {
  readonly files: readonly string[];
  readonly flow: Flow;
  readonly json: boolean;
}

const vantages: readonly string[] = ["host", "pod", "hairpin", "external"];
const isVantage = (text: string): text is Vantage => vantages.includes(text);

function read(args: readonly string[]): Asked {
  const files: string[] = [];
  const given = new Map<string, string>();
  let current: "files" | undefined;
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const [name, inline] =
      arg.startsWith("--") && arg.includes("=")
        ? [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]
        : [arg, undefined];
    if (name === "--json") json = true;
    else if (name === "--node") {
      current = "files";
      if (inline) files.push(inline);
    } else if (["--from", "--src", "--to", "--proto"].includes(name)) {
      given.set(name, inline ?? args[++i] ?? "");
      current = undefined;
    } else if (arg.startsWith("--")) throw new Usage(`unknown option: ${arg}`);
    else if (current === "files") files.push(arg);
    else throw new Usage(`what is ${arg}? Put --node before the files`);
  }
  const from = given.get("--from") ?? "host";
  if (!isVantage(from)) throw new Usage(`--from takes ${vantages.join(", ")}`);
  const proto = given.get("--proto") ?? "tcp";
  if (proto !== "tcp" && proto !== "udp" && proto !== "sctp" && proto !== "icmp")
    throw new Usage("--proto takes tcp, udp, sctp or icmp");
  const { address, port } = destination(given.get("--to") ?? "", proto);
  const source = given.has("--src") ? parseIp(given.get("--src") ?? "") : undefined;
  if (given.has("--src") && source === undefined) throw new Usage("--src takes an IP address");
  if (files.length === 0) throw new Usage("trace needs --node FILE…");
  return { files, json, flow: { from, to: address, port, proto, ...(source === undefined ? {} : { source }) } };
}

function destination(text: string, proto: Flow["proto"]): Pick<Flow, "port"> & { address: Flow["to"] } {
  if (proto === "icmp") {
    const whole = parseIp(text.replace(/^\[|\]$/g, ""));
    if (whole === undefined) throw new Usage("--to takes an IP for icmp");
    return { address: whole, port: 0 };
  }
  const [, host, port] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(text) ?? [];
  const address = parseIp(host ?? "");
  if (address === undefined || Number(port) > 65535) throw new Usage("--to takes IP:PORT");
  return { address, port: Number(port) };
}

const statuses: Readonly<Partial<Record<Outcome, ExitStatus>>> = { delivered: 0, undecidable: 3 };

export const trace: Command = {
  name: "trace",
  usage: "trace --node FILE… --from host|pod|hairpin|external [--src IP] --to IP:PORT [--proto tcp] [--json]",
  does: words("follows one packet and its reply through the node", "跟踪一个报文及其回包经过该节点的全过程"),
  details: [
    words("--node FILE…  the node's dumps", "--node FILE…  节点的导出"),
    words(
      "--from        host: a process on the node; pod: a pod on it; hairpin: a pod to itself; external: another machine",
      "--from        host：节点上的进程；pod：节点上的 Pod；hairpin：Pod 访问自己；external：其他机器",
    ),
    words("--src IP      the address the client binds to", "--src IP      客户端绑定的地址"),
    words("--to IP:PORT  where the packet is sent", "--to IP:PORT  报文的目的地址和端口"),
    words(
      "--proto       tcp, udp, sctp, or icmp: a ping, to an IP without a port",
      "--proto       tcp、udp、sctp，或 icmp：ping，目的只写 IP 不写端口",
    ),
    words(
      "--json        hops with the fields of a recorded kernel trace",
      "--json        以 JSON 输出每一跳，字段与内核跟踪记录相同",
    ),
  ],
  run(args, console, language) {
    const { files, flow, json } = read(args);
    const session = analyseFiles(console, { broken: files }, flow);
    const simulation = session.ask(flow, []).view.broken;
    if (isUnusable(session, ["broken"]) || !simulation) {
      if (json) console.out(JSON.stringify({ schema: 1, diagnostics: diagnosticsJson(session, language) }, null, 2));
      else tellDiagnostics(console, session, language);
      tellUnusable(console, language);
      return 2;
    }
    const { sources } = readingsOf(session);
    const line = (step: Step): { file: string; line: number } | undefined => {
      const at = "place" in step ? step.place.at : "at" in step ? step.at : undefined;
      return at ? placeOf(sources, at) : undefined;
    };
    if (json)
      console.out(
        JSON.stringify(
          { ...simulationJson(simulation, language, line), diagnostics: diagnosticsJson(session, language) },
          null,
          2,
        ),
      );
    else {
      tellDiagnostics(console, session, language);
      console.out(simulationText(simulation, language));
    }
    return statuses[simulation.outcome] ?? 1;
  },
};

const value = (v: Address | Port | Interface, language: Language): string | number | null =>
  v === null ? null : isSymbolic(v) ? `<${v.says[language]}>` : v;

/** Hops bear the fields of a recorded kernel trace, so that the two can be laid side by side. */
function hopOf(
  step: Step,
  language: Language,
  line: (step: Step) => { file: string; line: number } | undefined,
): Record<string, unknown> | undefined {
  if (step.kind !== "rule" && step.kind !== "chain-end") return undefined;
  const { packet, place } = step;
  const at = line(step);
  return {
    hook: place.hook,
    table: place.table,
    chain: place.chain,
    rule: step.kind === "rule" ? place.rule : null,
    kind: step.kind === "rule" ? "rule" : step.of,
    target: step.kind === "rule" ? step.target : null,
    verdict: step.verdict,
    in: value(packet.in, language),
    out: value(packet.out, language),
    ...(packet.physin === undefined ? {} : { physin: value(packet.physin, language) }),
    ...(packet.physout === undefined ? {} : { physout: value(packet.physout, language) }),
    src: value(packet.src, language),
    dst: value(packet.dst, language),
    sport: value(packet.sport, language),
    dport: value(packet.dport, language),
    mark: packet.mark,
    ...(at ? { file: at.file, line: at.line } : {}),
  };
}

function simulationJson(
  simulation: Simulation,
  language: Language,
  line: (step: Step) => { file: string; line: number } | undefined,
): Record<string, unknown> {
  const { flow, traces } = simulation;
  const traceJson = (t: Trace): Record<string, unknown> => {
    const hops = (direction: Step["direction"]): unknown[] =>
      t.steps.flatMap((s) => (s.direction === direction ? (hopOf(s, language, line) ?? []) : []));
    const { summary } = t;
    return {
      outcome: t.ending.outcome,
      reason: t.ending.reason,
      says: t.ending.says[language],
      summary: {
        sourceChosen: addressText(summary.sourceChosen, language),
        sourceSent: addressText(summary.sourceSent, language),
        sentBy: summary.sentBy ?? null,
        dnatTo: summary.dnatTo
          ? endpointText(
              String(addressText(summary.dnatTo.address, language)),
              String(addressText(summary.dnatTo.port, language)),
            )
          : null,
        snatTo: addressText(summary.snatTo, language),
        marked: summary.marked,
        markedAtPostrouting: summary.markedAtPostrouting,
        masqueraded: summary.masqueraded,
      },
      choices: t.choices.map((c) => ({ question: c.question[language], took: c.took[language], because: c.because })),
      hops: hops("original"),
      replyHops: hops("reply"),
      steps: t.steps.map((s) => ({ kind: s.kind, direction: s.direction, says: s.says[language] })),
    };
  };
  const [shown] = traces;
  return {
    schema: 1,
    flow: {
      from: flow.from,
      ...(flow.source === undefined ? {} : { source: addressText(flow.source, language) }),
      to: endpointText(flow.to, flow.port),
      proto: flow.proto,
    },
    outcome: simulation.outcome,
    ...(shown ? traceJson(shown) : {}),
    traces: traces.map(traceJson),
    truncated: simulation.truncated,
    assumptions: simulation.assumptions.map((a) => ({
      about: a.about[language],
      because: a.because[language],
      settledBy: a.settledBy ?? null,
    })),
  };
}

function simulationText(simulation: Simulation, language: Language): string {
  const [shown] = simulation.traces;
  if (!shown) return "";
  const out: string[] = [];
  let direction: Step["direction"] | undefined;
  for (const step of shown.steps) {
    if (step.direction !== direction)
      out.push(step.direction === "original" ? words("request", "请求")[language] : words("reply", "回包")[language]);
    direction = step.direction;
    const changes = step.changes
      .map((c) => `${c.field} ${text(c.before, language)} → ${text(c.after, language)}`)
      .join(", ");
    out.push(`  ${stepText(step, language)}${changes ? `    [${changes}]` : ""}`);
  }
  out.push(`${outcomeWords[simulation.outcome][language]}: ${shown.ending.says[language]}`);
  if (simulation.traces.length > 1)
    out.push(
      words(
        `(one of ${simulation.traces.length} ways the kernel may choose)`,
        `（内核可能选择的 ${simulation.traces.length} 种走法之一）`,
      )[language],
    );
  for (const a of simulation.assumptions)
    out.push(`${words("assumed", "推定")[language]}: ${a.about[language]}${a.settledBy ? `  (${a.settledBy})` : ""}`);
  return out.join("\n");
}

const text = (v: Address | Port | Interface, language: Language): string => String(value(v, language) ?? "-");

function stepText(step: Step, language: Language): string {
  if (step.kind === "rule")
    return `${step.place.hook.padEnd(11)} ${step.place.table.padEnd(6)} ${"  ".repeat(step.depth)}${step.place.chain}:${step.place.rule}  ${step.text}`;
  if (step.kind === "chain-end")
    return `${step.place.hook.padEnd(11)} ${step.place.table.padEnd(6)} ${"  ".repeat(step.depth)}${step.place.chain} ${step.of === "policy" ? `policy ${step.verdict}` : "end"}`;
  return step.says[language];
}
