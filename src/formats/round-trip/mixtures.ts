import type { Family } from "../../model/net/ip.ts";
import type { Spelling } from "./load.ts";

/** Numbers that look drawn and are the same each time. */
function* drawn(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

const headers: Readonly<Record<Family, readonly string[]>> = {
  4: ["", "-s 10.0.0.0/8", "! -d 192.0.2.1", "-i eth+", "! -o lo -s 172.16.5.4/12", "-d 10.0.0.0/255.0.255.0", "-f"],
  6: ["", "-s fd00::/8", "! -d 2001:DB8::1", "-i eth+", "! -o lo -s fe80::5/64", "-d ::/0"],
};
const targets = [
  "",
  "-j RETURN",
  "-j ACCEPT",
  "-j DROP",
  '-j LOG --log-prefix "a \\"b\\": "',
  "-j MARK --or-mark 0x4000",
];

/** Rules of several matches, out of spellings that the kernel takes one by one: what comes together in no case file. */
export function mixtures(accepted: readonly Spelling[], family: Family, count: number): readonly Spelling[] {
  const plain = accepted.filter(({ text }) => text.startsWith("-m "));
  const ofProtocol = accepted.filter(({ text }) => /^-p \S+ -m /.test(text));
  const numbers = drawn();
  const one = <T>(list: readonly T[]): T | undefined => list[numbers.next().value % Math.max(1, list.length)];
  const table = accepted[0]?.table ?? "filter";
  return Array.from({ length: count }, (_, i) => {
    const parts = [one(headers[family]), i % 2 ? one(ofProtocol)?.text : "", one(plain)?.text];
    const again = one(plain);
    if (again && again.about !== parts[2]?.split(" ")[1]) parts.push(again.text);
    parts.push('-m comment --comment "mixed"', table === "filter" ? one(targets.slice(0, 5)) : one(targets));
    return { table, family, text: parts.filter(Boolean).join(" "), about: "mixture" };
  });
}
