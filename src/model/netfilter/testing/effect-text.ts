import { printCidr } from "../../net/cidr.ts";
import type { NatRange, TargetEffect } from "../targets/target.ts";

const hex = (value: number): string => `0x${value.toString(16)}`;

function range({ addresses, ports, random, persistent }: NatRange): string {
  const parts = [
    addresses?.join("-"),
    ports && `ports ${ports.join("-")}`,
    random && "random",
    persistent && "persistent",
  ];
  return parts.filter(Boolean).join(" ");
}

/** An effect in one line, for case files: `mark 0x4000/0x4000`, `dnat 10.0.0.1-10.0.0.1 ports 80-80`. */
export function effectText(effect: TargetEffect): string {
  switch (effect.kind) {
    case "verdict":
      return effect.verdict;
    case "mark":
      return `mark ${hex(effect.value)}/${hex(effect.mask)}`;
    case "connmark":
      return effect.operation === "set"
        ? `connmark ${hex(effect.value)}/${hex(effect.mask)}`
        : `connmark ${effect.operation} nf ${hex(effect.nfmask)} ct ${hex(effect.ctmask)}`;
    case "dnat":
    case "snat":
    case "masquerade":
    case "redirect":
      return `${effect.kind} ${range(effect.range)}`.trim();
    case "netmap":
      return `netmap ${printCidr(effect.to)}`;
    case "reject":
      return `reject ${effect.with}`;
    case "dscp":
      return `tos ${hex(effect.tos)}/${hex(effect.mask)}`;
    case "ttl":
      return `ttl ${effect.operation} ${effect.value}`;
    case "notrack":
    case "continue":
      return effect.kind;
    case "unknown":
      return "unknown";
  }
}
