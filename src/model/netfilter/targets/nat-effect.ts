import { words } from "../../../base/words.ts";
import type { ListPart } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import type { NatTo } from "../values/nat-range.ts";
import type { NatRange, TargetEffect } from "./target.ts";

interface NatOptions {
  readonly to?: Negatable<NatTo>;
  readonly random?: Negatable<true>;
  readonly fully?: Negatable<true>;
  readonly persistent?: Negatable<true>;
}

type NatKind = "dnat" | "snat" | "masquerade" | "redirect";

const shifted: TargetEffect = {
  kind: "unknown",
  why: words("The rule maps a range of ports onto another one.", "规则把一段端口映射到另一段端口。"),
};

/** nf_nat_core.c: what the kernel may choose from. */
export const effectOf =
  (kind: NatKind) =>
  ({ to, random, fully, persistent }: NatOptions): TargetEffect => {
    if (to?.is.base !== undefined) return shifted;
    const range: NatRange = {
      ...to?.is,
      random: random !== undefined || fully !== undefined,
      persistent: persistent !== undefined,
    };
    return { kind, range };
  };

/** Fields of every target that chooses a port. */
export const randomly = { random: option("--random", flag), fully: option("--random-fully", flag) };
/** What all of them are. */
export const common = { level: "modelled", terminating: true, tables: ["nat"] } as const;

/** How `iptables -L` shows them. */
export const listedRandom: readonly ListPart[] = [
  ["--random", /random/],
  ["--random-fully", /random-fully/],
];
