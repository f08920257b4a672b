import { expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode, readNodeSteps } from "./read.ts";

/** How often any byte of the text is looked at, by itself or to be decoded: counted rather than timed. */
function looks(text: string): number {
  let count = 0;
  const watched = new Proxy(new TextEncoder().encode(text), {
    get(target, key) {
      if (key === "subarray")
        return (from = 0, to = target.length) => {
          count += Math.max(0, to - from);
          return target.subarray(from, to);
        };
      if (typeof key === "string" && key >= "0" && key < ":") count++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  readNode([sourceText("s", "s", watched)]);
  return count;
}

/** Pieces of work between two yields. */
function pieces(text: string): number {
  let count = 0;
  for (const _ of readNodeSteps([sourceText("s", "s", text)])) count++;
  return count;
}

const lines = (n: number, of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join("");
const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
const texts: Readonly<Record<string, (n: number) => string>> = {
  "rules of kube-proxy": (n) =>
    `*nat\n:PREROUTING ACCEPT [0:0]\n${lines(n, (i) => `:KUBE-SEP-${i} - [0:0]\n`)}${lines(
      n,
      (i) =>
        `-A KUBE-SEP-${i} -s ${address(i)}/32 -m comment --comment "ns/svc-${i >> 2}" -j KUBE-SEP-${i + 1}\n-A KUBE-SEP-${i} -p tcp -m tcp -j DNAT --to-destination ${address(i)}:80\n`,
    )}COMMIT\n`,
  "rules with counters, and options that are abbreviated": (n) =>
    `*nat\n${lines(n, (i) => `[${i}:${i * 60}] -A OUTPUT -p tcp --dport ${i % 60_000} -j DNAT --to ${address(i)}\n`)}COMMIT\n`,
  "rules with escapes and other scripts": (n) =>
    `*nat\n${lines(n, (i) => `-A OUTPUT -m comment --comment "\\"${i}\\" 链" -j RETURN\n`)}COMMIT\n`,
  "rules without a table": (n) => lines(n, (i) => `-A FORWARD -s ${address(i)} -j LOG\n`),
  "quoted rules": (n) => `> *filter\n${lines(n, (i) => `> -A FORWARD -s ${address(i)} -j DROP\n`)}> COMMIT\n`,
  "entries of a set": (n) =>
    `create a hash:ip family inet hashsize 1024 maxelem 65536\n${lines(n, (i) => `add a ${address(i)}\n`)}`,
  "sets as listed": (n) =>
    `Name: a\nType: hash:ip\nRevision: 5\nHeader: family inet hashsize 1024 maxelem 65536\nSize in memory: 320\nReferences: 2\nNumber of entries: ${n}\nMembers:\n${lines(n, (i) => `${address(i)}\n`)}`,
  "virtual servers": (n) =>
    lines(n, (i) => `-A -t ${address(i)}:80 -s rr\n-a -t ${address(i)}:80 -r 10.1.0.2:80 -m -w 1\n`),
  "addresses of a device": (n) =>
    `1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n${lines(n, (i) => `    inet ${address(i)}/32 scope global lo\n`)}`,
  routes: (n) => lines(n, (i) => `${address(i)} via 192.0.2.1 dev eth0 proto bird\n`),
  "a captured packet a line": (n) =>
    lines(
      n,
      (i) =>
        `18:20:${String(i % 60).padStart(2, "0")}.414803 IP ${address(i)}.40000 > 192.0.2.1.80: Flags [S], length 0\n`,
    ),
  connections: (n) =>
    lines(
      n,
      (i) =>
        `tcp      6 86397 ESTABLISHED src=${address(i)} dst=192.0.2.1 sport=40000 dport=80 src=192.0.2.1 dst=${address(i)} sport=80 dport=40000 [ASSURED] mark=0 use=1\n`,
    ),
  "logged packets among other lines": (n) =>
    lines(
      n,
      (i) =>
        `Nov 22 19:38:09 n1 kernel: [ ${i}.5] x: IN=eth0 OUT= SRC=${address(i)} DST=192.0.2.1 LEN=60 TTL=64 ID=1 PROTO=TCP SPT=4 DPT=80 SYN\nNov 22 19:38:09 n1 systemd[1]: Started something ${i}.\n`,
    ),
  "objects of a cluster": (n) =>
    `apiVersion: v1\nitems:\n${lines(n, (i) => `- apiVersion: v1\n  kind: Service\n  metadata:\n    name: s${i}\n    namespace: d\n  spec:\n    clusterIP: ${address(i)}\n    ports:\n    - port: 80\n      protocol: TCP\n`)}kind: List\n`,
  "a table of services": (n) =>
    `NAMESPACE   NAME      TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE\n${lines(n, (i) => `default     s${String(i).padEnd(8)} ClusterIP   ${address(i).padEnd(15)} <none>        80/TCP    1d\n`)}`,
  "stamped lines": (n) =>
    `2026-11-22T19:38:09.5Z stdout F *filter\n${lines(n, (i) => `2026-11-22T19:38:09.5Z stdout F -A FORWARD -s ${address(i)} -j DROP\n`)}`,
  "text that is no UTF-8": (n) =>
    lines(n, (i) => `-A FORWARD -s ${address(i)} -m comment --comment "\ufffd${i}" -j LOG\n`),
  prose: (n) => lines(n, (i) => `This is sentence ${i} of a long story, which says nothing.\n`),
};

it.each(Object.entries(texts))("%s: twice the text is twice the work", { timeout: 60_000 }, (_name, text) => {
  looks(text(10)); // what is read only once for all texts
  const once = text(400);
  const twice = text(800);
  expect(looks(twice) / looks(once)).toBeLessThan((twice.length / once.length) * 1.1);
  expect(looks(once) / once.length).toBeLessThan(25);
});

it.each([
  "rules of kube-proxy",
  "a captured packet a line",
  "connections",
  "objects of a cluster",
  "entries of a set",
  "sets as listed",
  "virtual servers",
  "logged packets among other lines",
])("%s: works in small pieces, however long the text", { timeout: 60_000 }, (name) => {
  const text = texts[name];
  const once = pieces(text?.(8000) ?? "");
  const twice = pieces(text?.(16_000) ?? "");
  expect(once).toBeGreaterThan(5);
  expect(twice / once).toBeGreaterThan(1.5);
});
