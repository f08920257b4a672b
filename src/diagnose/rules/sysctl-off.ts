import { type Words, words } from "../../base/words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { Fix } from "../finding.ts";
import { setSysctl } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Explanation, Sighting } from "./rule.ts";

/** A kernel setting that stops flows, and the value with which they work. */
interface SysctlDefect {
  readonly id: string;
  /** Keys that must be set, the one to show first. */
  readonly keys: readonly string[];
  readonly value: string;
  /** Who sets it, so that it holds. */
  readonly durable: Words;
}

/** What a finding about one kernel setting has: the line that says it, the command, the file, and the proof by the model. */
export function sysctlSighting(
  side: Side,
  family: Family,
  probes: readonly Probe[],
  { id, keys, value, durable }: SysctlDefect,
): Sighting {
  const given = keys.filter((key) => side.snapshot.sysctls.get(key) !== undefined);
  const commands = given.map((key) => `sysctl -w ${key}=${value}`).join("; ");
  const fixes: Fix[] = [
    {
      kind: "command",
      text: commands,
      says: words(
        "At once, until the next boot. Undo by the old value. Open connections stay as they are.",
        "立即生效，重启后失效。改回旧值即可撤销。已建立的连接不变。",
      ),
    },
    {
      kind: "config",
      text: given.map((key) => `${key} = ${value}`).join("\n"),
      says: words(
        `In a file of /etc/sysctl.d, read at boot or by sysctl --system. ${durable.en}`,
        `写入 /etc/sysctl.d 下的文件，开机或执行 sysctl --system 时读取。${durable["zh-CN"]}`,
      ),
    },
  ];
  return {
    id,
    side,
    family,
    probes,
    remedies: [
      {
        fixes,
        holds: words("", ""),
        apply: (snapshot) => given.reduce((next, key) => setSysctl(next, key, value), snapshot),
      },
    ],
    missteps: [],
    evidence: given.flatMap((key) => {
      const found = side.snapshot.sysctls.get(key);
      return found
        ? [{ side: side.name, at: found.at, says: words(`${key} is ${found.value}`, `${key} 为 ${found.value}`) }]
        : [];
    }),
    byAbsence: false,
  };
}

/** The last word of an explanation: the command that shows the setting. */
export const sysctlVerify = ({ side, probes }: Sighting, ...keys: readonly string[]): Explanation["verify"] => [
  `sysctl ${keys.filter((key) => side.snapshot.sysctls.has(key)).join(" ")}`,
  ...probes
    .slice(0, 1)
    .flatMap(({ flow }) =>
      flow.proto === "tcp" && familyOf(flow.to) === 4
        ? [`timeout 3 bash -c '</dev/tcp/${flow.to}/${flow.port}' && echo connected`]
        : [],
    ),
];
