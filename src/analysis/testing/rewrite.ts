/** Texts of one node, changed in ways that change nothing, or everything consistently. */
export interface Dump {
  readonly name: string;
  readonly content: string;
}

/** Small and reproducible; not for anything but tests. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) [list[i], list[j]] = [b, a];
  }
  return list;
}

/** Other counters, comments, hash sizes; chains, tables, set entries, virtual servers and files in another order. */
export function withoutMeaning(dumps: readonly Dump[], random: () => number): Dump[] {
  return shuffled(
    dumps.map((d) => ({ ...d, content: reorder(d, random) })),
    random,
  );
}

function reorder({ name, content }: Dump, random: () => number): string {
  const lines = content.split("\n").filter((l) => l !== "");
  if (name.startsWith("iptables-save")) return tables(lines, random);
  if (name.startsWith("ipset")) return sets(lines, random);
  if (name.startsWith("ipvsadm")) return groups(lines, /^-A/, random);
  return content;
}

function tables(lines: readonly string[], random: () => number): string {
  const blocks: string[][] = [];
  const outside: string[] = [];
  for (const line of lines) {
    if (line.startsWith("*")) blocks.push([line]);
    else if (line.startsWith("#") || blocks.length === 0) outside.push(line);
    else blocks[blocks.length - 1]?.push(line);
  }
  const number = (): number => Math.floor(random() * 1e6);
  const changed = blocks.map(([head = "", ...rest]) => {
    const chains = rest.filter((l) => l.startsWith(":")).map((l) => l.replace(/\[.*\]/, `[${number()}:${number()}]`));
    const rules = rest.filter((l) => l.startsWith("-A"));
    const byChain = new Map<string, string[]>();
    for (const rule of rules) {
      const chain = rule.split(" ")[1] ?? "";
      byChain.set(chain, [...(byChain.get(chain) ?? []), rule]);
    }
    const commit = rest.filter((l) => l === "COMMIT");
    return [head, ...shuffled(chains, random), ...shuffled([...byChain.values()], random).flat(), ...commit].join("\n");
  });
  const completed = outside.filter((line) => line.startsWith("# Completed")).slice(-1);
  return `${[...outside.slice(0, 1), ...shuffled(changed, random), ...completed].join("\n")}\n`;
}

function sets(lines: readonly string[], random: () => number): string {
  const blocks: string[][] = [];
  for (const line of lines)
    if (line.startsWith("create")) blocks.push([line.replace(/initval \S+/, "initval 0x1234abcd")]);
    else blocks[blocks.length - 1]?.push(line);
  return `${shuffled(blocks, random)
    .map(([head = "", ...rest]) => [head, ...shuffled(rest, random)].join("\n"))
    .join("\n")}\n`;
}

function groups(lines: readonly string[], head: RegExp, random: () => number): string {
  const blocks: string[][] = [];
  for (const line of lines)
    if (head.test(line)) blocks.push([line]);
    else blocks[blocks.length - 1]?.push(line);
  return `${shuffled(blocks, random)
    .map(([first = "", ...rest]) => [first, ...shuffled(rest, random)].join("\n"))
    .join("\n")}\n`;
}

/**
 * Every address becomes another one, consistently and keeping prefixes (the second octet is XORed, the first one
 * exchanged), and interfaces get other names.
 */
export function renamed(dumps: readonly Dump[], random: () => number): Dump[] {
  const firsts = new Map<number, number>();
  const free = shuffled([10, 11, 24, 45, 57, 89, 100, 133, 150, 172, 188, 192, 201, 213], random);
  const first = (octet: number): number => {
    if (octet === 127 || octet === 0 || octet >= 224) return octet;
    if (!firsts.has(octet)) firsts.set(octet, free.pop() ?? octet);
    return firsts.get(octet) ?? octet;
  };
  const keys = new Map<number, number>();
  const key = (octet: number): number => {
    if (octet === 127 || octet === 0 || octet >= 224) return 0;
    if (!keys.has(octet)) keys.set(octet, Math.floor(random() * 256));
    return keys.get(octet) ?? 0;
  };
  const address = (text: string): string =>
    text.replace(
      /\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b/g,
      (_, a: string, b: string, c: string, d: string) => `${first(Number(a))}.${Number(b) ^ key(Number(a))}.${c}.${d}`,
    );
  return dumps.map(({ name, content }) => ({
    name,
    content: address(content)
      .replace(/\beth0\b/g, "enp3s0")
      .replace(/\bcni0\b/g, "cbr0")
      .replace(/\bveth-(\w+)/g, "veth$1"),
  }));
}
