/** Which columns the rows below a header have. */
export interface Layout {
  /** --line-numbers. */
  readonly numbered: boolean;
  /** -v: packets and bytes, and the interfaces. */
  readonly verbose: boolean;
  /** Column of the word `prot` in the header: a target begins before it. */
  readonly prot: number;
}

/**
 * The line below `Chain …`; -v and --line-numbers add to it, and old versions pad it with blanks:
 *   target     prot opt source               destination
 *   num   pkts bytes target     prot opt in     out     source               destination
 */
const header = /^\s*(num\s+)?(pkts\s+bytes\s+)?target\s+prot\s+opt\s+(in\s+out\s+)?source\s+destination\s*$/;

export function layoutOf(line: string): Layout | undefined {
  const parts = header.exec(line);
  if (!parts) return undefined;
  return { numbered: parts[1] !== undefined, verbose: parts[3] !== undefined, prot: line.indexOf("prot") };
}

/** `Chain INPUT (policy ACCEPT 12 packets, 34K bytes)`, `Chain KUBE-SERVICES (2 references)`. */
const chain =
  /^\s*Chain (\S+) \((?:policy ([A-Z]+)(?: \d+[KMGT]? packets, \d+[KMGT]? bytes)?|(\d+) references?|ERROR obtaining refs)\)\s*$/;

export interface ChainLine {
  readonly name: string;
  readonly policy: string | undefined;
  /** Number of rules that lead to it. */
  readonly references: number | undefined;
}

export function chainOf(line: string): ChainLine | undefined {
  const parts = chain.exec(line);
  if (!parts) return undefined;
  const [, name = "", policy, references] = parts;
  return { name, policy, references: references === undefined ? undefined : Number(references) };
}

/** A listing whose line ends were lost: a chain's line with a header or rows behind it. */
export const isReflowed = (line: string): boolean =>
  /(?:^|\s)Chain \S+ \((?:policy [A-Z]+[^()]{0,60}|\d+ references?)\)\s+(?:num\s+)?(?:pkts\s+bytes\s+)?target\s+prot\s/.test(
    line,
  );
