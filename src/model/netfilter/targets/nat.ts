import { words } from "../../../base/words.ts";
import { type ListPart, listForm, orNothing } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { type NatTo, natPorts, natTo } from "../values/nat-range.ts";
import { defineTarget } from "./define-target.ts";
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
const effectOf =
  (kind: NatKind) =>
  ({ to, random, fully, persistent }: NatOptions): TargetEffect => {
    if (to?.is.base !== undefined) return shifted;
    const range: NatRange = {
      ...(to?.is.addresses && { addresses: to.is.addresses }),
      ...(to?.is.ports && { ports: to.is.ports }),
      random: random !== undefined || fully !== undefined,
      persistent: persistent !== undefined,
    };
    return { kind, range };
  };

const randomly = { random: option("--random", flag), fully: option("--random-fully", flag) };
const listedRandom: readonly ListPart[] = [
  ["--random", /random/],
  ["--random-fully", /random-fully/],
];
const common = { level: "modelled", terminating: true, tables: ["nat"] } as const;

export const dnat = defineTarget({
  ...common,
  name: "DNAT",
  fields: { to: option("--to-destination", natTo), ...randomly, persistent: option("--persistent", flag) },
  effect: effectOf("dnat"),
  list: listForm(null, [["--to-destination", /to:(?<a>\S+)/], ...listedRandom, ["--persistent", /persistent/]]),
});

export const snat = defineTarget({
  ...common,
  name: "SNAT",
  fields: { to: option("--to-source", natTo), ...randomly, persistent: option("--persistent", flag) },
  needs: [["to"]],
  effect: effectOf("snat"),
  list: listForm(null, [["--to-source", /to:(?<a>\S+)/], ...listedRandom, ["--persistent", /persistent/]]),
});

/** SNAT to an address of the out interface; which one is the simulation's to say (nf_nat_masquerade.c). */
export const masquerade = defineTarget({
  ...common,
  name: "MASQUERADE",
  fields: { to: option("--to-ports", natPorts), ...randomly },
  effect: effectOf("masquerade"),
  list: orNothing(listForm(null, [["--to-ports", /masq ports: (?<a>\S+)/], ...listedRandom])),
});

/** DNAT to the in interface's own address, 127.0.0.1 in OUTPUT. */
export const redirect = defineTarget({
  ...common,
  name: "REDIRECT",
  fields: { to: option("--to-ports", natPorts), ...randomly },
  effect: effectOf("redirect"),
  list: orNothing(listForm(null, [["--to-ports", /redir ports (?<a>\S+)/], ...listedRandom])),
});
