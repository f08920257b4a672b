import type { Parsed } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import type { Span } from "../base/span.ts";
import type { Steps } from "../base/steps.ts";
import type { Words } from "../base/words.ts";
import type { IpSet } from "../model/ipset/set.ts";
import type { MarkServer, VirtualServer } from "../model/ipvs/virtual-server.ts";
import type { ClusterFacts } from "../model/kubernetes/cluster.ts";
import type { KubeProxyConfig, ProxyRun } from "../model/kubernetes/kube-proxy-config.ts";
import type { Endpoint, NoEndpoints, Service } from "../model/kubernetes/service.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NftTable } from "../model/nftables/ruleset.ts";
import type { CapturedPacket, Connections, LoggedPacket } from "../model/node/observation.ts";
import type { Coverage } from "../model/node/snapshot.ts";
import type { SystemFacts } from "../model/node/system.ts";
import type { Link } from "../model/routing/link.ts";
import type { Route, RoutingRule } from "../model/routing/route.ts";

/**
 * Lines of one segment with the pasted layer taken off (line ends, prompts, stamps, quotes, ANSI). Text is decoded on
 * demand, so a segment of half a million lines costs only its line table. Columns of the cleaned text map back to
 * bytes of the text as pasted.
 */
export interface Lines {
  readonly source: SourceText;
  readonly length: number;
  /** Cleaned text of line `i` (0-based within the segment), without its line end. */
  text(i: number): string;
  /** 1-based number of the source's line that is line `i`, if its text is just the bytes there: see `isPlainLine`. */
  plainLine(i: number): number | undefined;
  /** Where columns [from, to) of line `i` stand in the pasted text; the whole line by default. Never empty. */
  span(i: number, from?: number, to?: number): Span;
}

/** The command a prompt line shows above the output: `iptables-save -t nat | grep KUBE`. */
export interface ShownCommand {
  /** Words after wrappers such as sudo, nsenter, kubectl exec are taken off; pipes and redirections are not in it. */
  readonly words: readonly string[];
  /** Piped through grep, head, tail, awk and the like: lines are missing. */
  readonly filtered: boolean;
  readonly at: Span;
}

export interface Segment {
  readonly format: string;
  readonly lines: Lines;
  readonly command?: ShownCommand;
  /** The paste ends in the middle of a line or of this segment. */
  readonly cut: boolean;
}

/** What one segment says about its node. */
export type Contribution =
  | { readonly kind: "ruleset"; readonly ruleset: Ruleset }
  | { readonly kind: "sets"; readonly sets: readonly IpSet[] }
  | { readonly kind: "ipvs"; readonly servers: readonly VirtualServer[]; readonly markServers: readonly MarkServer[] }
  | { readonly kind: "links"; readonly links: readonly Link[] }
  | { readonly kind: "routes"; readonly tables: readonly string[]; readonly routes: readonly Route[] }
  | { readonly kind: "route-answers"; readonly answers: readonly Route[] }
  | { readonly kind: "rules"; readonly rules: readonly RoutingRule[] }
  | { readonly kind: "sysctls"; readonly sysctls: ReadonlyMap<string, { readonly value: string; readonly at: Span }> }
  | { readonly kind: "kube-proxy"; readonly config: KubeProxyConfig }
  | { readonly kind: "proxy-run"; readonly run: ProxyRun }
  | { readonly kind: "cluster"; readonly facts: Partial<ClusterFacts> }
  | { readonly kind: "services"; readonly services: readonly Service[] }
  | { readonly kind: "endpoints"; readonly endpoints: readonly Endpoint[]; readonly none: readonly NoEndpoints[] }
  | { readonly kind: "captures"; readonly packets: readonly CapturedPacket[] }
  | { readonly kind: "logs"; readonly packets: readonly LoggedPacket[] }
  | { readonly kind: "connections"; readonly connections: Connections }
  | { readonly kind: "kernel"; readonly release: string; readonly at: Span }
  | { readonly kind: "nftables"; readonly tables: readonly NftTable[] }
  | { readonly kind: "dataplane"; readonly name: string; readonly at: Span }
  | { readonly kind: "system"; readonly facts: Partial<SystemFacts> }
  | { readonly kind: "nothing" };

export interface SegmentReading {
  readonly contributions: readonly Contribution[];
  readonly coverage: Coverage;
  /** What was found, for the chip: `12 rules`, `3 sets`. */
  readonly counts: readonly { readonly n: number; readonly of: Words }[];
  /** It looked like this format line by line, and is none of it as a whole: some other program's JSON. */
  readonly notOfFormat?: true;
}

/** One kind of dump. Recognition stands in the format's own file. */
export interface Format {
  /** The command that writes it: `iptables-save`, `ipset-save`, … */
  readonly id: string;
  readonly title: Words;
  /** Its lines stand among others, as in a system log: foreign lines between them mean nothing. */
  readonly scattered?: true;
  /**
   * How this line (cleaned) fits: strong = alone enough to say that it is this format; weak = only inside or beside a
   * segment of this format; undefined = it is not. `inside` tells whether such a segment is open.
   */
  sniff(line: string, inside: boolean): "strong" | "weak" | undefined;
  /**
   * Of dumps that may be huge, a quick first look: does the plain line (see `isPlainLine`) in bytes [from, to) go on with an open dump of
   * this format? True only for what `sniff` finds strong and what is no prompt and begins no other dump.
   */
  goesOn?(bytes: Uint8Array, from: number, to: number): boolean;
  /** What was typed at a prompt is itself of this format, whatever it printed: commands that change something. */
  typed?(command: string): boolean;
  /** The format a shown command would print: given its words, does this format read the output? */
  printedBy(words: readonly string[]): boolean;
  parse(segment: Segment): Parsed<SegmentReading>;
  /** What it means that this command ran well and printed nothing: no set, no rule. Absent: it means nothing. */
  printedNothing?(words: readonly string[]): readonly Contribution[];
  /** The same a little at a time, where segments may be huge; yields the share that is done, every few milliseconds. */
  parseSteps?(segment: Segment): Steps<Parsed<SegmentReading>>;
}
