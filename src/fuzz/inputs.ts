import fc from "fast-check";

/** Pieces that mean something to some reader, in places where none is expected. */
const odd = [
  "",
  " ",
  "\t",
  "\0",
  "\r",
  "\u001b[31m",
  "\u001b]0;t\u0007",
  "\ufeff",
  "\u00a0",
  "\u2028",
  "\u2013",
  "\u201c",
  "\ufffd",
  "\ud83d\ude00",
  "链",
  '"',
  '\\"',
  "'",
  "\\",
  "`",
  "```",
  "~~~",
  "> ",
  "> > ",
  "    ",
  "- ",
  "* ",
  "| ",
  "# ",
  "$ ",
  "+ ",
  "-",
  "--",
  "---",
  "...",
  "…",
  "@@ -1 +1 @@",
  "*nat",
  "*filter",
  "COMMIT",
  ":X - [0:0]",
  "-A X -j Y",
  "-A -t 1.2.3.4:5 -s rr",
  "-P INPUT DROP",
  "Chain X (1 references)",
  "create S hash:ip",
  "add S 1.2.3.4",
  "Name: S",
  "1: lo: <UP> mtu 1",
  "default via 1.2.3.4",
  "0:\tfrom all lookup local",
  "apiVersion: v1",
  "kind: List",
  "{",
  "}",
  "[",
  "]",
  "table ip nat {",
  "IN=a OUT=b ",
  "kube-proxy --config=x",
  "a.b = 1",
  "NAME CLUSTER-IP",
  "12:00:00 IP a > b: ",
  "[root@n ~]# iptables-save",
  "$ ip addr | grep x",
  "# iptables -t nat -S",
  "== ip rule ==",
  "I1122 19:38:09.593012       1 proxier.go:123] ",
  "2026-11-22T19:38:09Z stdout F ",
  "Nov 22 19:38:09 n1 kernel: ",
  "--More--",
  "0.0.0.0/0",
  "::/0",
  "::ffff:1.2.3.4",
  "256",
  "-1",
  "4294967296",
  "99999999999999999999",
  "0x",
  "!",
  "! !",
  "-m comment --comment",
  "-m set --match-set",
  "--dport 1:",
  "-j",
  "-g",
  "&gt;",
  "&amp;",
  "<br>",
  "&a *a",
  "!!binary",
  "? ",
  ": ",
  "%",
  "\u202e",
] as const;

const fronts = [
  "> ",
  "    ",
  "\t",
  "I1122 19:38:09.593012       1 proxier.go:123] ",
  "2026-11-22T19:38:09.593Z stdout F ",
  "[root@n1 ~]# ",
  "+",
  "-",
  " ",
  "12: ",
  "f.txt:",
  "Nov 22 19:38:09 n1 x[1]: ",
  "| ",
  "* ",
] as const;

type Mutation = (lines: string[]) => string[];

const at = (n: number, length: number): number => (length === 0 ? 0 : n % length);
const put = (lines: readonly string[], i: number, line: string): string[] => [
  ...lines.slice(0, i),
  line,
  ...lines.slice(i + 1),
];

const position = fc.nat(1 << 20);
const piece = fc.constantFrom(...odd);

/** Something done to a text, as people, tools and chance do it. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, position, piece).map(
    ([line, column, what]): Mutation =>
      (lines) => {
        const i = at(line, lines.length);
        const text = lines[i] ?? "";
        const c = at(column, text.length + 1);
        return put(lines, i, text.slice(0, c) + what + text.slice(c));
      },
  ),
  fc.tuple(position, position, fc.nat(12)).map(
    ([line, column, n]): Mutation =>
      (lines) => {
        const i = at(line, lines.length);
        const text = lines[i] ?? "";
        const c = at(column, text.length + 1);
        return put(lines, i, text.slice(0, c) + text.slice(c + n));
      },
  ),
  // a word of one line in place of a word of another
  fc.tuple(position, position, position, position).map(
    ([a, b, c, d]): Mutation =>
      (lines) => {
        const i = at(a, lines.length);
        const mine = (lines[i] ?? "").split(" ");
        const theirs = (lines[at(b, lines.length)] ?? "").split(" ");
        mine[at(c, mine.length)] = theirs[at(d, theirs.length)] ?? "";
        return put(lines, i, mine.join(" "));
      },
  ),
  fc.tuple(position, piece).map(
    ([line, what]): Mutation =>
      (lines) => {
        const i = at(line, lines.length + 1);
        return [...lines.slice(0, i), what, ...lines.slice(i)];
      },
  ),
  fc.tuple(position, fc.nat(5)).map(
    ([line, n]): Mutation =>
      (lines) => {
        const i = at(line, lines.length);
        return [...lines.slice(0, i), ...lines.slice(i + 1 + n)];
      },
  ),
  fc.tuple(position, position).map(
    ([from, to]): Mutation =>
      (lines) => {
        const line = lines[at(from, lines.length)] ?? "";
        const i = at(to, lines.length + 1);
        return [...lines.slice(0, i), line, ...lines.slice(i)];
      },
  ),
  // joined with the next, and broken in two
  position.map(
    (line): Mutation =>
      (lines) => {
        const i = at(line, lines.length);
        return [...lines.slice(0, i), `${lines[i] ?? ""}${lines[i + 1] ?? ""}`, ...lines.slice(i + 2)];
      },
  ),
  fc.tuple(position, position).map(
    ([line, column]): Mutation =>
      (lines) => {
        const i = at(line, lines.length);
        const text = lines[i] ?? "";
        const c = at(column, text.length + 1);
        return [...lines.slice(0, i), text.slice(0, c), text.slice(c), ...lines.slice(i + 1)];
      },
  ),
  fc.constantFrom(72, 80, 120, 132).map(
    (width): Mutation =>
      (lines) =>
        lines.flatMap((line) =>
          line.length === 0 ? [line] : (line.match(new RegExp(`.{1,${width}}`, "gsu")) ?? [line]),
        ),
  ),
  fc.constantFrom(...fronts).map(
    (front): Mutation =>
      (lines) =>
        lines.map((line) => front + line),
  ),
  fc.tuple(position, position, fc.constantFrom(...fronts)).map(
    ([from, n, front]): Mutation =>
      (lines) => {
        const i = at(from, lines.length);
        const to = i + at(n, 8);
        return lines.map((line, k) => (k >= i && k <= to ? front + line : line));
      },
  ),
  fc.constant<Mutation>((lines) => lines.map((line) => line.replaceAll('"', "\u201d").replaceAll("--", "\u2013"))),
  fc.constant<Mutation>((lines) => lines.map((line) => line.replaceAll(":", "\uff1a").replace(/[_*-]/g, "\\$&"))),
  fc.constant<Mutation>((lines) => lines.map((line) => line.trimStart())),
  fc.constant<Mutation>((lines) => [lines.join(" ")]),
  fc.constant<Mutation>((lines) => lines.map((line, i) => `${i + 1}  ${line}`)),
  fc.constant<Mutation>((lines) => ["```", ...lines, "```"]),
  fc.constant<Mutation>((lines) => [...lines].reverse()),
  position.map(
    (n): Mutation =>
      (lines) =>
        lines.slice(0, at(n, lines.length + 1)),
  ),
  fc.tuple(position, fc.integer({ min: 2, max: 300 })).map(
    ([column, n]): Mutation =>
      (lines) => {
        const i = at(column, lines.length);
        const text = lines[i] ?? "";
        const c = at(column, text.length + 1);
        return put(lines, i, text.slice(0, c) + text.slice(c, c + 6).repeat(n) + text.slice(c));
      },
  ),
);

const encoder = new TextEncoder();

const characters = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength }).map((units) => String.fromCharCode(...units));

/** Single bytes set, so that UTF-8 breaks, too. */
const hits = fc.array(fc.tuple(position, fc.nat(255)), { maxLength: 3 });

/** A text made of windows of seeds and damaged, or of nothing but chance. */
export function inputs(seeds: readonly string[]): fc.Arbitrary<Uint8Array> {
  const all = seeds.map((seed) => seed.split("\n"));
  const window = fc
    .tuple(fc.constantFrom(...all), position, fc.integer({ min: 1, max: 25 }), fc.boolean())
    .map(([lines, from, n, whole]) => {
      const i = whole ? 0 : at(from, lines.length);
      return lines.slice(i, i + n);
    });
  const mutated = fc
    .tuple(
      fc.array(window, { minLength: 1, maxLength: 3 }),
      fc.array(mutation, { maxLength: 6 }),
      fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"),
      hits,
      fc.boolean(),
    )
    .map(([windows, mutations, end, damage, ended]) => {
      const lines = mutations.reduce((list, mutate) => mutate(list), windows.flat());
      const bytes = encoder.encode(lines.join(end) + (ended ? end : ""));
      for (const [where, value] of damage) if (bytes.length > 0) bytes[at(where, bytes.length)] = value;
      return bytes;
    });
  const soup = fc
    .array(fc.oneof(piece, characters(8), fc.constant("\n")), { maxLength: 60 })
    .map((pieces) => encoder.encode(pieces.join("")));
  return fc.oneof(
    { weight: 12, arbitrary: mutated },
    { weight: 3, arbitrary: soup },
    { weight: 1, arbitrary: characters(300).map((text) => encoder.encode(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
}
